package store_test

import (
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// A pooler that gives each unit of work another connection of the server is noticed by itself: no prepared statement and no setting of a
// connection is counted on.
func TestBehindPgBouncerEverythingWorks(t *testing.T) {
	t.Parallel()
	w, over := newLine(t, storetest.PostgresURL(t))
	address := storetest.ThroughPgBouncer(t, over)
	ring := storetest.Keys(t)
	one := storetest.Open(t, store.Options{URL: address, Keys: ring})
	other := storetest.Open(t, store.Options{URL: address, Keys: ring})
	id := storetest.Add(t, one, storetest.Nathalie(t))
	for range 3 {
		up(t, one, "one instance")
		up(t, other, "another")
	}
	if account, err := other.Account(t.Context(), id); err != nil || account.Email.Reveal() != "nathalie@example.org" {
		t.Errorf("%+v, %v", account, err)
	}
	bulk := storetest.Open(t, store.Options{URL: address, Keys: ring})
	check.OK(t, bulk.Bulk(t.Context()))
	if r, err := portal.Import(t.Context(), bulk, strings.NewReader(manyRows(0, 1200, "+33639980001")), portal.ImportOptions{}); err != nil || r.Created != 1200 {
		t.Errorf("an import: %+v, %v", r, err)
	}

	held, err := one.Begin(t.Context())
	check.OK(t, err)
	check.OK(t, check.ErrOf(held.LockBuckets(t.Context(), time.Now(), portal.AccountSubject(storetest.Number(t, "2690549588157")))))
	if err := signIn(t, other); err == nil || !store.Unavailable(err) {
		t.Errorf("a lock that is not let go: %v, want an error that passes", err)
	}
	held.Rollback()

	// PgBouncer goes on when its server does not, and waits two minutes for it.
	one.Hurry()
	w.end(true)
	down(t, one, "without the server")
	w.end(false)
	for end := time.Now().Add(time.Minute); one.Ping(t.Context()) != nil && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond) // PgBouncer tries again by itself
	}
	up(t, one, "with the server again")
}
