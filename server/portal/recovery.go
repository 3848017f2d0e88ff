package portal

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"moncompte/app/nir"
	"moncompte/app/password"
	"moncompte/server/keys"
	"moncompte/server/passhash"
)

// Purpose is why a person asks for a code. The steps are the same; the words differ.
type Purpose string

const (
	Reset Purpose = "reset" // a forgotten password
	First Purpose = "first" // the first password of an imported account
	Proof Purpose = "link"  // the proof that an account is the person's, to link it; it leads to no password

	Second Purpose = "sign-in" // the second step of a sign-in; it leads to no password either
)

// The rules of codes: OWASP ASVS 5.0 V6.5.5 (10 minutes), V6.6.2 (bound to the request that made them) and V6.6.3.
const (
	CodeDigits    = 6 // at least: see codeLength
	CodeLife      = 10 * time.Minute
	CodeTries     = 5                // a flow
	ResendAfter   = 60 * time.Second // between two messages
	MostSends     = 3                // messages a flow, all with the same code
	FlowLife      = 30 * time.Minute // of the browser's token
	PasswordGrace = 15 * time.Minute // from the code to the new password
	AgainLife     = time.Minute      // in which a new password may be sent a second time
)

// The limits of recovery, the same for identifiers that have no account.
var (
	againDayLimit   = Limit{PerWindow: 10, Window: 24 * time.Hour} // passwords sent again: see SetAlready
	recoveryAddress = Limit{PerWindow: 100, Window: 10 * time.Minute}
)

// The subjects of recovery.
const (
	byCodeTries       SubjectKind = "code tries"
	byAgain           SubjectKind = "passwords again"
	bySMS             SubjectKind = "sms"
	byEmail           SubjectKind = "email"
	bySMSAddress      SubjectKind = "sms address"
	byNewAddress      SubjectKind = "new address"
	byRecoveryAddress SubjectKind = "recovery address"
	byNumber          SubjectKind = "numbers kept"
)

// Flow is one recovery on its way. The browser holds its token; the steps it has made are in the store, so that it goes
// on in another tab and after the phone was away in the messages.
type Flow struct {
	Ref        FlowRef
	Purpose    Purpose
	Asked      Channel // by the person, or the other one when that one was used up
	Known      bool    // begun in a browser that is known for the identifier
	Disowned   bool    // begun by who has said that a notice was not of their doing
	Identifier nir.Number
	Account    AccountID // "" when the identifier has no account that can be recovered
	Digits     int       // of the code
	Short      bool      // the code is too short by now, for what the service sees of wrong ones
	Tries      int       // codes tried so far
	Sends      int
	LastSend   time.Time
	NextSend   time.Time // when the next message may go
	Expires    time.Time // of the code
	Consumed   time.Time // when the code was given, zero before

	Shared  bool        // asked for on a computer of several people
	Session string      // that began it, by its SessionID; "" where nobody is signed in
	To      keys.Secret // the new address, of a change of contacts alone

	Pair ProvenPair // of a second step

	wrong bool // it begins with a wrong pair: see SecondStep.First
}

// Open reports whether the code may still be given. Whoever has one that may not needs another.
func (f Flow) Open(at time.Time) bool {
	return f.Consumed.IsZero() && f.Tries < CodeTries && !f.Short && f.Expires.After(at)
}

// First reports whether the code of a sign-in comes before the password: nobody knows who reads its page.
func (f Flow) First() bool { return f.Purpose == Second && f.Pair.Epoch == 0 }

// Proven reports whether who reads the flow's page has given the right pair or is signed in.
func (f Flow) Proven() bool { return f.Pair.Epoch != 0 || f.inside() }

// inside reports whether the flow was begun by who is signed in.
func (f Flow) inside() bool { return f.Session != "" }

// JustGiven reports whether the code was given a moment ago: what it opens is opened by the same click.
func (f Flow) JustGiven(at time.Time) bool {
	return !f.Consumed.IsZero() && at.Sub(f.Consumed) <= StepGrace
}

// graceBegan is the moment after which a code was just given.
func graceBegan(at time.Time) time.Time { return at.Add(-StepGrace - time.Microsecond) }

// GoesOn reports whether whoever begins again in the same browser goes on with this flow: its code may still be given, and sent again if it
// does not come.
func (f Flow) GoesOn(at time.Time) bool { return f.Open(at) && f.Sends < MostSends }

// ProvenPair is what a flow remembers of the right pair that it began with.
type ProvenPair struct {
	Epoch    int64 // of the account at that moment, 0 = there was no pair
	Failures int   // in a row, before it
}

// FlowRef names a flow in the store. It is not its token.
type FlowRef []byte

// NewFlow is a flow to begin.
type NewFlow struct {
	Token keys.Secret
	Flow
	Code keys.Secret
	At   time.Time
}

// ErrNoFlow says that the browser has no recovery on its way, or none that is at this step.
var ErrNoFlow = &Error{Kind: KindNotFound, Message: "no recovery under way"}

// Recovery lets a person choose a new password. SMSBudget, Log and Now may be left out.
type Recovery struct {
	Store     Store
	Pool      *passhash.Pool
	Params    passhash.Params
	Keys      *keys.Ring
	Reach     *Reach
	Common    *password.List
	SMSBudget int // SMS an hour for the whole service; 0 = 1000
	Log       *slog.Logger
	Now       func() time.Time

	alarm EveryMinute
}

// StartRequest is what a person asked for, and where from.
type StartRequest struct {
	Identifier nir.Number
	Channel    Channel
	Purpose    Purpose
	Address    netip.Addr
	Device     keys.Secret // token of the device cookie, zero without one
	Shared     bool        // on a computer of several people
}

// Start begins a flow, whether or not there is such an account, and returns its token for the browser. An identifier without
// an account gets the same rows by the same statements; its message is never sent.
func (r *Recovery) Start(ctx context.Context, q StartRequest) (token keys.Secret, err error) {
	at := r.now()
	place, known, err := placeOf(ctx, r.Store, byRecoveryAddress, q.Device, q.Identifier, q.Address, recoveryAddress)
	if err != nil {
		return keys.Secret{}, err
	}
	if err := reserve(ctx, r.Store, at, place...); err != nil {
		return keys.Secret{}, err
	}
	f := Flow{Purpose: q.Purpose, Asked: q.Channel, Identifier: q.Identifier, Known: known, Shared: q.Shared}
	if err := alone(ctx, r.Store, func(tx Tx) error { return r.reserveSMS(ctx, tx, f, q.Address, at) }); err != nil {
		return keys.Secret{}, err
	}
	token = NewToken()
	return token, r.begin(ctx, token, f, at)
}

// begin keeps a flow that begins, and sends its code.
func (r *Recovery) begin(ctx context.Context, token keys.Secret, flow Flow, at time.Time) error {
	flow.Expires = at.Add(CodeLife)
	f := NewFlow{Token: token, At: at, Flow: flow}
	err := alone(ctx, r.Store, func(tx Tx) error {
		to, err := r.recipient(ctx, tx, f.Flow)
		if err != nil {
			return err
		}
		f.Account = to.Account
		if _, f.Digits, err = CodeLength(ctx, tx, f.Identifier, at); err != nil {
			return err
		}
		f.Code = newCode(f.Digits)
		plan, err := r.plan(ctx, tx, f.Flow, to, f.Purpose != Contact && !f.First(), at)
		if err != nil {
			return err
		}
		f.Asked = plan.slot
		if f.Ref, err = tx.AddFlow(ctx, f); err != nil {
			return err
		}
		return r.post(ctx, tx, f.Flow, to, plan, f.Code, at)
	})
	if err != nil {
		return err
	}
	r.log().InfoContext(ctx, "code asked for", "event", "recovery", "purpose", f.Purpose, "channel", flow.Asked,
		"trace", trace(r.Keys, f.Identifier))
	r.Reach.wake()
	return nil
}

// MayKeep counts a number that is kept for somebody between two steps. It returns an *Error with KindThrottled when enough are kept for
// the address: each takes its room.
func (r *Recovery) MayKeep(ctx context.Context, from netip.Addr) error {
	return reserve(ctx, r.Store, r.now(), fromAddress(byNumber, from, recoveryAddress)...)
}

// Flow returns the flow of a browser's token, or ErrNoFlow.
func (r *Recovery) Flow(ctx context.Context, token keys.Secret) (Flow, error) {
	if token.IsZero() {
		return Flow{}, ErrNoFlow
	}
	at := r.now()
	flow, err := loadFlow(ctx, r.Store, token, at)
	if err != nil {
		return Flow{}, err
	}
	flow.NextSend = at
	if !AfterClock(flow.LastSend, at) {
		flow.NextSend = flow.LastSend.Add(ResendAfter)
	}
	if flow.First() { // whose page must not tell what is left for a right pair
		return flow, nil
	}
	subject := sendShareOf(flow).limits(flow.Identifier)[flow.Asked.index()]
	sent, err := r.Store.Bucket(ctx, subject)
	if err == nil {
		sent, err = paid(ctx, r.Store, flow.Asked, sent, judged)
	}
	flow.NextSend = later(flow.NextSend, at.Add(subject.Limit.Wait(sent, at)))
	return flow, err
}

// loadFlow is a flow as it is kept, and what the service sees of wrong codes.
func loadFlow(ctx context.Context, from Reads, token keys.Secret, at time.Time) (Flow, error) {
	flow, err := from.Flow(ctx, token, at)
	if err != nil {
		return Flow{}, err
	}
	service, err := from.Tallied(ctx, wrongCodes, at.Add(-serviceWindow))
	flow.Short = flow.Digits < codeLength(0, service)
	return flow, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// End ends the flow of a browser's token, whatever it is for: whoever sits there says that it is another person's, or leaves.
func (r *Recovery) End(ctx context.Context, token keys.Secret) error {
	flow, err := r.Flow(ctx, token)
	if errors.Is(err, ErrNoFlow) {
		return nil
	}
	if err != nil {
		return err
	}
	r.log().InfoContext(ctx, "given up", "event", "recovery", "purpose", flow.Purpose, "account", flow.Account)
	return alone(ctx, r.Store, func(tx Tx) error { return tx.CloseFlow(ctx, flow.Ref, r.now()) })
}

func (r *Recovery) now() time.Time { return clock(r.Now) }

func (r *Recovery) log() *slog.Logger { return logger(r.Log) }
