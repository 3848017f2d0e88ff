package portal

import (
	"context"
	"errors"
	"strings"
	"time"

	"moncompte/server/keys"
)

// SecondStepRule says when a right pair is not enough.
type SecondStepRule string

const (
	StepForNewBrowser SecondStepRule = "new-browser" // from a browser that is not known for the account
	StepAlways        SecondStepRule = "always"
	StepNever         SecondStepRule = "off"
)

const (
	// RememberFor is how long a browser that is remembered needs no second step.
	RememberFor = 30 * 24 * time.Hour
	// StepGrace is how long after its code a second step may be finished: as long as two clicks are apart.
	StepGrace = time.Minute
)

// SecondStep asks for a code after a right pair, in a browser that is not known for the account: a password that leaked opens nothing by
// itself. It is asked for after the pair and not whatever the pair: a wrong one is refused as it always was, and looks like that of an
// identifier without an account. Else strangers could have a message sent to anybody by typing a number, and who mistyped would wait for
// a code that never comes.
//
// FranceConnect needs none, whether the account is linked already or is proved by its password to be linked: the identity is the second
// proof.
type SecondStep struct {
	Login *Login
	Codes *Recovery // their rules are those of any code: life, tries, sends
	When  SecondStepRule
}

// Due tells whether the right pair has to be followed by a code. It has not in a browser that is remembered, unless always asked for, nor
// for an account without an address that a message can reach: whoever has no phone and no e-mail enters by the password alone. While
// somebody guesses over the whole service it has to everywhere else, whatever the setting: who turned it off did so for quiet days, and a
// code asks less of people than a closed door.
func (s *SecondStep) Due(ctx context.Context, p Proven, device keys.Secret) (bool, error) {
	if s == nil {
		return false, nil
	}
	if s.When == StepNever {
		pressure, err := PressureOf(ctx, s.Login.Store, p.At)
		if err != nil || !pressure.High() {
			return false, err
		}
	}
	if s.When != StepAlways {
		until, err := s.Login.Store.RememberedUntil(ctx, device, p.Account)
		if err != nil || until.After(p.At) {
			return false, err
		}
	}
	account, err := s.Login.Store.Account(ctx, p.Account)
	if err != nil {
		return false, err
	}
	return s.Reachable(account), nil
}

// Reachable tells whether a code can be sent to the account.
func (s *SecondStep) Reachable(a Account) bool {
	return len(s.Codes.Reach.ways(a)) > 0
}

// Begin begins a second step for a right pair and returns its token for the browser. A browser that has one under way for the same account
// goes on with that one: its code is on the way, and no other is sent. It returns an *Error with KindThrottled when no code can leave.
func (s *SecondStep) Begin(ctx context.Context, p Proven, underWay keys.Secret, shared bool) (token keys.Secret, err error) {
	at := s.Codes.now()
	if open, err := s.Flow(ctx, underWay); err == nil && open.Account == p.Account && open.Pair.Epoch == p.Epoch && open.Shared == shared && open.GoesOn(at) {
		return underWay, s.Login.forgive(ctx, p)
	} else if err != nil && !errors.Is(err, ErrNoFlow) {
		return keys.Secret{}, err
	}
	f := NewFlow{Token: NewToken(), At: at, Flow: Flow{Purpose: Second, Asked: SMS, Account: p.Account,
		Identifier: p.pair.identifier, Known: p.pair.known, Expires: at.Add(CodeLife), Shared: shared}}
	err = alone(ctx, s.Login.Store, func(tx Tx) error {
		failures, err := s.Login.settle(ctx, tx, p)
		if err != nil {
			return err
		}
		f.Pair = ProvenPair{Epoch: p.Epoch, Failures: failures}
		to, err := tx.Recipient(ctx, p.pair.identifier)
		if err != nil {
			return err
		}
		if to.Account != p.Account {
			return ErrUnauthorized // disabled in this moment
		}
		if _, f.Digits, err = CodeLength(ctx, tx, f.Identifier, at); err != nil {
			return err
		}
		f.Code = newCode(f.Digits)
		// Leaked pairs must not use up the SMS of everybody: beyond the part of their source, codes go by e-mail.
		spent := s.Codes.reserveSMS(ctx, tx, f.Flow, p.pair.from, at)
		if throttled(spent) && s.Codes.Reach.usable(Email, to.Email) {
			f.Asked = Email
		} else if spent != nil {
			return spent
		}
		plan, err := s.Codes.plan(ctx, tx, f.Flow, to, spent == nil, at)
		if err != nil {
			return err
		}
		f.Asked = plan.slot
		if f.Ref, err = tx.AddFlow(ctx, f); err != nil {
			return err
		}
		return s.Codes.post(ctx, tx, f.Flow, to, plan, f.Code, at)
	})
	if throttled(err) {
		// The pair was right all the same: it is not held against its owner that no code can leave.
		if err := s.Login.forgive(ctx, p); err != nil {
			return keys.Secret{}, err
		}
	}
	if err != nil {
		return keys.Secret{}, err
	}
	s.Login.event(ctx, "second step begun", p.pair.identifier, p.Account)
	s.Codes.Reach.wake()
	return f.Token, nil
}

// Flow returns the second step of a browser's token, or ErrNoFlow.
func (s *SecondStep) Flow(ctx context.Context, token keys.Secret) (Flow, error) {
	if s == nil {
		return Flow{}, ErrNoFlow
	}
	flow, err := s.Codes.Flow(ctx, token)
	if err == nil && flow.Purpose != Second {
		return Flow{}, ErrNoFlow // a code that was asked for something else proves nothing here
	}
	return flow, err
}

// Target is where the code of a flow went, masked: whoever has given the right pair may read that much and no more.
type Target struct {
	To    string // the end of a number, or an address with its first letter
	Other string // the same of the other channel, "" when there is none
}

// Target returns where the code of the flow went.
func (s *SecondStep) Target(ctx context.Context, flow Flow) (t Target, err error) {
	account, err := s.Login.Store.Account(ctx, flow.Account)
	if err != nil {
		return Target{}, err
	}
	on := account.Addresses()
	other := flow.Asked.Other()
	t.To = masked(flow.Asked, on.To(flow.Asked))
	if s.Codes.Reach.usable(other, on.To(other)) {
		t.Other = masked(other, on.To(other))
	}
	return t, nil
}

// masked is as much of an address as its owner needs to know it again: "02", "n…@example.org".
func masked(c Channel, address keys.Secret) string {
	text := address.Reveal()
	if c == SMS {
		return text[max(0, len(text)-2):]
	}
	local, domain, _ := strings.Cut(text, "@")
	for _, first := range local {
		return string(first) + "…@" + domain
	}
	return "…@" + domain
}

// Proven is the person whose second step is done: the right pair, then this flow's own code a moment ago. It returns ErrNoFlow otherwise.
func (s *SecondStep) Proven(ctx context.Context, token, device keys.Secret, remember bool) (Proven, error) {
	flow, err := s.Flow(ctx, token)
	if err != nil {
		return Proven{}, err
	}
	at := s.Codes.now()
	if flow.Account == "" || flow.First() || !flow.JustGiven(at) {
		return Proven{}, ErrNoFlow
	}
	_, ours, err := s.Login.Store.KnownDevice(ctx, device, flow.Identifier)
	if err != nil {
		return Proven{}, err
	}
	// The epoch is that of the pair: what an old password has begun enters nothing after a new one.
	p := Proven{step: &flow, Offer: !flow.Shared, Session: Session{Account: flow.Account, Epoch: flow.Pair.Epoch, Method: Password, At: at,
		Device: deviceToken(device, ours), Shared: flow.Shared}}
	if remember && !flow.Shared {
		p.Remember = at.Add(RememberFor)
	}
	return p, nil
}

// Enter signs in: the flow ends, and the session is kept, or neither. It returns ErrNoFlow when another click was faster.
func (s *SecondStep) Enter(ctx context.Context, p Proven, row SessionRow) error {
	told := false
	err := alone(ctx, s.Login.Store, func(tx Tx) (err error) {
		if told, err = s.Login.tell(ctx, tx, p, row, p.step.Pair.Failures); err != nil {
			return err
		}
		if err := p.enter(ctx, tx, row); err != nil {
			return err
		}
		return tx.FinishFlow(ctx, p.step.Ref, p.Account, p.At, graceBegan(p.At))
	})
	if err != nil {
		return err
	}
	if told {
		s.Login.Reach.wake()
	}
	s.Login.event(ctx, "signed in", p.step.Identifier, p.Account)
	return nil
}
