package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/store"
)

// Engine is a way to get a new database.
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

// migrate gives an empty database today's schema. Every migration is a commit of its own, so that a copy of what comes out is much
// quicker than doing it again for each test.
func migrate(url string) error {
	s, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		return err
	}
	return errors.Join(check.ErrOf(s.Migrate(context.Background())), s.Close())
}

// schema is a SQLite file with today's schema and nothing in it.
var schema = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "moncompte-schema")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "moncompte.db")
	if err := migrate("file:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Open opens a store of today's schema until the end of the test. Keys that are not given are made.
func Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	if path := strings.TrimPrefix(o.URL, "file:"); filepath.IsAbs(path) && !strings.HasPrefix(path, "//") {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			empty, err := schema()
			check.OK(t, err)
			check.OK(t, os.WriteFile(path, empty, 0o600))
		}
	}
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
