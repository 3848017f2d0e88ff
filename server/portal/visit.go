package portal

import (
	"time"

	"moncompte/server/keys"
)

// Way is what a browser goes to FranceConnect for.
type Way string

const (
	ToSignIn  Way = "sign-in"
	ToSignOut Way = "sign-out"
)

// Visit is one trip of a browser to FranceConnect: each tab has its own.
type Visit struct {
	Way     Way
	State   keys.Secret // comes back in the address; opens the visit once, and in the same browser only
	Nonce   keys.Secret // of a sign-in, zero in a sign-out
	IDToken keys.Secret // of a sign-out, zero in a sign-in
	Shared  bool        // on a computer of several people
	Session string      // that wants a link, by its SessionID; "" = the person wants to sign in
	At      time.Time
}

// VisitLife is how long a visit may last: people look for their papers while at the provider (as long as its own session).
const VisitLife = 30 * time.Minute

var (
	// ErrNoVisit says that this browser has no such visit under way: the state is wrong, too old or another browser's.
	ErrNoVisit = &Error{Kind: KindNotFound, Message: "no such visit under way"}
	// ErrVisitUsed says that this browser has come back from that visit already.
	ErrVisitUsed = &Error{Kind: KindNotFound, Message: "the visit is over"}
)

// FailureKind is what went wrong at FranceConnect, as far as the person is concerned.
type FailureKind string

const (
	Cancelled     FailureKind = "cancelled"     // the person, or FranceConnect on their behalf, stopped
	Expired       FailureKind = "expired"       // the state is unknown or too old, or a code lived too long: begin again
	Refused       FailureKind = "refused"       // FranceConnect said no, in a way that is not in its documentation
	Unavailable   FailureKind = "unavailable"   // down, slow or in trouble: later, or another way
	Misconfigured FailureKind = "misconfigured" // our registration or settings are wrong: an operator must act
	Invalid       FailureKind = "invalid"       // the answer does not prove who the person is
)

// ProviderError is why nobody is signed in by FranceConnect. Reason is for the log and never shown: it may hold the provider's error
// code and the reference that its support asks for, no personal data, no token and nothing of the browser's request unchecked.
type ProviderError struct {
	Kind   FailureKind
	Reason string
}

func (e *ProviderError) Error() string { return "franceconnect: " + string(e.Kind) + ": " + e.Reason }
