package store_test

import (
	"encoding/hex"
	"errors"
	"net/netip"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/app/password"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
)

const (
	wrongCode = "" // compared like any other
	chosen    = "Marguerite-des-prés-41"
)

// recovery is recovery on the database, by a mailbox that tests open and close.
type recovery struct {
	*database
	*portal.Recovery
	linking  *portal.Linking
	t        *testing.T
	asked    int
	closed   map[portal.Channel]bool // channels without a gateway
	landline bool                    // no number on file can receive an SMS
}

func newRecovery(t *testing.T, d *database) *recovery {
	t.Helper()
	common, err := password.DefaultList()
	check.OK(t, err)
	r := &recovery{database: d, t: t, closed: map[portal.Channel]bool{}}
	r.Recovery = &portal.Recovery{Store: d.store, Pool: passhash.NewPool(passhash.PoolOptions{Queue: 200, MaxWait: time.Minute}),
		Params: passhash.Params{MemoryKiB: 8, Time: 1, Threads: 1}, Keys: d.store.Keys(), Common: common, Now: d.Clock,
		Reach: &portal.Reach{
			Composer: composer{},
			Mobile:   func(keys.Secret) bool { return !r.landline },
			Offered:  func(c portal.Channel) bool { return !r.closed[c] },
		}}
	r.linking = &portal.Linking{Store: d.store, Recovery: r.Recovery, Composer: composer{}, Reach: r.Reach, Now: d.Clock}
	return r
}

func (composer) Code(c, _ portal.Channel, code keys.Secret, _ portal.Purpose, _ time.Time, _ string) portal.Content {
	return content(code.Reveal(), c)
}
func (composer) PasswordChanged(c portal.Channel, _ time.Time) portal.Content {
	return content("changed", c)
}
func (composer) SignedIn(c portal.Channel, _ time.Time, _ int) portal.Content {
	return content("signed in", c)
}
func (composer) Tried(c portal.Channel, _ time.Time, _ int) portal.Content {
	return content("tried", c)
}
func (composer) NewBrowser(c portal.Channel, _ time.Time, _ string) portal.Content {
	return content("new browser", c)
}
func (composer) ContactRemoved(c portal.Channel, _ time.Time) portal.Content {
	return content("removed", c)
}
func (composer) ContactChanged(c portal.Channel, _ time.Time, changed portal.Channel) portal.Content {
	return content(string(changed)+" changed", c)
}
func (composer) Linked(c portal.Channel, _ time.Time) portal.Content   { return content("linked", c) }
func (composer) Unlinked(c portal.Channel, _ time.Time) portal.Content { return content("unlinked", c) }
func (composer) Lost(c portal.Channel, _ time.Time) portal.Content     { return content("lost", c) }

// begin starts a flow from an address of its own and returns its token.
func (r *recovery) begin(n nir.Number, asked portal.Channel) keys.Secret {
	r.t.Helper()
	return r.beginFor(n, asked, portal.Reset)
}

func (r *recovery) beginFor(n nir.Number, asked portal.Channel, purpose portal.Purpose) keys.Secret {
	r.t.Helper()
	for {
		r.asked++
		token, err := r.Start(r.t.Context(), portal.StartRequest{Identifier: n, Channel: asked, Purpose: purpose,
			Address: netip.AddrFrom4([4]byte{198, 18, byte(r.asked >> 8), byte(r.asked)})})
		if e, ok := errors.AsType[*portal.Error](err); ok && e.Paced {
			r.Turn(e.Wait)
			continue
		}
		check.OK(r.t, err)
		return token
	}
}

// code reads the code of a flow where nobody else can, under the seal.
func (r *recovery) code(token keys.Secret) string {
	r.t.Helper()
	db := r.open(r.t)
	defer db.Close()
	index := keys.TokenIndex("flow", token)
	var sealed []byte
	check.OK(r.t, db.QueryRowContext(r.t.Context(), `SELECT code_sealed FROM flows WHERE token_index = $1`, index).Scan(&sealed))
	code, err := r.Keys.Open("code", hex.EncodeToString(index), sealed)
	check.OK(r.t, err)
	return string(code)
}

// give tries a code, whose message a gateway has.
func (r *recovery) give(token keys.Secret, code string) portal.CodeResult {
	r.t.Helper()
	r.copies(token, 1)
	defer r.copies(token, 0)
	result, err := r.Try(r.t.Context(), token, keys.NewSecret(code))
	check.OK(r.t, err)
	return result
}

// copies says how often the messages of a flow that wait were handed to a gateway.
func (r *recovery) copies(token keys.Secret, n int) {
	r.t.Helper()
	db := r.open(r.t)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, _ = db.ExecContext(r.t.Context(), `PRAGMA busy_timeout = 20000`) // of SQLite; PostgreSQL waits by itself
	check.OK(r.t, check.ErrOf(db.ExecContext(r.t.Context(), `UPDATE outbox SET copies = $1 WHERE flow = $2 AND state = 'open'`, n, keys.TokenIndex("flow", token))))
}

// given is a flow whose code was given.
func (r *recovery) given(n nir.Number) keys.Secret {
	r.t.Helper()
	token := r.begin(n, portal.SMS)
	if got := r.give(token, r.code(token)); got != portal.CodeRight {
		r.t.Fatalf("the right code: %v", got)
	}
	return token
}

// set chooses a password.
func (r *recovery) set(token keys.Secret) error {
	report, _, err := r.SetPassword(r.t.Context(), portal.NewPassword{Token: token, Typed: chosen})
	if err == nil && !report.OK() {
		r.t.Fatal("the password of the test is not good enough")
	}
	return err
}

// flow returns the open flow, and false when there is none.
func (r *recovery) flow(token keys.Secret) (portal.Flow, bool) {
	r.t.Helper()
	flow, err := r.store.Flow(r.t.Context(), token, r.Clock())
	if err != nil && !errors.Is(err, portal.ErrNoFlow) {
		r.t.Fatal(err)
	}
	return flow, err == nil
}
