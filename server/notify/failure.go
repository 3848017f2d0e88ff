package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// Fault says what an attempt failed on, and so who can mend it and whom it concerns.
type Fault int

const (
	// OfMoment is a refusal of this message for now: a greylisted address, a full mailbox.
	OfMoment Fault = iota
	// OfMessage is a refusal of this message for good: the address does not exist, the number is invalid.
	OfMessage
	// OfGateway is a gateway that nobody gets through to for now: not reached, restarting, full.
	OfGateway
	// OfRate is a gateway that asks us to go slower.
	OfRate
	// OfAccount is a refusal of our account or our settings (credit, password, sender, path, network): people mend it, and
	// every message waits for them meanwhile.
	OfAccount
	// Unknown is a message that was handed over whole and never answered for: the other side may have taken it.
	Unknown
)

// Failure is the error of a gateway. Reason and Mend are made of our own words and of numbers, never of what the other side or a
// library wrote: those texts quote addresses and contents, and both are logged and stored.
type Failure struct {
	Reason string
	Fault  Fault
	Mend   string        // of a fault of our account: what to look at
	Copied bool          // of a fault of the gateway: it had the whole message, and may have taken it before it failed
	Whole  bool          // of a refusal: it came after the whole message
	After  time.Duration // the other side asked not to be called again earlier; 0 = no wish
}

func (f *Failure) Error() string { return f.Reason }

// inWords is what is kept with a message: the reason, and what to look at.
func (f *Failure) inWords() string {
	if f.Mend == "" {
		return f.Reason
	}
	return f.Reason + "; look at " + f.Mend
}

// Permanent returns the error of a message that no further attempt can deliver.
func Permanent(reason string) error { return &Failure{Reason: reason, Fault: OfMessage} }

// Temporary returns the error of an attempt that is worth repeating.
func Temporary(reason string) error { return &Failure{Reason: reason} }

// unreachable returns the error of an attempt that did not get through to the gateway.
func unreachable(reason string) *Failure { return &Failure{Reason: reason, Fault: OfGateway} }

// failureOf returns err as a Failure. Of an error of unknown origin nothing is kept: its text could quote an address.
func failureOf(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return &Failure{Reason: networkReason(err)}
}

// networkFailure describes an error of the network on the way to a gateway. What the settings are to blame for is told apart.
func networkFailure(prefix string, err error) *Failure {
	f := &Failure{Reason: prefix + networkReason(err), Fault: OfGateway}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		f.Fault, f.Mend = OfAccount, "the certificate of the gateway (SSL_CERT_FILE names a private authority)"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		f.Fault, f.Mend = OfAccount, "the scheme and the port of the address"
	}
	return f
}

// networkReason describes an error of the network in our own words: the texts of package net hold host names and ports, those
// of a library may hold more.
func networkReason(err error) string {
	var (
		timeout net.Error
		dns     *net.DNSError
		cert    *tls.CertificateVerificationError
		record  tls.RecordHeaderError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.As(err, &dns):
		return "host name not found"
	case errors.As(err, &cert):
		return "certificate not trusted"
	case errors.As(err, &record):
		return "the other side does not speak TLS"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection lost"
	}
	return "an error that is not foreseen"
}
