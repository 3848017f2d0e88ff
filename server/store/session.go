package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"moncompte/server/portal"
)

// Sessions is the scs store. The one that scs ships writes a whole row whenever a request ends, so a request that is
// still running when the person signs out brings the session back to life. This one inserts only tokens made in the
// same request, and otherwise updates a row that must still be there (OWASP ASVS 5.0 V7.4.1).
//
// A session belongs to an account and to the account's epoch: it is not found once the epoch has moved on or the
// account is disabled, so one statement ends all sessions of an account on every instance.
type Sessions struct{ store *Store }

// Sessions returns the scs store on this database.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// The values of a session that this store reads. All values of a session are strings.
const (
	SessionAccount = "account"
	SessionEpoch   = "epoch"
	SessionID      = "id"      // names the session in the list of open ones; it is not the token
	SessionBrowser = "browser" // "Firefox/Android"
)

// touchEvery is how old a session's expiry in the database may get before a request moves it on. Without it, every
// page view would be a write.
const touchEvery = time.Minute

type visitKey struct{}

// visit is what one request has found of its session.
type visit struct {
	token   string
	data    string
	expires time.Time
}

// WithVisit prepares the context of a request: CommitCtx needs it to tell a new session from one that it loaded.
func WithVisit(ctx context.Context) context.Context {
	return context.WithValue(ctx, visitKey{}, &visit{})
}

var errNoVisit = errors.New("store: the request's context was not made by WithVisit")

// FindCtx implements scs.CtxStore. scs hands over the SHA-256 of the token, never the token.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		return nil, false, errNoVisit
	}
	var data []byte
	var expires int64
	err := s.store.row(ctx, `
		SELECT data, expires_at
		FROM sessions
		LEFT JOIN accounts ON accounts.id = sessions.account_id
		WHERE token_hash = $1
		AND expires_at > $2
		AND (account_id IS NULL OR (session_epoch = epoch AND disabled_at IS NULL))`,
		token, micros(s.store.now())).Scan(&data, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	*v = visit{token, string(data), fromMicros(expires)}
	return data, true, nil
}

// CommitCtx implements scs.CtxStore.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		return errNoVisit
	}
	account, epoch, err := owner(data)
	if err != nil {
		return err
	}
	now := micros(s.store.now())
	if v.token != token {
		return s.store.write(ctx, func(q statements) error {
			_, err := q.exec(ctx, `
				INSERT INTO sessions (token_hash, account_id, epoch, data, created_at, last_seen_at, expires_at)
				VALUES ($1, $2, $3, $4, $5, $5, $6)`, token, account, epoch, data, now, micros(expires))
			*v = visit{token, string(data), expires} // written already when the request ends
			return err
		})
	}
	if v.data == string(data) && expires.Sub(v.expires) < touchEvery {
		return nil
	}
	return s.store.write(ctx, func(q statements) error {
		// No row means that the session ended while this request ran: it stays ended.
		_, err := q.exec(ctx, `
			UPDATE sessions SET account_id = $2, epoch = $3, data = $4, last_seen_at = $5, expires_at = $6
			WHERE token_hash = $1`, token, account, epoch, data, now, micros(expires))
		return err
	})
}

// DeleteCtx implements scs.CtxStore.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.store.write(ctx, func(q statements) error {
		_, err := q.exec(ctx, `DELETE FROM sessions WHERE token_hash = $1`, token)
		return err
	})
}

// Find, Commit and Delete complete scs.Store, whose manager calls the methods with a context when there are any.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(WithVisit(context.Background()), token)
}

func (s *Sessions) Commit(token string, data []byte, expires time.Time) error {
	return s.CommitCtx(WithVisit(context.Background()), token, data, expires)
}

func (s *Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// owner returns the account and the epoch written in a session's data; a nil account for an anonymous session.
func owner(data []byte) (account any, epoch int64, err error) {
	_, values, err := SessionCodec{}.decode(data)
	if err != nil || values[SessionAccount] == "" {
		return nil, 0, err
	}
	if epoch, err = strconv.ParseInt(values[SessionEpoch], 10, 64); err != nil {
		return nil, 0, fmt.Errorf("session epoch: %w", err)
	}
	return values[SessionAccount], epoch, nil
}

// SessionCodec implements scs.Codec: JSON, so that the store can read whose session it keeps.
type SessionCodec struct{}

type sessionData struct {
	Deadline int64             `json:"deadline"` // microseconds since 1970, UTC
	Values   map[string]string `json:"values"`
}

// Encode refuses values that are not strings.
func (SessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := sessionData{micros(deadline), make(map[string]string, len(values))}
	for k, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("session value %s is a %T, not a string", k, v)
		}
		d.Values[k] = text
	}
	return json.Marshal(d)
}

// Decode is the inverse of Encode.
func (c SessionCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	deadline, texts, err := c.decode(data)
	values := make(map[string]any, len(texts))
	for k, v := range texts {
		values[k] = v
	}
	return deadline, values, err
}

func (SessionCodec) decode(data []byte) (time.Time, map[string]string, error) {
	var d sessionData
	err := json.Unmarshal(data, &d)
	return fromMicros(d.Deadline), d.Values, err
}

// OpenSessions returns the account's sessions that have not expired, the latest used first.
func (s *reads) OpenSessions(ctx context.Context, id portal.AccountID) ([]portal.OpenSession, error) {
	var open []portal.OpenSession
	err := s.each(ctx, func(rows *sql.Rows) error {
		var data []byte
		var created, seen int64
		if err := rows.Scan(&data, &created, &seen); err != nil {
			return err
		}
		_, values, err := SessionCodec{}.decode(data)
		open = append(open, portal.OpenSession{ID: values[SessionID], Browser: values[SessionBrowser],
			Started: fromMicros(created), LastSeen: fromMicros(seen)})
		return err
	}, `
		SELECT data, sessions.created_at, last_seen_at
		FROM sessions
		JOIN accounts ON accounts.id = account_id
		WHERE account_id = $1 AND epoch = session_epoch AND expires_at > $2
		ORDER BY last_seen_at DESC`, string(id), micros(s.now()))
	return open, err
}

// EndOtherSessions ends the account's sessions except the one with that ID, and returns how many there were.
func (s *Store) EndOtherSessions(ctx context.Context, id portal.AccountID, keep string) (ended int, err error) {
	err = s.write(ctx, func(q statements) error {
		var others []any
		err := q.each(ctx, func(rows *sql.Rows) error {
			var token string
			var data []byte
			if err := rows.Scan(&token, &data); err != nil {
				return err
			}
			_, values, err := SessionCodec{}.decode(data)
			if values[SessionID] != keep {
				others = append(others, token)
			}
			return err
		}, `SELECT token_hash, data FROM sessions WHERE account_id = $1`, string(id))
		if err != nil || len(others) == 0 {
			return err
		}
		n, err := q.exec(ctx, `DELETE FROM sessions WHERE token_hash IN (`+list(1, len(others))+`)`, others...)
		ended = int(n)
		return err
	})
	return ended, err
}
