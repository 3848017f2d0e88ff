package portal

import (
	"context"
	"errors"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
)

// MostInRow is how many passwords are judged in a row of wrong ones (NIST SP 800-63B-4 §3.2.2). After them the order is turned round for
// whoever has counted them: a code first, and then the password, under a count of the browser's own. So no stranger disables anybody's
// password, and none guesses on. It is the same for numbers without an account.
const MostInRow = 100

// codeFirst returns an *Error with CodeFirst when one of the subjects is at MostInRow, an address apart: many people may share it.
func (l *Login) codeFirst(ctx context.Context, at time.Time, subjects []Subject) error {
	if !l.CodeFirst {
		return nil
	}
	for _, s := range subjects {
		if s.Kind == ByAddress {
			continue
		}
		b, err := l.Store.Bucket(ctx, s)
		if err != nil {
			return err
		}
		if s.Limit.Row(b, at) >= MostInRow {
			return &Error{Kind: KindThrottled, Message: "a code comes first", Wait: b.Last().Add(s.Limit.Window).Sub(at), CodeFirst: true}
		}
	}
	return nil
}

// First sends the code that comes before the password, whether or not there is such an account, and returns its flow's token. A browser
// that has one under way for the number goes on with that one. Its errors are those of Recovery.Start.
func (s *SecondStep) First(ctx context.Context, n nir.Number, underWay keys.Secret, q StartRequest) (token keys.Secret, err error) {
	open, err := s.Flow(ctx, underWay)
	if err == nil && open.First() && open.Identifier.Canonical() == n.Canonical() && open.Shared == q.Shared && open.GoesOn(s.Codes.now()) {
		return underWay, nil
	}
	if err != nil && !errors.Is(err, ErrNoFlow) {
		return keys.Secret{}, err
	}
	// By e-mail, or else by SMS, and never by both: whoever guesses passwords has these codes sent, and must leave the owner the SMS of a
	// recovery. An e-mail has no limit of a day either, so that nobody waits for longer than a quarter of an hour.
	q.Identifier, q.Purpose, q.Channel = n, Second, Email
	return s.Codes.Start(ctx, q)
}

// Admit makes the browser known for the account whose code was given first, a moment ago: the password is judged under a count of its own,
// and is enough for PasswordGrace. It returns the browser's token and whether others use the
// computer, or ErrNoFlow.
func (s *SecondStep) Admit(ctx context.Context, token, brought keys.Secret) (device keys.Secret, shared bool, err error) {
	flow, err := s.Flow(ctx, token)
	if err != nil {
		return keys.Secret{}, false, err
	}
	at := s.Codes.now()
	if !flow.First() || flow.Account == "" || !flow.JustGiven(at) {
		return keys.Secret{}, false, ErrNoFlow
	}
	known, ours, err := s.Login.Store.KnownDevice(ctx, brought, flow.Identifier)
	if err != nil {
		return keys.Secret{}, false, err
	}
	device = deviceToken(brought, ours)
	err = alone(ctx, s.Login.Store, func(tx Tx) error {
		if known != "" {
			if err := forgetAttempts(ctx, tx, at, DeviceSubject(known, flow.Identifier)); err != nil {
				return err
			}
		}
		if err := tx.RememberDevice(ctx, flow.Account, device, at, at.Add(PasswordGrace)); err != nil {
			return err
		}
		return tx.FinishFlow(ctx, flow.Ref, flow.Account, at, graceBegan(at))
	})
	if err != nil {
		return keys.Secret{}, false, err
	}
	s.Login.event(ctx, "code given first", flow.Identifier, flow.Account)
	return device, flow.Shared, nil
}
