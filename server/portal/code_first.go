package portal

import (
	"context"
	"errors"
	"time"

	"moncompte/server/keys"
)

// MostInRow is how many passwords are judged openly in a row of wrong ones (NIST SP 800-63B-4 §3.2.2). After them the order is turned round for
// whoever has counted them: a code first, and then the password, under a count of the browser's own. So no stranger disables anybody's
// password, and none guesses on. It is the same for numbers without an account.
const MostInRow = 100

// codeFirst returns an *Error with CodeFirst when one of the subjects is at MostInRow, an address apart: many people may share it. So it does
// before, for a stranger who would have to wait as long as anybody ever does: others may take each place that gets free, and leave none to
// the owner.
func (l *Login) codeFirst(ctx context.Context, at time.Time, subjects []Subject) error {
	if !l.CodeFirst {
		return nil
	}
	for _, s := range subjects {
		if s.Kind != ByAccount && s.Kind != ByDevice {
			continue
		}
		b, err := l.Store.Bucket(ctx, s)
		if err != nil {
			return err
		}
		wait, row := time.Duration(0), s.Limit.Row(b, at)
		switch {
		case row >= MostInRow:
			wait = b.Last().Add(s.Limit.Window).Sub(at)
		case s.Kind == ByAccount && s.Limit.growth(row) == s.Limit.MaxWait:
			wait = s.Limit.Wait(b, at)
		}
		if wait > 0 {
			return &Error{Kind: KindThrottled, Message: "a code comes first", Wait: wait, CodeFirst: true}
		}
	}
	return nil
}

// First judges the pair and tells nobody: a code leaves when it was right, and its flow's token is returned whatever it was, and whether or not
// there is such an account. So whoever guesses learns nothing without the owner's messages, uses none of them up, and takes no place that the owner
// would have to wait for. It shows in nothing that is counted either: what was right is not taken back, and who has no more messages is told no
// more than who was wrong. Each time it is another flow: to go on with the one before would tell that it was right.
//
// The code goes by e-mail where there is one, so that an SMS is left for a recovery. Its errors are those of Login.Verify, for the address alone.
func (s *SecondStep) First(ctx context.Context, r SignInRequest, shared bool) (token keys.Secret, err error) {
	place, known, err := placeOf(ctx, s.Login.Store, byRecoveryAddress, r.Device, r.Identifier, r.Address, recoveryAddress)
	if err != nil {
		return keys.Secret{}, err
	}
	r.untold = true
	_, err = s.Login.verify(ctx, r, "", false, place)
	wrong := errors.Is(err, ErrUnauthorized)
	if err != nil && !wrong {
		return keys.Secret{}, err
	}
	token = NewToken()
	return token, s.Codes.begin(ctx, token, Flow{Purpose: Second, Asked: Email, Identifier: r.Identifier, Known: known, Shared: shared, wrong: wrong}, s.Codes.now())
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
