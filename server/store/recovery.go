package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	flowIndex = "flow"
	flowSeal  = "flow"
	codeSeal  = "code"
)

// AddFlow implements portal.Tx.
func (tx *Tx) AddFlow(ctx context.Context, f portal.NewFlow) (portal.FlowRef, error) {
	index := keys.TokenIndex(flowIndex, f.Token)
	binding := hex.EncodeToString(index)
	ring := tx.keys.Snapshot()
	mac, version := portal.CodeMAC(ring, index, f.Code)
	var id any
	if f.Account != "" {
		id = string(f.Account)
	}
	var epoch any
	if f.Pair.Epoch != 0 {
		epoch = f.Pair.Epoch
	}
	// The purposes of the table are those of its first release: with a session a flow is a confirmation, and with an address a change of
	// contacts, whatever it says there.
	purpose, session, contact := f.Purpose, any(nil), any(nil)
	if f.Session != "" {
		purpose, session = portal.Proof, f.Session
	}
	if f.Purpose == portal.Contact {
		contact = ring.Seal(contactSeal, binding, []byte(f.To.Reveal()))
	}
	bond := flowBond{Purpose: string(purpose), Account: string(f.Account), Epoch: f.Pair.Epoch, Failures: f.Pair.Failures, Digits: f.Digits, Known: f.Known,
		Shared: f.Shared, Disowned: f.Disowned, Session: f.Session, Contact: contact != nil, Created: micros(f.At), Expires: micros(f.Expires)}
	_, err := tx.exec(ctx, `
		INSERT INTO flows (token_index, purpose, asked, identifier_sealed, account_id, code_mac, key_version, code_sealed,
			last_send_at, created_at, expires_at, digits, known, epoch, failures, shared, disowned, session, contact_sealed,
			bond_sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		index,
		string(purpose),
		string(f.Asked),
		ring.Seal(flowSeal, binding, []byte(f.Identifier.Canonical())),
		id,
		mac,
		version,
		ring.Seal(codeSeal, binding, []byte(f.Code.Reveal())),
		micros(f.At),
		micros(f.Expires),
		f.Digits,
		flag(f.Known),
		epoch,
		f.Pair.Failures,
		flag(f.Shared),
		flag(f.Disowned),
		session,
		contact,
		ring.Seal(bondSeal, binding, bond.text()))
	return index, err
}

// Recipient implements portal.Reads.
func (s *reads) Recipient(ctx context.Context, n nir.Number) (portal.Recipient, error) {
	var to portal.Recipient
	var civil, email, phone []byte
	var disabled bool
	found, err := s.nearest(ctx, n.Canonical(), `id, civil_sealed, email_sealed, phone_sealed, disabled_at IS NOT NULL`,
		func() []any { return []any{&to.Account, &civil, &email, &phone, &disabled} })
	if err != nil {
		return portal.Recipient{}, err
	}
	// The addresses of another account are opened in the place of nobody's, and dropped: opening takes its time.
	to.Addresses, err = s.addresses(to.Account, email, phone)
	if err == nil {
		to.Initial, err = s.initial(to.Account, civil)
	}
	if err == nil {
		to.Refused, err = s.refused(ctx, to.Account)
	}
	if !found || disabled {
		return portal.Recipient{}, nil
	}
	return to, err
}

// initial opens the names of an account and returns the first letter of the given ones.
func (s *reads) initial(id portal.AccountID, sealed []byte) (string, error) {
	if sealed == nil { // there is no account at all
		return "", nil
	}
	text, err := s.keys.Open(civilSeal, string(id), sealed)
	if err != nil {
		return "", err
	}
	var civil portal.Civil
	if err := json.Unmarshal(text, &civil); err != nil {
		return "", err
	}
	return civil.Initial(), nil
}

func (s *reads) addresses(id portal.AccountID, email, phone []byte) (a portal.Addresses, err error) {
	if email != nil {
		var b []byte
		if b, err = s.keys.Open(emailSeal, string(id), email); err == nil {
			a.Email = keys.NewSecret(string(b))
		}
	}
	if phone != nil && err == nil {
		var b []byte
		if b, err = s.keys.Open(phoneSeal, string(id), phone); err == nil {
			a.Phone = keys.NewSecret(string(b))
		}
	}
	return a, err
}

// Flow implements portal.Reads.
func (s *reads) Flow(ctx context.Context, token keys.Secret, now time.Time) (f portal.Flow, err error) {
	var kept keptBond
	var sealed, contact []byte
	var last int64
	err = s.row(ctx, `
		SELECT asked, identifier_sealed, tries, sends, last_send_at, contact_sealed, `+bondColumns+`
		FROM flows
		WHERE closed_at IS NULL AND created_at > $1 AND token_index = $2`, micros(now.Add(-portal.FlowLife)), keys.TokenIndex(flowIndex, token)).
		Scan(append([]any{&f.Asked, &sealed, &f.Tries, &f.Sends, &last, &contact}, kept.into()...)...)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !s.holds(ctx, kept) {
		return portal.Flow{}, portal.ErrNoFlow
	}
	if err != nil {
		return portal.Flow{}, err
	}
	f.Ref, f.Purpose, f.Account, f.Digits = kept.flow, portal.Purpose(kept.Purpose), portal.AccountID(kept.Account), kept.Digits
	f.Known, f.Shared, f.Disowned = kept.Known, kept.Shared, kept.Disowned
	f.Session, f.Pair = kept.Session, portal.ProvenPair{Epoch: kept.Epoch, Failures: kept.Failures}
	plain, err := s.keys.Open(flowSeal, hex.EncodeToString(f.Ref), sealed)
	if err == nil {
		f.To, err = s.openContact(f.Ref, contact)
	}
	if err != nil {
		return portal.Flow{}, fmt.Errorf("flow: %w", err)
	}
	switch {
	case contact != nil:
		f.Purpose = portal.Contact
	case f.Session != "":
		f.Purpose = portal.Confirmation
	}
	f.LastSend, f.Expires = fromMicros(last), fromMicros(kept.Expires)
	if kept.consumed != 0 {
		f.Consumed = fromMicros(kept.consumed)
	}
	f.Identifier, err = restoreNumber(string(plain))
	return f, err
}

// CountSend implements portal.Tx. The conditions are part of the update: two clicks at once send one message.
func (tx *Tx) CountSend(ctx context.Context, flow portal.FlowRef, channel portal.Channel, at time.Time) (keys.Secret, error) {
	var sealed []byte
	err := tx.row(ctx, `
		UPDATE flows SET sends = sends + 1, last_send_at = $2, asked = $6
		WHERE token_index = $1
		AND closed_at IS NULL AND consumed_at IS NULL AND tries < $3 AND expires_at > $2
		AND sends < $4 AND (last_send_at <= $5 OR last_send_at > $7 OR asked <> $6)
		RETURNING code_sealed`,
		[]byte(flow), micros(at), portal.CodeTries, portal.MostSends, micros(at.Add(-portal.ResendAfter)), string(channel),
		micros(at.Add(portal.ClockSkew))).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return keys.Secret{}, nil
	}
	if err != nil {
		return keys.Secret{}, err
	}
	code, err := tx.keys.Open(codeSeal, hex.EncodeToString(flow), sealed)
	if err != nil {
		return keys.Secret{}, fmt.Errorf("code: %w", err)
	}
	return keys.NewSecret(string(code)), nil
}

// SentBy implements portal.Tx.
func (tx *Tx) SentBy(ctx context.Context, flow portal.FlowRef, channel portal.Channel) error {
	_, err := tx.exec(ctx, `UPDATE flows SET asked = $2 WHERE token_index = $1`, []byte(flow), string(channel))
	return err
}

// CloseFlow implements portal.Tx.
func (tx *Tx) CloseFlow(ctx context.Context, flow portal.FlowRef, at time.Time) error {
	_, err := tx.exec(ctx, `UPDATE flows SET closed_at = $2 WHERE token_index = $1 AND closed_at IS NULL`, []byte(flow), micros(at))
	return err
}

// CountTry implements portal.Tx.
func (tx *Tx) CountTry(ctx context.Context, flow portal.FlowRef) (t portal.Tried, err error) {
	var expires int64
	err = tx.row(ctx, `
		UPDATE flows SET tries = tries + 1
		WHERE token_index = $1 AND closed_at IS NULL AND consumed_at IS NULL AND tries < $2
		RETURNING code_mac, key_version, expires_at, tries`,
		[]byte(flow), portal.CodeTries).Scan(&t.MAC, &t.KeyVersion, &expires, &t.Tries)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Tried{}, portal.ErrNoFlow
	}
	t.Expires = fromMicros(expires)
	return t, err
}

// ConsumeCode implements portal.Tx. A message that no gateway has had is read by nobody: whoever gives its code has guessed.
func (tx *Tx) ConsumeCode(ctx context.Context, flow portal.FlowRef, at time.Time) (consumed bool, err error) {
	n, err := tx.exec(ctx, `
		UPDATE flows SET consumed_at = $2, given_sealed = $3
		WHERE token_index = $1
		AND consumed_at IS NULL AND closed_at IS NULL AND expires_at > $2 AND account_id IS NOT NULL
		AND EXISTS (SELECT 1 FROM outbox WHERE flow = $1 AND (state = 'sent' OR copies > 0))`, []byte(flow), micros(at), tx.sealGiven(flow, at))
	return n == 1, err
}
