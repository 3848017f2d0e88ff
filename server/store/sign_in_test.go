package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// openedTogether opens a session inside the transaction that records the sign-in.
func openedTogether(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	fault := errors.New("the session could not be kept")
	for _, c := range []struct {
		token string
		fault error
	}{{"kept", nil}, {"lost", fault}} {
		ctx := store.WithVisit(t.Context())
		err := d.store.SignedIn(ctx, portal.Success{Account: id, At: d.clock(), Method: portal.Password, Device: portal.NewToken(),
			Open: func(ctx context.Context) error {
				if err := d.store.Sessions().CommitCtx(ctx, c.token, data(t, id, 1, c.token), d.clock().Add(30*time.Minute)); err != nil {
					t.Error(err)
				}
				return c.fault
			}})
		if !errors.Is(err, c.fault) {
			t.Errorf("%s: %v", c.token, err)
		}
		if _, found := d.visit(t, c.token); found != (c.fault == nil) {
			t.Errorf("session %s found: %v", c.token, found)
		}
		d.turn(time.Minute)
	}
	history, err := d.store.SignIns(t.Context(), id, keys.Secret{})
	if err != nil || len(history) != 1 {
		t.Errorf("%d sign-ins in the history (%v), want the one whose session was kept", len(history), err)
	}
}
