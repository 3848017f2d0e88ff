package portal_test

import (
	"context"

	"moncompte/app/nir"
	"moncompte/server/portal"
)

// imported is a store in memory for rows alone. It knows an account by its identifier, as the real one does.
type imported struct {
	portal.Store
	rows    map[string]portal.ImportRow
	batches int
	err     error
}

func (s *imported) AccountOf(_ context.Context, n nir.Number) (portal.Account, error) {
	return s.rows[n.Canonical()].Account, nil
}

func (s *imported) MakeReady([]portal.ImportRow) error { return nil }

func (s *imported) Stored(_ context.Context, rows []portal.ImportRow) (there []bool, err error) {
	for _, row := range rows {
		_, known := s.rows[row.Account.Identifier.Canonical()]
		there = append(there, known)
	}
	return there, nil
}

func (s *imported) Begin(context.Context) (portal.Tx, error) {
	if s.err != nil {
		return nil, s.err
	}
	s.batches++
	return &importing{store: s}, nil
}

// importing is a unit of work of imported; it undoes nothing.
type importing struct {
	portal.Tx
	store *imported
}

func (tx *importing) AccountOf(ctx context.Context, n nir.Number) (portal.Account, error) {
	return tx.store.AccountOf(ctx, n)
}

func (tx *importing) Stored(ctx context.Context, rows []portal.ImportRow) ([]bool, error) {
	return tx.store.Stored(ctx, rows)
}

func (tx *importing) AddAccounts(ctx context.Context, rows []portal.ImportRow) error {
	for _, row := range rows {
		if err := tx.ImportAccount(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

func (tx *importing) ImportAccount(_ context.Context, row portal.ImportRow) error {
	if tx.store.rows == nil {
		tx.store.rows = map[string]portal.ImportRow{}
	}
	id := row.Account.Identifier.Canonical()
	row.Account.ID = portal.AccountID(id)
	tx.store.rows[id] = row
	return nil
}

func (tx *importing) Commit() error { return nil }
func (tx *importing) Rollback()     {}
