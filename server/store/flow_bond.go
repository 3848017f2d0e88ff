package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"moncompte/server/portal"
)

const (
	bondSeal  = "flow-bond"
	givenSeal = "flow-given"
)

// flowBond is what a flow was begun for, as its row says. It is sealed and bound to the row, as is the moment in which the code was given:
// whoever can only write to the database gives no flow of their own the account of another, or a code that nobody gave.
type flowBond struct {
	Purpose  string `json:"purpose"`
	Account  string `json:"account"`
	Epoch    int64  `json:"epoch"`
	Failures int    `json:"failures"`
	Digits   int    `json:"digits"`
	Known    bool   `json:"known"`
	Shared   bool   `json:"shared"`
	Disowned bool   `json:"disowned"`
	Session  string `json:"session"`
	Contact  bool   `json:"contact"`
	Created  int64  `json:"created"`
	Expires  int64  `json:"expires"`
}

// bondColumns are what keptBond.into reads.
const bondColumns = `token_index, purpose, coalesce(account_id, ''), coalesce(epoch, 0), failures, digits, known = 1, shared = 1, disowned = 1,
	coalesce(session, ''), contact_sealed IS NOT NULL, flows.created_at, expires_at, coalesce(consumed_at, 0), bond_sealed, given_sealed`

// keptBond is a row of flows, as far as somebody relies on it.
type keptBond struct {
	flowBond
	flow        portal.FlowRef
	consumed    int64
	bond, given []byte
}

func (k *keptBond) into() []any {
	return []any{(*[]byte)(&k.flow), &k.Purpose, &k.Account, &k.Epoch, &k.Failures, &k.Digits, &k.Known, &k.Shared, &k.Disowned, &k.Session, &k.Contact,
		&k.Created, &k.Expires, &k.consumed, &k.bond, &k.given}
}

func (b flowBond) text() []byte {
	text, err := json.Marshal(b)
	if err != nil {
		panic(err) // texts and numbers alone
	}
	return text
}

// holds tells whether the row says what was sealed. One that does not is nobody's flow; a flow of a release that sealed none is begun anew.
func (s *reads) holds(ctx context.Context, k keptBond) bool {
	binding := hex.EncodeToString(k.flow)
	bond, err := s.keys.Open(bondSeal, binding, k.bond)
	sound := err == nil && bytes.Equal(bond, k.text())
	if sound && k.consumed != 0 {
		given, err := s.keys.Open(givenSeal, binding, k.given)
		sound = err == nil && string(given) == strconv.FormatInt(k.consumed, 10)
	}
	if !sound && k.bond != nil {
		s.log.ErrorContext(ctx, "a flow is not what it was begun as: it opens nothing", "account", k.Account)
	}
	return sound
}

// sealGiven seals the moment in which the flow's code was given.
func (s *reads) sealGiven(flow portal.FlowRef, at time.Time) []byte {
	return s.keys.Seal(givenSeal, hex.EncodeToString(flow), strconv.AppendInt(nil, micros(at), 10))
}
