package store

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	flowIndex = "flow"
	flowSeal  = "flow"
	codeSeal  = "code"
	codeMAC   = "code"
)

// recoverable is an account that a code can be sent to.
type recoverable struct {
	id portal.AccountID
	portal.Addresses
}

// BeginFlow implements portal.RecoveryStore.
func (s *Store) BeginFlow(ctx context.Context, f portal.NewFlow) error {
	return s.write(ctx, func(q statements) error {
		account, err := s.recoverable(ctx, q, f.Identifier.Canonical())
		if err != nil {
			return err
		}
		index := keys.TokenIndex(flowIndex, f.Token)
		binding := hex.EncodeToString(index)
		ring := s.keys.Snapshot()
		var id any
		if account.id != "" {
			id = string(account.id)
		}
		_, err = q.exec(ctx, `
			INSERT INTO flows (token_index, purpose, asked, identifier_sealed, account_id, code_mac, key_version, code_sealed,
				last_send_at, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)`,
			index,
			string(f.Purpose),
			string(f.Asked),
			ring.Seal(flowSeal, binding, []byte(f.Identifier.Canonical())),
			id,
			ring.MAC(codeMAC, index, []byte(f.Code.Reveal())),
			ring.Current(),
			ring.Seal(codeSeal, binding, []byte(f.Code.Reveal())),
			micros(f.At),
			micros(f.Expires))
		if err != nil {
			return err
		}
		return s.sendCode(ctx, q, index, account, f.Asked, f.Code, f.At, f.Send)
	})
}

// recoverable returns the account of an identifier, zero when there is none or it is disabled.
func (s *reads) recoverable(ctx context.Context, q statements, identifier string) (recoverable, error) {
	var account recoverable
	var email, phone []byte
	var disabled bool
	found, err := s.nearest(ctx, q, identifier, `id, email_sealed, phone_sealed, disabled_at IS NOT NULL`,
		func() []any { return []any{&account.id, &email, &phone, &disabled} })
	if err != nil {
		return recoverable{}, err
	}
	// The addresses of another account are opened in the place of nobody's, and dropped: opening takes its time.
	account.Addresses, err = s.addresses(account.id, email, phone)
	if !found || disabled {
		return recoverable{}, nil
	}
	return account, err
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

// sendCode puts the message with the code into the outbox, by the channel that was asked for or, where that one is not on
// file or over its limit, by the other one. For nobody it puts a message there that is never sent, after the same steps.
func (s *Store) sendCode(ctx context.Context, q statements, flow []byte, to recoverable, asked portal.Channel, code keys.Secret,
	at time.Time, send portal.Send) error {
	limits := []portal.Subject{send.SMS, send.Email, send.Service}
	buckets := make([]portal.Bucket, len(limits))
	free := make([]bool, len(limits))
	for i, subject := range limits {
		var err error
		if buckets[i], err = s.lockBucket(ctx, q, subject, at); err != nil {
			return err
		}
		wait, _ := subject.Limit.Wait(buckets[i], at)
		free[i] = wait == 0
	}
	nobody := to.id == ""
	// Nobody's addresses are taken to be there, so that the limits count alike for everybody.
	reach := func(c portal.Channel) bool { return nobody && send.Offered(c) || send.Usable(c, to.To(c)) }
	possible := map[portal.Channel]bool{
		portal.SMS:   reach(portal.SMS) && free[0] && free[2],
		portal.Email: reach(portal.Email) && free[1],
	}
	channel := asked
	if !possible[channel] && possible[channel.Other()] {
		channel = channel.Other()
	}
	state := "open"
	if nobody || !possible[channel] {
		state = "void"
	}
	for i, subject := range limits {
		counted := buckets[i]
		// Messages to nobody cost nothing: made-up identifiers must not use up the budget of the service.
		costless := nobody && subject.Kind == send.Service.Kind
		if possible[channel] && !costless && (i == 1) == (channel == portal.Email) {
			counted = subject.Limit.Count(counted, at)
		}
		if err := s.saveBucket(ctx, q, subject, counted, at); err != nil {
			return err
		}
	}
	return s.post(ctx, q, post{state: state, flow: flow, channel: channel, to: to.To(channel),
		content: send.Compose(channel, code), at: at, expires: send.Expires})
}

const flowColumns = `purpose, asked, identifier_sealed, coalesce(account_id, ''), tries, sends, last_send_at, expires_at, coalesce(consumed_at, 0)`

// Flow implements portal.RecoveryStore.
func (s *reads) Flow(ctx context.Context, token keys.Secret, now time.Time) (portal.Flow, error) {
	flow, _, err := s.flow(ctx, s.statements, token, now)
	return flow, err
}

func (s *reads) flow(ctx context.Context, q statements, token keys.Secret, now time.Time) (f portal.Flow, index []byte, err error) {
	indexes := tokenIndexes(flowIndex, token)
	var sealed []byte
	var last, expires, consumed int64
	err = q.row(ctx, `
		SELECT token_index, `+flowColumns+`
		FROM flows
		WHERE closed_at IS NULL AND created_at > $1 AND token_index IN (`+list(2, len(indexes))+`)`,
		append([]any{micros(now.Add(-portal.FlowLife))}, anys(indexes)...)...).
		Scan(&index, &f.Purpose, &f.Asked, &sealed, &f.Account, &f.Tries, &f.Sends, &last, &expires, &consumed)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Flow{}, nil, portal.ErrNoFlow
	}
	if err != nil {
		return portal.Flow{}, nil, err
	}
	plain, err := s.keys.Open(flowSeal, hex.EncodeToString(index), sealed)
	if err != nil {
		return portal.Flow{}, nil, fmt.Errorf("flow: %w", err)
	}
	f.LastSend, f.Expires = fromMicros(last), fromMicros(expires)
	if consumed != 0 {
		f.Consumed = fromMicros(consumed)
	}
	f.Identifier, err = restoreNumber(string(plain))
	return f, index, err
}

// Resend implements portal.RecoveryStore.
func (s *Store) Resend(ctx context.Context, token keys.Secret, now time.Time, send func(portal.Flow) portal.Send) error {
	return s.write(ctx, func(q statements) error {
		flow, index, err := s.flow(ctx, q, token, now)
		if err != nil {
			return err
		}
		// The conditions are part of the update: two clicks at once send one message.
		var sealed []byte
		err = q.row(ctx, `
			UPDATE flows SET sends = sends + 1, last_send_at = $2
			WHERE token_index = $1
			AND closed_at IS NULL AND consumed_at IS NULL AND tries < $3 AND expires_at > $2
			AND sends < $4 AND last_send_at <= $5
			RETURNING code_sealed`,
			index, micros(now), portal.CodeTries, portal.MostSends, micros(now.Add(-portal.ResendAfter))).Scan(&sealed)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return notAgain(flow, now)
		case err != nil:
			return err
		}
		code, err := s.keys.Open(codeSeal, hex.EncodeToString(index), sealed)
		if err != nil {
			return fmt.Errorf("code: %w", err)
		}
		to, err := s.recoverable(ctx, q, flow.Identifier.Canonical())
		if err != nil {
			return err
		}
		if flow.Account == "" {
			to = recoverable{}
		}
		return s.sendCode(ctx, q, index, to, flow.Asked, keys.NewSecret(string(code)), now, send(flow))
	})
}

// notAgain says why no message is sent again.
func notAgain(flow portal.Flow, now time.Time) error {
	if !flow.Consumed.IsZero() || !flow.Expires.After(now) || flow.Tries >= portal.CodeTries {
		return portal.ErrNoFlow
	}
	if flow.Sends >= portal.MostSends {
		return portal.Throttled(0, true)
	}
	return portal.Throttled(max(flow.LastSend.Add(portal.ResendAfter).Sub(now), time.Second), false)
}

// TryCode implements portal.RecoveryStore. The try is committed before the comparison, so that neither parallel requests
// nor a crash make more than five of them.
func (s *Store) TryCode(ctx context.Context, token, code keys.Secret, now time.Time) (portal.CodeResult, error) {
	indexes := tokenIndexes(flowIndex, token)
	var index, mac []byte
	var version, tries int
	var expires int64
	err := s.write(ctx, func(q statements) error {
		return q.row(ctx, `
			UPDATE flows SET tries = tries + 1
			WHERE closed_at IS NULL AND consumed_at IS NULL AND tries < $1 AND token_index IN (`+list(2, len(indexes))+`)
			RETURNING token_index, code_mac, key_version, expires_at, tries`,
			append([]any{portal.CodeTries}, anys(indexes)...)...).Scan(&index, &mac, &version, &expires, &tries)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return s.notTried(ctx, token, now)
	}
	if err != nil {
		return 0, err
	}
	typed, known := s.keys.MACAt(version, codeMAC, index, []byte(code.Reveal()))
	if !known {
		return 0, fmt.Errorf("code: no key of version %d", version) // our fault, which the person must not take for a wrong code
	}
	if fromMicros(expires).Compare(now) <= 0 {
		return portal.CodeExpired, nil
	}
	if hmac.Equal(typed, mac) {
		consumed, err := s.consume(ctx, index, now)
		if err != nil || consumed {
			return portal.CodeRight, err
		}
		// Of two clicks at once one consumes the code; the other one was as right.
		if flow, err := s.Flow(ctx, token, now); err != nil || !flow.Consumed.IsZero() {
			return portal.CodeRight, err
		}
	}
	if tries >= portal.CodeTries {
		return portal.CodeUsedUp, nil
	}
	return portal.CodeWrong, nil
}

// consume uses the code up. A flow without an account keeps its code unused for ever: nobody was sent it.
func (s *Store) consume(ctx context.Context, index []byte, now time.Time) (consumed bool, err error) {
	err = s.write(ctx, func(q statements) error {
		n, err := q.exec(ctx, `
			UPDATE flows SET consumed_at = $2
			WHERE token_index = $1
			AND consumed_at IS NULL AND closed_at IS NULL AND expires_at > $2 AND account_id IS NOT NULL`, index, micros(now))
		consumed = n == 1
		return err
	})
	return consumed, err
}

// notTried says why a flow takes no more codes.
func (s *reads) notTried(ctx context.Context, token keys.Secret, now time.Time) (portal.CodeResult, error) {
	flow, err := s.Flow(ctx, token, now)
	if err != nil {
		return 0, err
	}
	if !flow.Consumed.IsZero() {
		return portal.CodeRight, nil // by the same browser, a moment ago
	}
	return portal.CodeUsedUp, nil
}
