package storetest

import (
	"path/filepath"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/store"
)

// Engine is a way to get an empty database.
type Engine struct {
	Name string
	URL  func(testing.TB) string
}

// Engines are those that the contract holds for.
var Engines = []Engine{{"sqlite", SQLiteURL}, {"postgres", PostgresURL}}

// SQLiteURL returns the address of a new SQLite file.
func SQLiteURL(t testing.TB) string { return "file:" + filepath.Join(t.TempDir(), "moncompte.db") }

// Keys returns a new ring of one version.
func Keys(t testing.TB) *keys.Ring {
	t.Helper()
	ring, err := keys.Create(filepath.Join(t.TempDir(), "moncompte.keys"), nil, time.Now())
	check.OK(t, err)
	return ring
}

// Open opens a store until the end of the test and migrates it. Keys that are not given are made.
func Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	if o.Keys == nil {
		o.Keys = Keys(t)
	}
	s, err := store.Open(t.Context(), o)
	check.OK(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	check.OK(t, check.ErrOf(s.Migrate(t.Context())))
	return s
}
