package portal

import (
	"errors"
	"time"
)

// Kind says what kind of thing went wrong. The web room has the one table that turns a kind into a status and a page.
type Kind string

const (
	KindInvalid      Kind = "invalid"      // what was typed cannot be right: nothing was looked up
	KindUnauthorized Kind = "unauthorized" // the pair of identifier and password is not right
	KindThrottled    Kind = "throttled"    // too many attempts
	KindBusy         Kind = "busy"         // too many people at once
	KindNotFound     Kind = "not_found"    // no such account
	KindInternal     Kind = "internal"     // a fault of ours
)

// Error is an error of the domain. Message is for operators, in English, and never holds anything that a person typed;
// the sentences people read are in package components.
type Error struct {
	Kind    Kind
	Message string
	// Wait is how long to wait before the next try, for KindThrottled and KindBusy.
	Wait time.Duration
	// Paced is true when Wait is that of the next message to a number, rather than of whoever asks.
	Paced bool
	// Other is true when the message can go by the other channel now.
	Other bool
	// ForGood is true when waiting does not help: what was asked for begins anew.
	ForGood bool
	// CodeFirst is true when a code opens what waiting does as well.
	CodeFirst bool
}

func (e *Error) Error() string { return e.Message }

// ErrorKind returns the kind of err, "" for nil and KindInternal for an error that is not of the domain.
func ErrorKind(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// ErrUnauthorized is the one answer to a pair that is not right, whether the account exists, is disabled or has no
// password (OWASP ASVS 5.0 V6.3.8).
var ErrUnauthorized = &Error{Kind: KindUnauthorized, Message: "wrong identifier or password"}

// ErrNoAccount says that there is no account with that id. Only operators' commands see it.
var ErrNoAccount = &Error{Kind: KindNotFound, Message: "no such account"}
