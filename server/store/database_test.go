package store_test

import (
	"context"
	"testing"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// database is a store with a clock that tests turn and a record of the statements.
type database struct {
	url   string
	keys  *keys.Ring
	store *store.Store
	*storetest.Watch
}

// unit runs do in a unit of work.
func (d *database) unit(ctx context.Context, do func(portal.Tx) error) error {
	tx, err := d.store.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// must is unit where it has to succeed.
func (d *database) must(t *testing.T, do func(portal.Tx) error) {
	t.Helper()
	check.OK(t, d.unit(t.Context(), do))
}

// enter signs in to the account with a session of that token.
func (d *database) enter(t *testing.T, id portal.AccountID, method portal.Method, device keys.Secret, token string) {
	t.Helper()
	d.must(t, func(tx portal.Tx) error {
		return tx.Enter(t.Context(), portal.Session{Account: id, Epoch: 1, Method: method, At: d.Clock(), Device: device},
			d.row(t, id, 1, token))
	})
}
