package portal

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"math/big"
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
)

// The rules of codes: OWASP ASVS 5.0 V6.5.5 (10 minutes), V6.6.2 (bound to the request that made them) and V6.6.3.
const (
	CodeDigits    = 6
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
	codeDayLimit     = Limit{PerWindow: 10, Window: 24 * time.Hour}
	smsDayLimit      = Limit{PerWindow: 5, Window: 24 * time.Hour}
	emailDayLimit    = Limit{PerWindow: 10, Window: 24 * time.Hour}
	recoveryAddress  = Limit{PerWindow: 100, Window: 10 * time.Minute}
	defaultSMSBudget = 1000 // an hour, for the whole service
)

// The subjects of recovery.
const (
	byCodeTries       SubjectKind = "code tries"
	bySMS             SubjectKind = "sms"
	byEmail           SubjectKind = "email"
	byService         SubjectKind = "sms of the service"
	byRecoveryAddress SubjectKind = "recovery address"
)

// Flow is one recovery on its way. The browser holds its token; the steps it has made are in the store, so that it goes
// on in another tab and after the phone was away in the messages.
type Flow struct {
	Purpose    Purpose
	Asked      Channel
	Identifier nir.Number
	Account    AccountID // "" when the identifier has no account that can be recovered
	Tries      int       // codes tried so far
	Sends      int
	LastSend   time.Time
	Expires    time.Time // of the code
	Consumed   time.Time // when the code was given, zero before
}

// NewFlow is a flow to begin.
type NewFlow struct {
	Token keys.Secret
	Flow
	Code keys.Secret
	At   time.Time
	Send Send
}

// Send is a message with a code, and the limits that it counts against.
type Send struct {
	Compose             func(channel Channel, code keys.Secret) Content
	Usable              func(Channel, keys.Secret) bool // whether a message can go to that address
	Offered             func(Channel) bool              // as Recovery.Offered, never nil
	SMS, Email, Service Subject
	Expires             time.Time
}

// RecoveryStore keeps flows. Each method is one transaction.
type RecoveryStore interface {
	AttemptStore
	// BeginFlow writes the flow, its code and its message. An identifier without an account gets the same rows by the same
	// statements; its message is never sent.
	BeginFlow(ctx context.Context, f NewFlow) error
	// Flow returns an open flow, or ErrNoFlow.
	Flow(ctx context.Context, token keys.Secret, now time.Time) (Flow, error)
	// Resend writes another message with the same code. It returns an *Error with CodeThrottled and Wait when it comes too
	// early, one with CodeThrottled and Disabled when there are no more sends, and ErrNoFlow when the code is not open.
	Resend(ctx context.Context, token keys.Secret, now time.Time, send func(Flow) Send) error
	// TryCode counts one try of the flow and commits it; only then does it compare. It consumes the right code, once.
	TryCode(ctx context.Context, token, code keys.Secret, now time.Time) (CodeResult, error)
	// FinishFlow sets the password in one transaction with the end of the flow, of every session and of every other flow of
	// the account, and with the notices. It returns ErrNoFlow unless the flow's code was given after since.
	FinishFlow(ctx context.Context, token keys.Secret, p NewPassword) error
	// FinishedFlow returns what the flow set after since, or ErrNoFlow.
	FinishedFlow(ctx context.Context, token keys.Secret, since time.Time) (Finished, error)
	// Account returns ErrNoAccount when there is none.
	Account(ctx context.Context, id AccountID) (Account, error)
}

// Finished is a flow that has set its password. Hash is that of the account now.
type Finished struct {
	Purpose    Purpose
	Identifier nir.Number
	Hash       keys.Secret
}

// NewPassword is a password to set.
type NewPassword struct {
	Account AccountID
	Hash    keys.Secret
	Scheme  string
	At      time.Time
	Since   time.Time
	Notice  func(Channel) Content
	Usable  func(Channel, keys.Secret) bool
}

// CodeResult is what became of a try.
type CodeResult uint8

const (
	CodeRight   CodeResult = iota + 1
	CodeWrong              // and tries are left
	CodeExpired            // right or wrong: its time is over
	CodeUsedUp             // no tries are left
)

// ErrNoFlow says that the browser has no recovery on its way, or none that is at this step.
var ErrNoFlow = &Error{Code: CodeNotFound, Message: "no recovery under way"}

// Recovery lets a person choose a new password. SMSBudget, Log and Now may be left out.
type Recovery struct {
	Store     RecoveryStore
	Pool      *passhash.Pool
	Params    passhash.Params
	Keys      *keys.Ring
	Reach     *Reach
	Common    *password.List
	SMSBudget int // SMS an hour for the whole service; 0 = 1000
	Log       *slog.Logger
	Now       func() time.Time
}

// StartRequest is what a person asked for, and where from.
type StartRequest struct {
	Identifier nir.Number
	Channel    Channel
	Purpose    Purpose
	Address    netip.Addr
}

// Start begins a flow, whether or not there is such an account, and returns its token for the browser.
func (r *Recovery) Start(ctx context.Context, q StartRequest) (token keys.Secret, err error) {
	at := r.now()
	err = r.Store.Reserve(ctx, at, fromAddress(byRecoveryAddress, q.Address, recoveryAddress)...)
	if err != nil {
		return keys.Secret{}, err
	}
	f := NewFlow{Token: NewToken(), Code: newCode(), At: at, Flow: Flow{Purpose: q.Purpose, Asked: q.Channel,
		Identifier: q.Identifier, Expires: at.Add(CodeLife)}}
	f.Send = r.send(f.Flow)
	if err := r.Store.BeginFlow(ctx, f); err != nil {
		return keys.Secret{}, err
	}
	r.log().InfoContext(ctx, "code asked for", "event", "recovery", "purpose", q.Purpose, "channel", q.Channel,
		"trace", trace(r.Keys, q.Identifier))
	r.Reach.wake()
	return f.Token, nil
}

// Flow returns the flow of a browser's token, or ErrNoFlow.
func (r *Recovery) Flow(ctx context.Context, token keys.Secret) (Flow, error) {
	if token.IsZero() {
		return Flow{}, ErrNoFlow
	}
	return r.Store.Flow(ctx, token, r.now())
}

// Resend sends the same code again, so that a message that comes late still works.
func (r *Recovery) Resend(ctx context.Context, token keys.Secret) error {
	if token.IsZero() {
		return ErrNoFlow
	}
	if err := r.Store.Resend(ctx, token, r.now(), r.send); err != nil {
		return err
	}
	r.Reach.wake()
	return nil
}

// Try compares a code. Tries are limited a flow and, over all flows, a day for the identifier: somebody who begins a new
// flow does not begin a new count.
func (r *Recovery) Try(ctx context.Context, token, code keys.Secret) (CodeResult, error) {
	flow, err := r.Flow(ctx, token)
	if err != nil {
		return 0, err
	}
	if !flow.Consumed.IsZero() {
		return CodeRight, nil // a second click on the button
	}
	at := r.now()
	// Whoever has no try left, or a code whose time is over, learns nothing: that takes none of the day's tries away.
	if flow.Tries >= CodeTries {
		return CodeUsedUp, nil
	}
	if !flow.Expires.After(at) {
		return CodeExpired, nil
	}
	day := Subject{Kind: byCodeTries, Value: flow.Identifier.Canonical(), Limit: codeDayLimit}
	if err := r.Store.Reserve(ctx, at, day); err != nil {
		return 0, err
	}
	result, err := r.Store.TryCode(ctx, token, code, at)
	if err != nil {
		return 0, err
	}
	r.log().InfoContext(ctx, "code tried", "event", "recovery", "right", result == CodeRight, "account", flow.Account,
		"trace", trace(r.Keys, flow.Identifier))
	if result == CodeRight {
		return result, r.Store.Settle(ctx, at, Succeeded, day)
	}
	return result, nil
}

// Check judges a password for the flow whose code was given, without setting it. It returns ErrNoFlow before that.
func (r *Recovery) Check(ctx context.Context, token keys.Secret, typed string) (password.Report, Flow, error) {
	flow, err := r.Flow(ctx, token)
	if err != nil {
		return password.Report{}, Flow{}, err
	}
	// The new password needs this flow's own code, given not long ago (OWASP ASVS 5.0 V2.3.1).
	if flow.Purpose == Proof || flow.Account == "" || flow.Consumed.IsZero() || r.now().Sub(flow.Consumed) > PasswordGrace {
		return password.Report{}, flow, ErrNoFlow
	}
	account, err := r.Store.Account(ctx, flow.Account)
	if err != nil {
		return password.Report{}, flow, err
	}
	about := password.Context{Identifier: account.Identifier.Canonical(), BirthDate: account.Civil.Birthdate,
		Names: []string{account.Civil.BirthName, account.Civil.UsedName, account.Civil.GivenNames}}
	return password.Check(passhash.Normal(typed), about, r.Common), flow, nil
}

// SetPassword sets the password when it is good enough; otherwise the report says why not and nothing changes. It signs
// nobody in (OWASP Forgot Password Cheat Sheet).
func (r *Recovery) SetPassword(ctx context.Context, token keys.Secret, typed string) (password.Report, error) {
	report, flow, err := r.Check(ctx, token, typed)
	if err != nil || !report.OK() {
		return report, err
	}
	ticket, err := r.Pool.Admit()
	if err != nil {
		return report, busy(err)
	}
	defer ticket.Release()
	var phc string
	var hashing error
	if err := ticket.Run(ctx, func() { phc, hashing = passhash.New(typed, r.Params, nil) }); err != nil {
		return report, busy(err)
	}
	if hashing != nil {
		return report, fmt.Errorf("password hash: %w", hashing)
	}
	at := r.now()
	err = r.Store.FinishFlow(ctx, token, NewPassword{
		Account: flow.Account,
		Hash:    keys.NewSecret(phc),
		Scheme:  r.Params.Scheme(),
		At:      at,
		Since:   at.Add(-PasswordGrace),
		Notice:  func(c Channel) Content { return r.Reach.Composer.PasswordChanged(c, at) },
		Usable:  r.Reach.usable,
	})
	if err != nil {
		return report, err
	}
	r.log().InfoContext(ctx, "password changed", "event", "recovery", "account", flow.Account)
	r.Reach.wake()
	return report, nil
}

// send is a message of the flow.
func (r *Recovery) send(f Flow) Send {
	budget := r.SMSBudget
	if budget == 0 {
		budget = defaultSMSBudget
	}
	who := f.Identifier.Canonical()
	return Send{
		Compose: func(c Channel, code keys.Secret) Content {
			return r.Reach.Composer.Code(c, f.Asked, code, f.Purpose, CodeLife)
		},
		Usable:  r.Reach.usable,
		Offered: r.Reach.offered,
		SMS:     Subject{Kind: bySMS, Value: who, Limit: smsDayLimit},
		Email:   Subject{Kind: byEmail, Value: who, Limit: emailDayLimit},
		Service: Subject{Kind: byService, Limit: Limit{PerWindow: budget, Window: time.Hour}},
		Expires: f.Expires,
	}
}

func (r *Recovery) now() time.Time { return clock(r.Now) }

func (r *Recovery) log() *slog.Logger { return logger(r.Log) }

// newCode returns CodeDigits random digits, each code as likely as any other.
func newCode() keys.Secret {
	n, err := rand.Int(rand.Reader, new(big.Int).Exp(big.NewInt(10), big.NewInt(CodeDigits), nil))
	if err != nil {
		panic(err) // crypto/rand never fails (Go 1.24)
	}
	return keys.NewSecret(fmt.Sprintf("%0*d", CodeDigits, n))
}
