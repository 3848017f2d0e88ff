package portal

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"moncompte/server/keys"
)

// Session is what a successful sign-in opens.
type Session struct {
	Account AccountID
	Epoch   int64
	Method  Method
	At      time.Time
	Device  keys.Secret // the token to keep in the browser

	Remember time.Time // until when the browser needs no second step; zero = as it is
	Shared   bool      // on a computer of several people: nothing of it is kept there, or remembered of it
	Renew    bool      // its password is too weak for today's rules: it opens nothing but the choice of another one
}

// MostSessions is how many sessions an account has at once: with one more, the oldest ends (OWASP ASVS 5.0 V7.1.2).
const MostSessions = 20

// OpenSession is one of the account's sessions, as its owner sees it.
type OpenSession struct {
	ID                string
	Browser           string // "Firefox/Android", empty when unknown
	Started, LastSeen time.Time
}

// SessionRow is a session as it is kept. It belongs to an account and to the account's epoch: it is not found once the epoch
// has moved on or the account is disabled, so that one statement ends all sessions of an account on every instance.
type SessionRow struct {
	Token    string    // a hash of the token, never the token
	Account  AccountID // "" for an anonymous session
	Epoch    int64
	Data     []byte // by SessionCodec; a row with other data is another NewSessionRow
	Expires  time.Time
	New      bool   // made in this request; any other must still be there, or it stays ended (OWASP ASVS 5.0 V7.4.1)
	Replaces string // the hash of the token of the session that this one takes the place of, "" without one

	read *sessionData // what Data holds, nil when it was not read
}

// The values of a session that are known beyond the pages. All values of a session are texts.
const (
	SessionAccount = "account"
	SessionEpoch   = "epoch"
	SessionID      = "id"      // names the session in the list of open ones; it is not the token
	SessionBrowser = "browser" // "Firefox/Android"
	SessionMethod  = "method"  // the Method by which it was opened
	SessionShared  = "shared"  // on a computer of several people, "" on any other
)

// SessionCodec is the form of a session's data: JSON, so that the store can tell the sessions of a list apart.
type SessionCodec struct{}

type sessionData struct {
	Deadline int64             `json:"deadline"` // microseconds since 1970, UTC
	Values   map[string]string `json:"values"`
}

// Encode refuses values that are not texts.
func (SessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := sessionData{deadline.UnixMicro(), make(map[string]string, len(values))}
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
	deadline, texts, err := SessionRow{Data: data}.Read()
	values := make(map[string]any, len(texts))
	for k, v := range texts {
		values[k] = v
	}
	return deadline, values, err
}

// Read returns the end that no request moves on, and the values of the session, which are not to be changed.
func (r SessionRow) Read() (deadline time.Time, values map[string]string, err error) {
	if r.read == nil {
		r.read = &sessionData{}
		err = json.Unmarshal(r.Data, r.read)
	}
	return time.UnixMicro(r.read.Deadline).UTC(), r.read.Values, err
}

// id names the session, as long as it lasts, under whatever token.
func (r SessionRow) id() (string, error) {
	_, values, err := r.Read()
	if err == nil && values[SessionID] == "" {
		err = errors.New("the session has no name")
	}
	return values[SessionID], err
}

// shared reports whether the session is on a computer of several people.
func (r SessionRow) shared() (bool, error) {
	_, values, err := r.Read()
	return values[SessionShared] != "", err
}

// sessionLeft is set in what is left of a session.
const sessionLeft = "left"

// left is what is kept of the session once a new password has ended it, for as long as the form may be sent a second time.
func (r SessionRow) left(at time.Time) (SessionRow, error) {
	until := at.Add(AgainLife)
	data, err := SessionCodec{}.Encode(until, map[string]any{SessionAccount: string(r.Account), SessionEpoch: strconv.FormatInt(r.Epoch, 10), sessionLeft: "1"})
	return SessionRow{Token: r.Token, Account: r.Account, Epoch: r.Epoch, Data: data, Expires: until, New: true}, err
}

// Left reports whether the row is what is left of a session.
func (r SessionRow) Left() bool {
	_, values, err := r.Read()
	return err == nil && values[sessionLeft] != ""
}

// NewSessionRow is a session whose owner is read from its data.
func NewSessionRow(token string, data []byte, expires time.Time) (SessionRow, error) {
	row := SessionRow{Token: token, Data: data, Expires: expires, read: &sessionData{}}
	err := json.Unmarshal(data, row.read)
	values := row.read.Values
	if err != nil || values[SessionAccount] == "" {
		return row, err
	}
	row.Account = AccountID(values[SessionAccount])
	if row.Epoch, err = strconv.ParseInt(values[SessionEpoch], 10, 64); err != nil {
		return row, fmt.Errorf("session epoch: %w", err)
	}
	return row, nil
}
