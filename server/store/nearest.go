package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
)

// nearest reads columns of the account with that identifier into dest and reports whether there is one. When there is
// none it reads those of another account, at a place that the keyed index of the identifier draws: a row is fetched and
// scanned either way, so that the time of an answer does not tell whether the account exists (OWASP ASVS 5.0 V6.3.8).
// Only a caller that was told true may use what dest holds.
func (s *reads) nearest(ctx context.Context, identifier, columns string, dest func() []any) (found bool, err error) {
	indexes, err := s.indexes(ctx, identifierIndex, identifier)
	if err != nil {
		return false, err
	}
	// The current key last: a change of keys moves rows towards it, and one that moves in between is not passed over.
	for _, index := range slices.Backward(indexes) {
		var at []byte
		into := append([]any{&at}, dest()...)
		if found {
			into = make([]any, len(into)) // the row of another key: fetched like the others, and dropped
			for i := range into {
				into[i] = new(any)
			}
		}
		err := s.row(ctx, `SELECT identifier_index, `+columns+` FROM accounts WHERE identifier_index >= $1 ORDER BY identifier_index LIMIT 1`, index).
			Scan(into...)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, err
		}
		found = found || bytes.Equal(at, index)
	}
	return found, nil
}
