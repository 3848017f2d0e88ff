package portal_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/app/password"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// counter is recovery on a real store, with a clock that tests turn, all that is logged, and a look at what the store
// has sealed.
type counter struct {
	t        *testing.T
	store    *store.Store
	recovery *portal.Recovery
	db       *sql.DB

	mu    sync.Mutex
	now   time.Time
	log   bytes.Buffer
	wakes int
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	common, err := password.DefaultList()
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{t: t, now: noon}
	url := storetest.SQLiteURL(t)
	c.store = storetest.Open(t, store.Options{URL: url, Now: c.clock})
	if c.db, err = sql.Open("sqlite", url+"?_pragma=busy_timeout(5000)"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.db.Close() })
	c.recovery = &portal.Recovery{
		Store:  c.store,
		Pool:   passhash.NewPool(passhash.PoolOptions{}),
		Params: small,
		Keys:   c.store.Keys(),
		Common: common,
		Reach: &portal.Reach{
			Composer: notify.Composer{OrgName: "Caf de test", Phone: "3230", Host: "moncompte.example"},
			Mobile:   notify.Mobile,
			Wake: func() {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.wakes++
			},
		},
		Log: slog.New(slog.NewTextHandler(c, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now: c.clock,
	}
	return c
}

func (c *counter) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *counter) turn(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// Write takes the log.
func (c *counter) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.Write(line)
}

func (c *counter) logged() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.String()
}

// add imports an account and returns its identifier.
func (c *counter) add(identifier string) nir.Number {
	c.t.Helper()
	a := storetest.Nathalie(c.t)
	a.Identifier = storetest.Number(c.t, identifier)
	storetest.Add(c.t, c.store, a)
	return a.Identifier
}

func (c *counter) hash(n nir.Number) string {
	c.t.Helper()
	cred, err := c.store.Credential(context.Background(), n)
	if err != nil {
		c.t.Fatal(err)
	}
	return cred.Hash.Reveal()
}

func (c *counter) start(n nir.Number) keys.Secret {
	c.t.Helper()
	token, err := c.recovery.Start(context.Background(), portal.StartRequest{Identifier: n, Channel: portal.SMS, Purpose: portal.Reset,
		Address: netip.MustParseAddr("192.0.2.1")})
	if err != nil {
		c.t.Fatal(err)
	}
	return token
}

// code reads the code of a flow where nobody else can: under the seal.
func (c *counter) code(token keys.Secret) string {
	c.t.Helper()
	index := keys.TokenIndex("flow", token)
	var sealed []byte
	if err := c.db.QueryRow(`SELECT code_sealed FROM flows WHERE token_index = $1`, index).Scan(&sealed); err != nil {
		c.t.Fatal(err)
	}
	code, err := c.store.Keys().Open("code", hex.EncodeToString(index), sealed)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(code)
}

// not returns a code that is another one.
func not(code string) string {
	last := code[5]
	return code[:5] + string('0'+(last-'0'+1)%10)
}

func (c *counter) try(token keys.Secret, code string) (portal.CodeResult, error) {
	return c.recovery.Try(context.Background(), token, keys.NewSecret(code))
}

// mustTry is try where only the result is in question.
func (c *counter) mustTry(token keys.Secret, code string, want portal.CodeResult) {
	c.t.Helper()
	got, err := c.try(token, code)
	if err != nil || got != want {
		c.t.Errorf("result %d, %v; want %d", got, err, want)
	}
}

// set chooses a password and reports whether it was set. Any error but that of a flow that is not there ends the test.
func (c *counter) set(token keys.Secret, typed string) bool {
	c.t.Helper()
	report, err := c.recovery.SetPassword(context.Background(), token, typed)
	if err != nil && !errors.Is(err, portal.ErrNoFlow) {
		c.t.Fatal(err)
	}
	return err == nil && report.OK()
}
