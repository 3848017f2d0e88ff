package portal

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/passhash"
)

// Credential is what sign-in needs of an account, and nothing that has to be unsealed.
type Credential struct {
	Account  AccountID
	Epoch    int64
	Hash     keys.Secret // zero when the person has not chosen a password yet
	Disabled bool
}

// SignInStore is what sign-in needs kept.
type SignInStore interface {
	AttemptStore
	// Credential returns the zero Credential when no account has that identifier.
	Credential(ctx context.Context, n nir.Number) (Credential, error)
	// KnownDevice returns the name under which the browser that holds the token is remembered with this identifier, ""
	// when it never signed in to it. The name is not the token. ours tells whether the token was given by us at all, for
	// any account: several people may use one browser.
	KnownDevice(ctx context.Context, token keys.Secret, n nir.Number) (device string, ours bool, err error)
	// SignedIn records a success in one transaction: it settles the attempt, remembers the device, adds the sign-in to
	// the account's history and, when upgrade is not zero, replaces the hash that was verified by it.
	SignedIn(ctx context.Context, s Success) error
	// Schemes counts the accounts with a password by the scheme of its hash.
	Schemes(ctx context.Context) (map[string]int, error)
}

// AttemptStore counts attempts. Reserve is atomic: however many arrive at once and on however many instances, none gets
// past a subject's limit.
type AttemptStore interface {
	// Reserve counts one failure at that time against every subject, or against none and returns an *Error with
	// CodeThrottled when one of them is at its limit.
	Reserve(ctx context.Context, at time.Time, subjects ...Subject) error
	// Settle takes a reserved attempt back.
	Settle(ctx context.Context, at time.Time, outcome Outcome, subjects ...Subject) error
}

// Success is a sign-in to record.
type Success struct {
	Account  AccountID
	At       time.Time
	Method   Method
	Device   keys.Secret // the token of the browser that signed in
	Verified keys.Secret // the hash that the password matched
	Upgrade  keys.Secret // the stronger hash that replaces Verified; zero = keep it
	// UpgradeScheme is the scheme of Upgrade.
	UpgradeScheme string
	// Notice is what every address of the account is told when the success came after at least NoticeAfter failures in a
	// row (OWASP ASVS 5.0 V6.3.5); nil = nothing. Usable tells whether a message can go to an address.
	Notice   func(c Channel, failures int) Content
	Usable   func(Channel, keys.Secret) bool
	Subjects []Subject // what the attempt was counted against
	// Open, when there is one, is called inside the transaction, with a context that makes the store's sessions part of it.
	Open func(context.Context) error
}

// NoticeAfter is how many failures before a success are worth a message: as many as are free of waiting.
const NoticeAfter = 5

// SignInRequest is what a person typed, and where from.
type SignInRequest struct {
	Identifier nir.Number
	Password   keys.Secret
	Device     keys.Secret // token of the device cookie, zero without one
	Address    netip.Addr
	// Open keeps the session in the store. It runs inside the transaction that records the success, so that there is neither
	// without the other; nil when the caller keeps the session afterwards.
	Open func(context.Context, Session) error
}

// Session is what a successful sign-in opens.
type Session struct {
	Account AccountID
	Epoch   int64
	Method  Method
	At      time.Time
	Device  keys.Secret // the token to keep in the browser
}

// Login signs people in with identifier and password. Reach, Log and Now may be left out.
type Login struct {
	Store  SignInStore
	Pool   *passhash.Pool
	Params passhash.Params
	Keys   *keys.Ring
	Reach  *Reach // nil = nobody is told of a success after many failures
	Log    *slog.Logger
	Now    func() time.Time

	decoys decoys
}

// SignIn verifies a pair and returns the session to open. Its errors are an *Error with CodeUnauthorized, CodeThrottled
// or CodeBusy, or a fault of the store. An unknown identifier goes through the same statements and the same hashing as a
// known one (OWASP ASVS 5.0 V6.3.8).
func (l *Login) SignIn(ctx context.Context, r SignInRequest) (Session, error) {
	// The place in the queue comes before the count: whoever is turned away for lack of room has used no attempt.
	ticket, err := l.Pool.Admit()
	if err != nil {
		return Session{}, busy(err)
	}
	defer ticket.Release()

	device, ours, err := l.Store.KnownDevice(ctx, r.Device, r.Identifier)
	if err != nil {
		return Session{}, err
	}
	at := l.now()
	subjects := subjectsOf(r, device)
	// The failure is counted and committed before the password is looked at: parallel guesses cannot race the count,
	// and a crash in between loses none.
	if err := l.Store.Reserve(ctx, at, subjects...); err != nil {
		l.event(ctx, "sign-in refused: too many attempts", r, "")
		return Session{}, err
	}
	cred, err := l.Store.Credential(ctx, r.Identifier)
	if err != nil {
		return Session{}, err
	}
	decoy, err := l.decoy(ctx, r.Identifier)
	if err != nil {
		return Session{}, err
	}
	hash, real := l.hashOf(ctx, cred)
	if !real {
		hash = decoy
	}

	var matches bool
	var upgrade keys.Secret
	err = ticket.Run(ctx, func() {
		matches = hash.Verify(r.Password.Reveal())
		if matches && real && hash.Weaker(l.Params) {
			upgrade = l.rehash(ctx, r.Password)
		}
	})
	if err != nil {
		// Whoever leaves or is turned away has learnt nothing: the attempt is given back, even though ctx may be done.
		if err := l.Store.Settle(context.WithoutCancel(ctx), at, NotJudged, subjects...); err != nil {
			return Session{}, err
		}
		return Session{}, busy(err)
	}
	if !matches || !real || cred.Disabled {
		l.event(ctx, "sign-in refused: wrong pair", r, cred.Account)
		return Session{}, ErrUnauthorized
	}

	// A token that we did not give may be known to somebody else: it is never adopted.
	token := r.Device
	if !ours {
		token = NewToken()
	}
	success := Success{Account: cred.Account, At: at, Method: Password, Device: token,
		Verified: cred.Hash, Upgrade: upgrade, UpgradeScheme: l.Params.Scheme(), Subjects: subjects}
	session := Session{Account: cred.Account, Epoch: cred.Epoch, Method: Password, At: at, Device: token}
	if r.Open != nil {
		success.Open = func(ctx context.Context) error { return r.Open(ctx, session) }
	}
	told := false
	if l.Reach != nil {
		success.Usable = l.Reach.usable
		success.Notice = func(c Channel, failures int) Content {
			told = true
			return l.Reach.Composer.SignedIn(c, at, failures)
		}
	}
	if err := l.Store.SignedIn(ctx, success); err != nil {
		return Session{}, err
	}
	if told {
		l.Reach.wake()
	}
	l.event(ctx, "signed in", r, cred.Account)
	return session, nil
}

// subjectsOf says what an attempt counts against, in the one order in which the store locks them. A browser that signed
// in before has a count of its own, so that a stranger who guesses cannot lock the owner out of it.
func subjectsOf(r SignInRequest, device string) []Subject {
	subjects := fromAddress(ByAddress, r.Address, AddressLimit)
	if device != "" {
		return append(subjects, DeviceSubject(device, r.Identifier))
	}
	return append(subjects, AccountSubject(r.Identifier))
}

// AccountSubject counts the attempts of strangers on an identifier, whether or not it has an account.
func AccountSubject(n nir.Number) Subject {
	return Subject{Kind: ByAccount, Value: n.Canonical(), Limit: AccountLimit}
}

// DeviceSubject counts the attempts of a remembered browser on an identifier.
func DeviceSubject(device string, n nir.Number) Subject {
	return Subject{Kind: ByDevice, Value: device + " " + n.Canonical(), Limit: AccountLimit}
}

// hashOf returns the hash of the account's password, false when there is none. A hash that cannot be read is a fault of
// ours and is logged, but answers like a wrong pair.
func (l *Login) hashOf(ctx context.Context, cred Credential) (passhash.Hash, bool) {
	if cred.Hash.IsZero() {
		return passhash.Hash{}, false
	}
	hash, err := passhash.Parse(cred.Hash.Reveal())
	if err != nil {
		l.log().ErrorContext(ctx, "unreadable password hash", "account", cred.Account, "reason", err)
		return passhash.Hash{}, false
	}
	return hash, true
}

// rehash returns the password under today's parameters, or zero when that fails: a failed upgrade never stops a sign-in.
func (l *Login) rehash(ctx context.Context, password keys.Secret) keys.Secret {
	phc, err := passhash.New(password.Reveal(), l.Params, nil)
	if err != nil {
		l.log().ErrorContext(ctx, "password hash not upgraded", "reason", err)
		return keys.Secret{}
	}
	return keys.NewSecret(phc)
}

// busy turns a full queue, or a wait in it that was too long, into the domain's error.
func busy(err error) error {
	if errors.Is(err, passhash.ErrBusy) {
		return &Error{Code: CodeBusy, Message: "too many sign-ins at once", Wait: 5 * time.Second}
	}
	return err
}

func (l *Login) event(ctx context.Context, what string, r SignInRequest, account AccountID) {
	l.log().InfoContext(ctx, what, "event", "sign-in", "method", Password, "account", account,
		"trace", trace(l.Keys, r.Identifier))
}

func (l *Login) now() time.Time { return clock(l.Now) }

func (l *Login) log() *slog.Logger { return logger(l.Log) }

// clock reads a clock that may be left out, to the microsecond that the store keeps.
func clock(now func() time.Time) time.Time {
	if now == nil {
		now = time.Now
	}
	return now().Truncate(time.Microsecond)
}

// logger is a logger that may be left out.
func logger(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return l
}

// trace is a short keyed hash of an identifier, for the log: it lets an operator follow what happens to one identifier
// without learning it.
func trace(ring *keys.Ring, n nir.Number) string {
	return hex.EncodeToString(ring.Index("trace", n.Canonical())[:6])
}
