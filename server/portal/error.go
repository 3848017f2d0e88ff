package portal

import (
	"errors"
	"time"
)

// Code says what kind of thing went wrong. The web room has the one table that turns a code into a status and a page.
type Code string

const (
	CodeInvalid      Code = "invalid"      // what was typed cannot be right: nothing was looked up
	CodeUnauthorized Code = "unauthorized" // the pair of identifier and password is not right
	CodeThrottled    Code = "throttled"    // too many attempts
	CodeBusy         Code = "busy"         // too many people at once
	CodeNotFound     Code = "not_found"    // no such account
	CodeInternal     Code = "internal"     // a fault of ours
)

// Error is an error of the domain. Message is for operators, in English, and never holds anything that a person typed;
// the sentences people read are in package components.
type Error struct {
	Code    Code
	Message string
	// Wait is how long to wait before the next try, for CodeThrottled and CodeBusy.
	Wait time.Duration
	// Disabled is true when the password is refused until it is reset, however long one waits.
	Disabled bool
}

func (e *Error) Error() string { return e.Message }

// ErrorCode returns the code of err, "" for nil and CodeInternal for an error that is not of the domain.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// ErrUnauthorized is the one answer to a pair that is not right, whether the account exists, is disabled or has no
// password (OWASP ASVS 5.0 V6.3.8).
var ErrUnauthorized = &Error{Code: CodeUnauthorized, Message: "wrong identifier or password"}

// ErrNoAccount says that there is no account with that id. Only operators' commands see it.
var ErrNoAccount = &Error{Code: CodeNotFound, Message: "no such account"}
