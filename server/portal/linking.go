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
)

// LinkingLife is how long a person may take to prove that an account is theirs.
const LinkingLife = 15 * time.Minute

// visitLimit keeps one address from filling the table of visits; a public desk or a mobile operator stays far below it.
var visitLimit = Limit{PerWindow: 300, Window: 10 * time.Minute}

const byVisitAddress SubjectKind = "visit address"

var (
	// ErrNotLinked says that no account is linked to the identity, so that the person has to prove one.
	ErrNotLinked = &Error{Kind: KindNotFound, Message: "no account is linked to this identity"}
	// ErrNoLinking says that the browser has no linking under way, or that its time is over.
	ErrNoLinking = &Error{Kind: KindNotFound, Message: "no linking under way"}
	// ErrAnotherPerson says that the account that was proved is not that of the person whom FranceConnect named.
	ErrAnotherPerson = &Error{Kind: KindInvalid, Message: "the account is another person's"}
	// ErrClosed says that the linked account is disabled. Who reads it has shown who they are.
	ErrClosed = &Error{Kind: KindUnauthorized, Message: "the account is disabled"}
)

// Linked is the account that an identity opens.
type Linked struct {
	Account     AccountID // "" when there is none
	Epoch       int64
	Disabled    bool
	KnownDevice bool // the browser that asks is remembered with the account
}

// Link is one account's link, as its owner sees it.
type Link struct {
	At, LastUsed time.Time
}

// LinkComposer writes the messages about links.
type LinkComposer interface {
	Linked(channel Channel, at time.Time) Content
	Unlinked(channel Channel, at time.Time) Content
	// Lost is for an account that FranceConnect no longer opens because it opens another one.
	Lost(channel Channel, at time.Time) Content
}

// Linking signs people in with an identity of FranceConnect, and links that identity to their account at the first time.
// Log and Now may be left out.
type Linking struct {
	Store    Store
	Login    *Login    // the proof by identifier and password is a sign-in, with all its limits
	Recovery *Recovery // the proof by a code is a recovery that leads to no password
	Composer LinkComposer
	Reach    *Reach
	Log      *slog.Logger
	Now      func() time.Time
}

// Depart keeps a visit that begins now. Its errors are an *Error with KindThrottled or a fault of the store.
func (l *Linking) Depart(ctx context.Context, browser, device keys.Secret, v Visit, from netip.Addr) error {
	at := l.now()
	place := fromAddress(byVisitAddress, from, visitLimit)
	_, known, err := l.Store.KnownDevice(ctx, device, nir.Number{})
	if err != nil {
		return err
	}
	if known { // for some account; nobody has been named yet
		place = []Subject{{Kind: byVisitAddress, Value: hex.EncodeToString(keys.TokenIndex("visits", device)), Limit: browserLimit}}
	}
	if err := reserve(ctx, l.Store, at, place...); err != nil {
		return err
	}
	v.At = at
	return alone(ctx, l.Store, func(tx Tx) error { return tx.AddVisit(ctx, browser, v) })
}

// Leave keeps the sign-out that a browser is sent on after its session has ended here.
func (l *Linking) Leave(ctx context.Context, browser, idToken keys.Secret) error {
	v := Visit{Way: ToSignOut, State: NewToken(), IDToken: idToken, At: l.now()}
	return alone(ctx, l.Store, func(tx Tx) error { return tx.AddVisit(ctx, browser, v) })
}

// Return closes a visit: a state opens the way back once, in the browser that left with it (RFC 6749 §10.12), and an
// empty one never does. Its errors are ErrNoVisit, ErrVisitUsed or a fault of the store.
func (l *Linking) Return(ctx context.Context, browser, state keys.Secret, way Way) (v Visit, err error) {
	if browser.IsZero() || state.IsZero() {
		return Visit{}, ErrNoVisit
	}
	now := l.now()
	err = alone(ctx, l.Store, func(tx Tx) (err error) {
		v, err = tx.TakeVisit(ctx, browser, state, way, now.Add(-VisitLife), now)
		return err
	})
	return v, err
}

// SignOut returns the sign-out that the browser is on, or ErrNoVisit.
func (l *Linking) SignOut(ctx context.Context, browser keys.Secret) (Visit, error) {
	if browser.IsZero() {
		return Visit{}, ErrNoVisit
	}
	return l.Store.OpenSignOut(ctx, browser, l.now().Add(-VisitLife))
}

// Recognise returns the person whose account is linked to the identity. Its errors are ErrNotLinked, ErrClosed or a fault of
// the store.
func (l *Linking) Recognise(ctx context.Context, id Identity, device keys.Secret) (Proven, error) {
	linked, err := l.Store.Linked(ctx, id.Issuer, id.Subject, device)
	if err != nil {
		return Proven{}, err
	}
	if linked.Account == "" {
		return Proven{}, ErrNotLinked
	}
	if linked.Disabled {
		l.event(ctx, "sign-in refused: disabled", linked.Account, id)
		return Proven{}, ErrClosed
	}
	return Proven{Identity: id, Session: Session{Account: linked.Account, Epoch: linked.Epoch, Method: FranceConnect, At: l.now(),
		Device: deviceToken(device, linked.KnownDevice), Shared: id.Shared}}, nil
}

// Begin starts the linking of an identity and returns its token for the browser. It says nothing of whether there is
// an account for it: operators read in the log how many may be.
func (l *Linking) Begin(ctx context.Context, id Identity) (token keys.Secret, err error) {
	candidates, err := l.Store.Candidates(ctx, PivotKeys(id.Civil))
	if err != nil {
		return keys.Secret{}, err
	}
	token = NewToken()
	if err := alone(ctx, l.Store, func(tx Tx) error { return tx.AddLinking(ctx, token, id, l.now()) }); err != nil {
		return keys.Secret{}, err
	}
	l.log().InfoContext(ctx, "linking begun", "event", "linking", "candidates", candidates, "acr", id.ACR)
	return token, nil
}

// Identity returns the identity that the browser links, or ErrNoLinking.
func (l *Linking) Identity(ctx context.Context, token keys.Secret) (Identity, error) {
	if token.IsZero() {
		return Identity{}, ErrNoLinking
	}
	return l.Store.Linking(ctx, token, l.now().Add(-LinkingLife))
}

// Prove verifies the pair of the account to link. Its errors are those of Login.Verify, ErrNoLinking and ErrAnotherPerson.
func (l *Linking) Prove(ctx context.Context, token keys.Secret, r SignInRequest) (Proven, error) {
	id, err := l.Identity(ctx, token)
	if err != nil {
		return Proven{}, err
	}
	p, err := l.Login.Verify(ctx, r)
	if err != nil {
		return Proven{}, err
	}
	p.Method, p.Identity, p.linking, p.Shared = FranceConnect, id, token, id.Shared
	account, err := l.Store.Account(ctx, p.Account)
	if err != nil {
		return Proven{}, err
	}
	if err := l.samePerson(ctx, account, id); err != nil {
		// The pair was right all the same, and its owner hears of it as of any other.
		if err := l.settlePair(ctx, p); err != nil {
			return Proven{}, err
		}
		return Proven{}, err
	}
	return p, nil
}

// ProveByCode takes the code that was given in that flow as the proof of the account to link. Its errors are ErrNoLinking,
// ErrNoFlow, ErrAnotherPerson and ErrClosed.
func (l *Linking) ProveByCode(ctx context.Context, token, flow, device keys.Secret) (Proven, error) {
	id, err := l.Identity(ctx, token)
	if err != nil {
		return Proven{}, err
	}
	proof, err := l.Recovery.Flow(ctx, flow)
	if err != nil {
		return Proven{}, err
	}
	// A code that was asked for to change a password proves nothing here, and the other way round.
	if proof.Purpose != Proof || proof.Account == "" || proof.Consumed.IsZero() || l.now().Sub(proof.Consumed) > LinkingLife {
		return Proven{}, ErrNoFlow
	}
	account, err := l.Store.Account(ctx, proof.Account)
	if err != nil {
		return Proven{}, err
	}
	if err := l.samePerson(ctx, account, id); err != nil {
		return Proven{}, err
	}
	if account.Disabled {
		l.event(ctx, "sign-in refused: disabled", account.ID, id)
		return Proven{}, ErrClosed
	}
	_, ours, err := l.Store.KnownDevice(ctx, device, account.Identifier)
	return Proven{Identity: id, linking: token, Session: Session{Account: account.ID, Epoch: account.Epoch, Method: FranceConnect,
		At: l.now(), Device: deviceToken(device, ours), Shared: id.Shared}}, err
}

// samePerson returns ErrAnotherPerson unless the account that was proved is that of the identity. It comes after the proof:
// before it, the answer would tell a stranger whose account it is.
func (l *Linking) samePerson(ctx context.Context, account Account, id Identity) error {
	if SamePerson(account.Civil, id.Civil) {
		return nil
	}
	l.event(ctx, "linking refused: another person", account.ID, id)
	return ErrAnotherPerson
}

func (l *Linking) settlePair(ctx context.Context, p Proven) error {
	told := false
	err := alone(ctx, l.Store, func(tx Tx) (err error) {
		told, err = l.Login.accept(ctx, tx, p, SessionRow{})
		return err
	})
	if told {
		l.Reach.wake()
	}
	return err
}

// Enter signs in who was recognised or proved the account: the use of the link or the new link, the sign-in and the session
// are kept together or not at all. Its errors are ErrNotLinked and ErrNoLinking, when another request was faster, or a fault
// of the store.
func (l *Linking) Enter(ctx context.Context, p Proven, row SessionRow) error {
	told := !p.linking.IsZero() // of the link
	err := alone(ctx, l.Store, func(tx Tx) (err error) {
		if p.pair != nil {
			if _, err := l.Login.accept(ctx, tx, p, SessionRow{}); err != nil {
				return err
			}
		}
		if !told {
			if told, err = l.Reach.arrived(ctx, tx, p.Session, row); err != nil {
				return err
			}
		}
		if err := l.use(ctx, tx, p); err != nil {
			return err
		}
		return p.enter(ctx, tx, row)
	})
	if errors.Is(err, ErrNoLinking) && p.pair != nil {
		// The pair was right all the same: it is not held against its owner that another click was faster.
		if err := l.settlePair(ctx, p); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if !p.linking.IsZero() {
		l.event(ctx, "linked", p.Account, p.Identity)
	}
	if told {
		l.Reach.wake()
	}
	l.event(ctx, "signed in", p.Account, p.Identity)
	return nil
}

// use notes the use of the link or, after a linking, makes it.
func (l *Linking) use(ctx context.Context, tx Tx, p Proven) error {
	at := l.now()
	if p.linking.IsZero() {
		return tx.UseLink(ctx, p.Account, p.Identity, at)
	}
	if err := tx.TakeLinking(ctx, p.linking, at.Add(-LinkingLife)); err != nil {
		return err
	}
	loser, err := tx.ReplaceLinks(ctx, p.Account, p.Identity, at)
	if err != nil {
		return err
	}
	// Whoever takes a person's identity to an account of their own must not do so unseen: both accounts hear of it.
	if loser != "" {
		if err := l.Reach.notify(ctx, tx, loser, at, func(c Channel) Content { return l.Composer.Lost(c, at) }); err != nil {
			return err
		}
	}
	return l.Reach.notify(ctx, tx, p.Account, at, func(c Channel) Content { return l.Composer.Linked(c, at) })
}

// Link returns the account's link at the issuer, zero when there is none.
func (l *Linking) Link(ctx context.Context, id AccountID, issuer string) (Link, error) {
	return l.Store.AccountLink(ctx, id, issuer)
}

// Unlink ends the account's link at the issuer, so that FranceConnect asks for the proof again, and the sessions that FranceConnect has
// opened, but for the one with the ID keep: it is its owner who asks. Its errors are ErrLastWay, ErrUnauthorized, when by has ended, or a
// fault of the store.
func (l *Linking) Unlink(ctx context.Context, by SessionRow, issuer, keep string) error {
	id, at := by.Account, l.now()
	err := alone(ctx, l.Store, func(tx Tx) error {
		if err := tx.HoldSession(ctx, by); err != nil {
			return err
		}
		if ended, err := tx.EndLink(ctx, id, issuer, at); err != nil || !ended {
			return err
		}
		if open, err := opens(ctx, tx, l.Reach, issuer, id); err != nil {
			return err
		} else if !open {
			return ErrLastWay // nobody shuts themselves out by a click
		}
		if err := tx.EndSessionsBy(ctx, id, FranceConnect, keep); err != nil {
			return err
		}
		return l.Reach.notify(ctx, tx, id, at, func(c Channel) Content { return l.Composer.Unlinked(c, at) })
	})
	if err != nil {
		return err
	}
	l.log().InfoContext(ctx, "unlinked", "event", "linking", "account", id)
	l.Reach.wake()
	return nil
}

func (l *Linking) event(ctx context.Context, what string, account AccountID, id Identity) {
	l.log().InfoContext(ctx, what, "event", "linking", "method", FranceConnect, "account", account, "acr", id.ACR)
}

func (l *Linking) now() time.Time { return clock(l.Now) }

func (l *Linking) log() *slog.Logger { return logger(l.Log) }
