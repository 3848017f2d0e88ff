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

// NoticeAfter is how many failures before a success are worth a message: as many as are free of waiting.
const NoticeAfter = 5

// SignInRequest is what a person typed, and where from.
type SignInRequest struct {
	Identifier nir.Number
	Password   keys.Secret
	Device     keys.Secret // token of the device cookie, zero without one
	Address    netip.Addr

	untold bool // whether the pair is right must not show, in the time that it takes either: see SecondStep.First
}

// Proven is a person who has shown who they are, and who is signed in once the session is kept: see Login.Enter,
// Linking.Enter and Passkeys.Enter.
type Proven struct {
	Session
	Identity Identity // what FranceConnect says of the person, zero without it
	Offer    bool     // it took more trouble than a passkey would: a code, or the password in a browser that was new

	pair    *rightPair  // nil unless a pair was verified
	linking keys.Secret // the linking that this proof is for, zero without one
	passkey *Passkey    // as it is after its use, nil without one
	step    *Flow       // the second step that is done, nil without one
}

// rightPair is an attempt that was right and is still counted as a failure.
type rightPair struct {
	identifier        nir.Number
	subjects          []Subject
	from              netip.Addr
	known             bool        // of a browser that signed in before
	verified, upgrade keys.Secret // upgrade is the stronger hash that replaces verified; zero = keep it
}

// enter keeps the sign-in and its session, which is the proven person's and nobody else's.
func (p Proven) enter(ctx context.Context, tx Tx, row SessionRow) error {
	if row.Account != p.Account || row.Epoch != p.Epoch || !row.New {
		return errors.New("the session is not that of the person who signs in")
	}
	return tx.Enter(ctx, p.Session, row)
}

// Login signs people in with identifier and password. Reach, Log and Now may be left out.
type Login struct {
	Store  Store
	Pool   *passhash.Pool
	Params passhash.Params
	Keys   *keys.Ring
	// CodeFirst says that a code can be asked for: see MostInRow.
	CodeFirst bool
	Reach     *Reach // nil = nobody is told of a success after many failures
	Log       *slog.Logger
	Now       func() time.Time

	decoys decoys
}

// Verify judges a pair. Its errors are an *Error with KindUnauthorized, KindThrottled (CodeFirst: see MostInRow) or KindBusy, or a fault of
// the store.
// An unknown identifier goes through the same statements and the same hashing as a known one (OWASP ASVS 5.0 V6.3.8).
func (l *Login) Verify(ctx context.Context, r SignInRequest) (Proven, error) {
	device, ours, err := l.Store.KnownDevice(ctx, r.Device, r.Identifier)
	if err != nil {
		return Proven{}, err
	}
	return l.verify(ctx, r, device, ours, subjectsOf(r, device))
}

func (l *Login) verify(ctx context.Context, r SignInRequest, device string, ours bool, subjects []Subject) (Proven, error) {
	at := l.now()
	if err := l.codeFirst(ctx, at, subjects); err != nil {
		return Proven{}, err
	}
	// Who has to wait is told before the place in the queue, or a crowd of guesses would fill it for everybody.
	if err := look(ctx, l.Store, at, subjects...); err != nil {
		l.event(ctx, "sign-in refused: too many attempts", r.Identifier, "")
		return Proven{}, err
	}
	// The place comes before the count: whoever is turned away for lack of room has used no attempt.
	ticket, err := l.Pool.Admit()
	if err != nil {
		return Proven{}, busy(err)
	}
	defer ticket.Release()
	// The failure is counted and committed before the password is looked at: parallel guesses cannot race the count,
	// and a crash in between loses none.
	row, err := l.reserve(ctx, at, subjects)
	if err != nil {
		l.event(ctx, "sign-in refused: too many attempts", r.Identifier, "")
		return Proven{}, err
	}
	cred, err := l.Store.Credential(ctx, r.Identifier)
	if err != nil {
		return Proven{}, err
	}
	decoy, err := l.decoy(ctx, r.Identifier)
	if err != nil {
		return Proven{}, err
	}
	hash, real := l.hashOf(ctx, cred)
	if !real {
		hash = decoy
	}

	var matches bool
	var upgrade keys.Secret
	err = ticket.Run(ctx, func() {
		matches = hash.Verify(r.Password.Reveal())
		if matches && real && !r.untold && hash.Weaker(l.Params) {
			upgrade = l.rehash(ctx, r.Password)
		}
	})
	if err != nil {
		// Whoever leaves or is turned away has learnt nothing: the attempt is given back, even though ctx may be done.
		ctx := context.WithoutCancel(ctx)
		if err := alone(ctx, l.Store, func(tx Tx) error { _, err := l.takeBack(ctx, tx, at, NotJudged, subjects); return err }); err != nil {
			return Proven{}, err
		}
		return Proven{}, busy(err)
	}
	if !matches || !real || cred.Disabled {
		l.event(ctx, "sign-in refused: wrong pair", r.Identifier, cred.Account)
		if row == MostInRow {
			if err := l.warn(ctx, r.Identifier, at); err != nil {
				return Proven{}, err
			}
		}
		return Proven{}, ErrUnauthorized
	}
	return Proven{
		Session: Session{Account: cred.Account, Epoch: cred.Epoch, Method: Password, At: at, Device: deviceToken(r.Device, ours)},
		Offer:   device == "",
		pair:    &rightPair{r.Identifier, subjects, r.Address, device != "", cred.Hash, upgrade},
	}, nil
}

// Enter signs in: the success and the session are kept together or not at all.
func (l *Login) Enter(ctx context.Context, p Proven, row SessionRow) error {
	told := false
	err := alone(ctx, l.Store, func(tx Tx) (err error) {
		if told, err = l.accept(ctx, tx, p, row); err != nil {
			return err
		}
		return p.enter(ctx, tx, row)
	})
	if err != nil {
		if _, domain := errors.AsType[*Error](err); !domain {
			// The password was right: what the store could not keep counts against nobody, even though ctx may be done.
			ctx := context.WithoutCancel(ctx)
			alone(ctx, l.Store, func(tx Tx) error { _, err := l.takeBack(ctx, tx, p.At, NotJudged, p.pair.subjects); return err })
		}
		return err
	}
	if told {
		l.Reach.wake()
	}
	l.event(ctx, "signed in", p.pair.identifier, p.Account)
	return nil
}

// accept settles a right pair and upgrades its hash. row is the session that it opens, zero where it opens none. It reports whether the
// account is told of it.
func (l *Login) accept(ctx context.Context, tx Tx, p Proven, row SessionRow) (told bool, err error) {
	failures, err := l.takeBack(ctx, tx, p.At, Succeeded, p.pair.subjects)
	if err != nil {
		return false, err
	}
	if told, err = l.tell(ctx, tx, p, row, failures); err != nil {
		return false, err
	}
	return told, l.upgrade(ctx, tx, p)
}

// settle takes the failure of a right pair back and upgrades its hash. It returns how many failures in a row came before it.
func (l *Login) settle(ctx context.Context, tx Tx, p Proven) (failures int, err error) {
	if failures, err = l.takeBack(ctx, tx, p.At, Succeeded, p.pair.subjects); err != nil {
		return failures, err
	}
	return failures, l.upgrade(ctx, tx, p)
}

// upgrade keeps the stronger hash of a right pair, if there is one.
func (l *Login) upgrade(ctx context.Context, tx Tx, p Proven) error {
	if p.pair.upgrade.IsZero() {
		return nil
	}
	return tx.UpgradeHash(ctx, p.Account, p.pair.verified, p.pair.upgrade, l.Params.Scheme())
}

// reserve counts an attempt as a failure, and a stranger's as a wrong password of the service. It returns how many of strangers there are then
// in a row, 0 for the attempt of a known browser.
func (l *Login) reserve(ctx context.Context, at time.Time, subjects []Subject) (row int, err error) {
	err = alone(ctx, l.Store, func(tx Tx) error {
		counted, err := count(ctx, tx, at, subjects...)
		if err != nil || !strangers(subjects) {
			return err
		}
		row = counted[len(counted)-1].InRow // see subjectsOf
		return tx.AddTally(ctx, wrongPasswords, at, 1)
	})
	return row, err
}

// takeBack takes what reserve has counted back. It returns how many failures in a row came before it.
func (l *Login) takeBack(ctx context.Context, tx Tx, at time.Time, outcome Outcome, subjects []Subject) (failures int, err error) {
	if failures, err = settle(ctx, tx, at, outcome, subjects...); err != nil || !strangers(subjects) {
		return failures, err
	}
	if err := tx.AddTally(ctx, wrongPasswords, at, -1); err != nil || outcome != Succeeded {
		return failures, err
	}
	return failures, tx.AddTally(ctx, rightPasswords, at, 1)
}

// forgive is settle by itself, for a right pair that opens nothing yet.
func (l *Login) forgive(ctx context.Context, p Proven) error {
	return alone(ctx, l.Store, func(tx Tx) error {
		_, err := l.settle(ctx, tx, p)
		return err
	})
}

// tell puts the notice of a success into the outbox, and reports whether there is one: after at least NoticeAfter failures in a row (OWASP
// ASVS 5.0 V6.3.5), or of an entry from a new browser, and never both.
func (l *Login) tell(ctx context.Context, tx Tx, p Proven, row SessionRow, failures int) (told bool, err error) {
	if l.Reach == nil || failures < NoticeAfter {
		return l.Reach.arrived(ctx, tx, p.Session, row)
	}
	return true, l.Reach.notify(ctx, tx, p.Account, p.At, func(c Channel) Content { return l.Reach.Composer.SignedIn(c, p.At, failures) })
}

// deviceToken is the browser's token, or a new one: a token that we did not give may be known to somebody else and is never
// adopted.
func deviceToken(brought keys.Secret, ours bool) keys.Secret {
	if ours {
		return brought
	}
	return NewToken()
}

// subjectsOf says what an attempt counts against, in the one order in which the store locks them. A browser that signed
// in before has a count of its own and no other, so that strangers who guess, also from its address, slow its owner nowhere.
func subjectsOf(r SignInRequest, device string) []Subject {
	if device != "" {
		return []Subject{DeviceSubject(device, r.Identifier)}
	}
	return append(fromAddress(ByAddress, r.Address, AddressLimit), AccountSubject(r.Identifier))
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
		return &Error{Kind: KindBusy, Message: "too many sign-ins at once", Wait: 5 * time.Second}
	}
	return err
}

func (l *Login) event(ctx context.Context, what string, n nir.Number, account AccountID) {
	l.log().InfoContext(ctx, what, "event", "sign-in", "method", Password, "account", account,
		"trace", trace(l.Keys, n))
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

// ClockSkew is how far the clocks of instances may be from each other.
const ClockSkew = 5 * time.Minute

// AfterClock tells whether a time that was kept is later than any clock: ours was set back since, and nobody waits until it is there again.
func AfterClock(kept, now time.Time) bool { return kept.After(now.Add(ClockSkew)) }

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
