package franceconnect_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	fc "moncompte/server/franceconnect"
	"moncompte/server/franceconnect/fctest"
	"moncompte/server/portal"
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "franceconnect")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		keysDir = dir
		return m.Run()
	}())
}

// encryptionKeys are made once: RSA keys take their time.
var encryptionKeys = sync.OnceValues(func() (*fc.EncryptionKeys, error) {
	return fc.CreateEncryptionKeys(filepath.Join(keysDir, "shared.jwks"))
})

// keysDir is where they are, until the tests end.
var keysDir string

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// setting is one way to be registered.
type setting struct {
	name string
	fctest.Options
}

func settings() []setting {
	return []setting{
		{"FranceConnect ES256", fctest.Options{}},
		{"FranceConnect RS256", fctest.Options{Alg: "RS256"}},
		{"FranceConnect+ RSA", fctest.Options{Profile: fc.Plus}},
		{"FranceConnect+ ECDH", fctest.Options{Profile: fc.Plus, EncryptionAlg: "ECDH-ES"}},
	}
}

// party is a client, its provider, and one browser.
type party struct {
	*fc.Client
	provider *fctest.Provider
	clock    *clock
	log      *check.Log
	publish  func() []byte // the encryption keys that the provider sees

	mu     sync.Mutex
	visits map[string]portal.Visit // under way, by their state
}

func newParty(t *testing.T, o fctest.Options, change ...func(*fc.Options)) *party {
	t.Helper()
	pt := &party{clock: newClock(), log: &check.Log{}, visits: map[string]portal.Visit{}}
	if o.Now == nil {
		o.Now = pt.clock.now
	}
	o.JWKS = func() []byte { return pt.publish() }
	pt.provider = fctest.New(t, o)
	options := pt.provider.Client()
	options.Log = slog.New(slog.NewTextHandler(pt.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if o.Profile == fc.Plus {
		k, err := encryptionKeys()
		check.OK(t, err)
		options.EncryptionKeys = k
	}
	for _, f := range change {
		f(&options)
	}
	var err error
	if pt.Client, err = fc.New(options); err != nil {
		t.Fatal(err)
	}
	pt.publish = pt.JWKS
	return pt
}

// finish comes back with the browser's visit of that state, each once.
func (pt *party) finish(ctx context.Context, q url.Values) (portal.Identity, error) {
	pt.mu.Lock()
	v := pt.visits[q.Get("state")]
	delete(pt.visits, q.Get("state"))
	pt.mu.Unlock()
	return pt.Finish(ctx, q, v)
}

// kindOf returns the kind of a failure, "" for any other error.
func kindOf(err error) portal.FailureKind {
	if f, ok := errors.AsType[*portal.ProviderError](err); ok {
		return f.Kind
	}
	return ""
}

// begin starts and comes back with the callback's query.
func (pt *party) begin(ctx context.Context, t *testing.T) (url.Values, error) {
	t.Helper()
	address, v, err := pt.Start(ctx)
	if err != nil {
		return nil, err
	}
	pt.mu.Lock()
	pt.visits[v.State.Reveal()] = v
	pt.mu.Unlock()
	q, err := pt.provider.Visit(t.Context(), address)
	check.OK(t, err)
	return q, nil
}

// signIn does the whole way.
func (pt *party) signIn(ctx context.Context, t *testing.T) (portal.Identity, error) {
	t.Helper()
	q, err := pt.begin(ctx, t)
	if err != nil {
		return portal.Identity{}, err
	}
	return pt.finish(ctx, q)
}
