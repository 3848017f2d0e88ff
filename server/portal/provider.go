package portal

import (
	"time"

	"moncompte/server/keys"
)

// Identity is who FranceConnect says that a person is, once every signature and claim was verified.
type Identity struct {
	Issuer  string
	Subject keys.Secret // names the person at this issuer, and changes with their civil status
	ACR     string      // how sure the identity is: "eidas1", "eidas2" or "eidas3"
	Civil   Civil       // the pivot identity, as the issuer writes it
	IDToken keys.Secret // the hint of the sign-out, nothing else
}

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
	At      time.Time
}

// VisitLife is how long a visit may last: people look for their papers while at the provider (as long as its own session).
const VisitLife = 30 * time.Minute

var (
	// ErrNoVisit says that this browser has no such visit under way: the state is wrong, too old or another browser's.
	ErrNoVisit = &Error{Code: CodeNotFound, Message: "no such visit under way"}
	// ErrVisitUsed says that this browser has come back from that visit already.
	ErrVisitUsed = &Error{Code: CodeNotFound, Message: "the visit is over"}
)

// FailureKind is what went wrong at FranceConnect, as far as the person is concerned.
type FailureKind string

const (
	Cancelled     FailureKind = "cancelled"     // the person turned back
	Expired       FailureKind = "expired"       // the state is unknown, used or too old
	Refused       FailureKind = "refused"       // FranceConnect did not let the person through
	Unavailable   FailureKind = "unavailable"   // it does not answer
	Misconfigured FailureKind = "misconfigured" // it does not accept us
	Invalid       FailureKind = "invalid"       // what it sent cannot be believed
	Duplicate     FailureKind = "duplicate"     // a parameter came twice
)

// ProviderError is a visit that failed. Reason is for the log: it may hold the provider's error and its id, and never
// anything that came with the browser's request unchecked.
type ProviderError struct {
	Kind   FailureKind
	Reason string
}

func (e *ProviderError) Error() string { return string(e.Kind) + ": " + e.Reason }
