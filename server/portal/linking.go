package portal

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"moncompte/server/keys"
)

// LinkingLife is how long a person may take to prove that an account is theirs.
const LinkingLife = 15 * time.Minute

// visitLimit keeps one address from filling the table of visits; a public desk or a mobile operator stays far below it.
var visitLimit = Limit{PerWindow: 300, Window: 10 * time.Minute}

const byVisitAddress SubjectKind = "visit address"

var (
	// ErrNotLinked says that no account is linked to the identity, so that the person has to prove one.
	ErrNotLinked = &Error{Code: CodeNotFound, Message: "no account is linked to this identity"}
	// ErrNoLinking says that the browser has no linking under way, or that its time is over.
	ErrNoLinking = &Error{Code: CodeNotFound, Message: "no linking under way"}
	// ErrAnotherPerson says that the account that was proved is not that of the person whom FranceConnect named.
	ErrAnotherPerson = &Error{Code: CodeInvalid, Message: "the account is another person's"}
	// ErrClosed says that the linked account is disabled. Who reads it has shown who they are.
	ErrClosed = &Error{Code: CodeUnauthorized, Message: "the account is disabled"}
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

// NewLink is a link to make.
type NewLink struct {
	Token    keys.Secret // of the linking, which it uses up
	Account  AccountID
	Identity Identity
	At       time.Time
	Since    time.Time // the linking must have begun after it
	Notice   Notice    // to the account
	Lost     Notice    // to another account that the same subject opened before
}

// Notice is a message to every address of an account.
type Notice struct {
	Compose func(Channel) Content
	Usable  func(Channel, keys.Secret) bool
}

// LinkStore keeps visits, linkings and links. Each method is one transaction.
type LinkStore interface {
	AttemptStore
	BeginVisit(ctx context.Context, browser keys.Secret, v Visit) error
	// TakeVisit closes the browser's visit with that state and returns it. It returns ErrVisitUsed when the browser has
	// closed it before, and ErrNoVisit when there is none that began after since.
	TakeVisit(ctx context.Context, browser, state keys.Secret, way Way, since, now time.Time) (Visit, error)
	// OpenSignOut returns the browser's latest sign-out that began after since and did not come back, or ErrNoVisit.
	OpenSignOut(ctx context.Context, browser keys.Secret, since time.Time) (Visit, error)
	// Linked returns the zero Linked when no account is linked to the subject.
	Linked(ctx context.Context, issuer string, subject, device keys.Secret) (Linked, error)
	// SignedInByLink records a sign-in and the use of the link. It returns ErrNotLinked when the link ended meanwhile.
	SignedInByLink(ctx context.Context, id Identity, s Success) error
	// Candidates counts the accounts kept under one of the pivot keys.
	Candidates(ctx context.Context, pivots []string) (int, error)
	BeginLinking(ctx context.Context, token keys.Secret, id Identity, at time.Time) error
	// Linking returns ErrNoLinking unless the linking began after since and was not used.
	Linking(ctx context.Context, token keys.Secret, since time.Time) (Identity, error)
	// Link uses the linking up, ends the account's former link and the subject's, which stay as ended rows, and tells
	// every address of the account, and of the one that the subject opened before. It returns ErrNoLinking when the linking was used meanwhile.
	Link(ctx context.Context, l NewLink) error
	// AccountLink returns the zero Link when the account has none at the issuer.
	AccountLink(ctx context.Context, id AccountID, issuer string) (Link, error)
	// Unlink ends the account's link, and tells every address when there was one.
	Unlink(ctx context.Context, id AccountID, issuer string, at time.Time, n Notice) error
	Account(ctx context.Context, id AccountID) (Account, error)
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
	Store    LinkStore
	Login    *Login    // the proof by identifier and password is a sign-in, with all its limits
	Recovery *Recovery // the proof by a code is a recovery that leads to no password
	Composer LinkComposer
	Reach    *Reach
	Log      *slog.Logger
	Now      func() time.Time
}

// FederatedSession is what a sign-in by FranceConnect opens.
type FederatedSession struct {
	Session
	ACR     string
	IDToken keys.Secret
}

// Depart keeps a visit that begins now. Its errors are an *Error with CodeThrottled or a fault of the store.
func (l *Linking) Depart(ctx context.Context, browser keys.Secret, v Visit, from netip.Addr) error {
	at := l.now()
	err := l.Store.Reserve(ctx, at, fromAddress(byVisitAddress, from, visitLimit)...)
	if err != nil {
		return err
	}
	v.At = at
	return l.Store.BeginVisit(ctx, browser, v)
}

// Leave keeps the sign-out that a browser is sent on after its session has ended here.
func (l *Linking) Leave(ctx context.Context, browser, idToken keys.Secret) error {
	return l.Store.BeginVisit(ctx, browser, Visit{Way: ToSignOut, State: NewToken(), IDToken: idToken, At: l.now()})
}

// Return closes a visit: a state opens the way back once, in the browser that left with it (RFC 6749 §10.12), and an
// empty one never does. Its errors are ErrNoVisit, ErrVisitUsed or a fault of the store.
func (l *Linking) Return(ctx context.Context, browser, state keys.Secret, way Way) (Visit, error) {
	if browser.IsZero() || state.IsZero() {
		return Visit{}, ErrNoVisit
	}
	now := l.now()
	return l.Store.TakeVisit(ctx, browser, state, way, now.Add(-VisitLife), now)
}

// SignOut returns the sign-out that the browser is on, or ErrNoVisit.
func (l *Linking) SignOut(ctx context.Context, browser keys.Secret) (Visit, error) {
	if browser.IsZero() {
		return Visit{}, ErrNoVisit
	}
	return l.Store.OpenSignOut(ctx, browser, l.now().Add(-VisitLife))
}

// SignIn returns the session of the account that is linked to the identity. Its errors are ErrNotLinked, ErrClosed or a
// fault of the store.
func (l *Linking) SignIn(ctx context.Context, id Identity, device keys.Secret) (FederatedSession, error) {
	linked, err := l.Store.Linked(ctx, id.Issuer, id.Subject, device)
	if err != nil {
		return FederatedSession{}, err
	}
	if linked.Account == "" {
		return FederatedSession{}, ErrNotLinked
	}
	if linked.Disabled {
		l.event(ctx, "sign-in refused: disabled", linked.Account, id)
		return FederatedSession{}, ErrClosed
	}
	if !linked.KnownDevice {
		device = NewToken()
	}
	s := Session{Account: linked.Account, Epoch: linked.Epoch, Method: FranceConnect, At: l.now(), Device: device}
	if err := l.Store.SignedInByLink(ctx, id, Success{Account: s.Account, At: s.At, Method: s.Method, Device: device}); err != nil {
		return FederatedSession{}, err
	}
	l.event(ctx, "signed in", s.Account, id)
	return FederatedSession{s, id.ACR, id.IDToken}, nil
}

// Begin starts the linking of an identity and returns its token for the browser. It says nothing of whether there is
// an account for it: operators read in the log how many may be.
func (l *Linking) Begin(ctx context.Context, id Identity) (token keys.Secret, err error) {
	candidates, err := l.Store.Candidates(ctx, PivotKeys(id.Civil))
	if err != nil {
		return keys.Secret{}, err
	}
	token = NewToken()
	if err := l.Store.BeginLinking(ctx, token, id, l.now()); err != nil {
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

// Prove links the identity to the account that the pair opens and returns its session. Its errors are those of
// Login.SignIn, ErrNoLinking and ErrAnotherPerson.
func (l *Linking) Prove(ctx context.Context, token keys.Secret, r SignInRequest) (FederatedSession, error) {
	id, err := l.Identity(ctx, token)
	if err != nil {
		return FederatedSession{}, err
	}
	session, err := l.Login.SignIn(ctx, r)
	if err != nil {
		return FederatedSession{}, err
	}
	if err := l.link(ctx, token, id, session.Account); err != nil {
		return FederatedSession{}, err
	}
	session.Method = FranceConnect
	return FederatedSession{session, id.ACR, id.IDToken}, nil
}

// ProveByCode links the identity to the account whose code was given in that flow, and returns its session. Its errors
// are ErrNoLinking, ErrNoFlow, ErrAnotherPerson and those of SignIn.
func (l *Linking) ProveByCode(ctx context.Context, token, flow, device keys.Secret) (FederatedSession, error) {
	id, err := l.Identity(ctx, token)
	if err != nil {
		return FederatedSession{}, err
	}
	proof, err := l.Recovery.Flow(ctx, flow)
	if err != nil {
		return FederatedSession{}, err
	}
	// A code that was asked for to change a password proves nothing here, and the other way round.
	if proof.Purpose != Proof || proof.Account == "" || proof.Consumed.IsZero() || l.now().Sub(proof.Consumed) > LinkingLife {
		return FederatedSession{}, ErrNoFlow
	}
	if err := l.link(ctx, token, id, proof.Account); err != nil {
		return FederatedSession{}, err
	}
	return l.SignIn(ctx, id, device)
}

// link links the identity to an account that was proved.
func (l *Linking) link(ctx context.Context, token keys.Secret, id Identity, proved AccountID) error {
	account, err := l.Store.Account(ctx, proved)
	if err != nil {
		return err
	}
	// The comparison comes after the proof: before it, the answer would tell a stranger whose account it is.
	if !SamePerson(account.Civil, id.Civil) {
		l.event(ctx, "linking refused: another person", account.ID, id)
		return ErrAnotherPerson
	}
	at := l.now()
	err = l.Store.Link(ctx, NewLink{Token: token, Account: account.ID, Identity: id, At: at, Since: at.Add(-LinkingLife),
		Notice: l.notice(func(c Channel) Content { return l.Composer.Linked(c, at) }),
		// Whoever takes a person's identity to an account of their own must not do so unseen: both accounts hear of it.
		Lost: l.notice(func(c Channel) Content { return l.Composer.Lost(c, at) })})
	if err != nil {
		return err
	}
	l.event(ctx, "linked", account.ID, id)
	l.Reach.wake()
	return nil
}

// Link returns the account's link at the issuer, zero when there is none.
func (l *Linking) Link(ctx context.Context, id AccountID, issuer string) (Link, error) {
	return l.Store.AccountLink(ctx, id, issuer)
}

// Unlink ends the account's link at the issuer: FranceConnect then asks for the proof again.
func (l *Linking) Unlink(ctx context.Context, id AccountID, issuer string) error {
	at := l.now()
	err := l.Store.Unlink(ctx, id, issuer, at, l.notice(func(c Channel) Content { return l.Composer.Unlinked(c, at) }))
	if err != nil {
		return err
	}
	l.log().InfoContext(ctx, "unlinked", "event", "linking", "account", id)
	l.Reach.wake()
	return nil
}

func (l *Linking) notice(compose func(Channel) Content) Notice {
	return Notice{Compose: compose, Usable: l.Reach.usable}
}

func (l *Linking) event(ctx context.Context, what string, account AccountID, id Identity) {
	l.log().InfoContext(ctx, what, "event", "linking", "method", FranceConnect, "account", account, "acr", id.ACR)
}

func (l *Linking) now() time.Time { return clock(l.Now) }

func (l *Linking) log() *slog.Logger { return logger(l.Log) }
