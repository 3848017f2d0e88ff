package store_test

import (
	"testing"

	"moncompte/server/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestStoreContract(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine.Name, func(t *testing.T) { storetest.Contract(t, engine.URL) })
	}
}
