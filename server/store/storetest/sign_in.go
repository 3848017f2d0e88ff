package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
)

// openedTogether opens a session inside the transaction that records the sign-in.
func openedTogether(t *testing.T, b *bench) {
	id := Add(t, b.store, Nathalie(t))
	fault := errors.New("the session could not be kept")
	for _, c := range []struct {
		token string
		fault error
	}{{"kept", nil}, {"lost", fault}} {
		ctx := store.WithVisit(t.Context())
		err := b.store.SignedIn(ctx, portal.Success{Account: id, At: b.clock(), Method: portal.Password, Device: portal.NewToken(),
			Open: func(ctx context.Context) error {
				if err := b.store.Sessions().CommitCtx(ctx, c.token, data(t, id, 1, c.token), b.clock().Add(30*time.Minute)); err != nil {
					t.Error(err)
				}
				return c.fault
			}})
		if !errors.Is(err, c.fault) {
			t.Errorf("%s: %v", c.token, err)
		}
		if _, found := b.visit(t, c.token); found != (c.fault == nil) {
			t.Errorf("session %s found: %v", c.token, found)
		}
		b.turn(time.Minute)
	}
	history, err := b.store.SignIns(t.Context(), id, keys.Secret{})
	if err != nil || len(history) != 1 {
		t.Errorf("%d sign-ins in the history (%v), want the one whose session was kept", len(history), err)
	}
}
