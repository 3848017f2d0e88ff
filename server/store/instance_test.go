package store_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// beat leaves a busy machine time: an instance that misses six of them counts as ended.
const beat = 250 * time.Millisecond

// instance is a running program: a store with a keys file of its own, that follows the keys until it is stopped.
type instance struct {
	*store.Store
	path string
	stop func() error
}

// start begins an instance on the database with the keys file at path.
func (d *database) start(t *testing.T, path string) *instance {
	t.Helper()
	ring, err := keys.Load(path)
	check.OK(t, err)
	i := &instance{Store: storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock, Beat: beat, Patience: time.Minute}), path: path}
	check.OK(t, i.Join(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- i.Follow(ctx) }()
	i.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { i.stop() })
	return i
}

// until waits for what must come about by itself.
func (d *database) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !done(); time.Sleep(beat / 10) {
		if time.Now().After(end) {
			t.Fatalf("not after two minutes: %s", what)
		}
	}
}

// exec runs a statement beside the instances, and waits for its turn.
func (d *database) exec(t *testing.T, statement string) {
	t.Helper()
	db := d.open(t)
	defer db.Close()
	d.until(t, statement, func() bool {
		_, err := db.Exec(statement)
		return err == nil
	})
}

// keysFile makes a keys file with one version.
func keysFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	check.OK(t, check.ErrOf(keys.Create(path, nil, time.Now())))
	return path
}

// copyKeys does what an operator does: the file is there whole or not at all.
func copyKeys(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to+".tmp", text, 0o600)
	}
	if err == nil {
		err = os.Rename(to+".tmp", to)
	}
	check.OK(t, err)
}

// addKey adds a version to the file and makes the operator's store know it.
func addKey(t *testing.T, path string, operator *instance) {
	t.Helper()
	check.OK(t, check.ErrOf(keys.Add(path, nil, time.Now())))
	check.OK(t, check.ErrOf(operator.Keys().Reload()))
}
