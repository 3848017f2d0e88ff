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
//
// The index alone is not believed: what is sealed in the row, bound to its id, has to be the identifier that was asked for. Whoever can
// only write to the database gives no account another's number. It is opened in every row, for the same work.
func (s *reads) nearest(ctx context.Context, identifier, columns string, dest func() []any) (found bool, err error) {
	indexes, err := s.indexes(ctx, identifierIndex, identifier)
	if err != nil {
		return false, err
	}
	// The current key last: a change of keys moves rows towards it, and one that moves in between is not passed over.
	for _, index := range slices.Backward(indexes) {
		var id string
		var at, sealed []byte
		into := append([]any{&at, &id, &sealed}, dest()...)
		if found {
			for i := range into[3:] {
				into[3+i] = new(any) // the row of another key: fetched like the others, and dropped
			}
		}
		err := s.row(ctx, `SELECT identifier_index, id, identifier_sealed, `+columns+` FROM accounts WHERE identifier_index >= $1 ORDER BY identifier_index LIMIT 1`, index).
			Scan(into...)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, err
		}
		plain, err := s.keys.Open(identifierSeal, id, sealed)
		if bytes.Equal(at, index) {
			if ours := err == nil && string(plain) == identifier; ours {
				found = true
			} else {
				s.log.ErrorContext(ctx, "index not of its row", "account", id)
			}
		}
	}
	return found, nil
}
