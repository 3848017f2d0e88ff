// Package limits holds the figures that a person meets: how long a code is, how long it works, how often one may try.
//
// The domain sets them (portal.StandardLimits); pages, messages, the help and its drawings quote them, and none of them spells
// one out.
package limits

import "time"

// Limits are the figures of one portal.
type Limits struct {
	CodeDigits  int           // of a code sent by SMS or by e-mail, unless many wrong ones were tried
	CodeLife    time.Duration // in which it works
	CodeTries   int           // of one code
	CodeSends   int           // messages with the same code
	ResendAfter time.Duration // between two of them
	Remember    time.Duration // in which a browser that is remembered needs no code
	SMSDay      int           // that strangers may ask for, with one identifier
	SendEvery   time.Duration // between messages that are asked for with one identifier, after CodeSends

	PasswordMin   int           // characters of a new password
	PasswordMax   int           //
	PasswordGrace time.Duration // from the code to the new password
	LinkingLife   time.Duration // from FranceConnect's answer to the proof of the account

	FreeAttempts int           // wrong passwords in a row before the first wait
	FirstWait    time.Duration // after them; it doubles with each further one
	MaxWait      time.Duration // and stops growing here

	Passkeys  int           // of one account
	ProofLife time.Duration // how long a proof stands for what changes the ways into an account

	Idle     time.Duration // without activity, the end of a session
	Shared   time.Duration // the same on a computer of several people
	Lifetime time.Duration // the end of a session in any case
	WayLife  time.Duration // the longest in which a browser keeps what a way under way needs

	Kept Kept
}

// Kept is how long what is about a person stays once it has no more use (GDPR, article 5(1)(e)).
type Kept struct {
	SignIns  time.Duration // what the owner sees of sign-ins and refused tries
	Browsers time.Duration // after their last use
	Links    time.Duration // with FranceConnect, after their end
	Messages time.Duration // after they were asked for
	Audit    time.Duration // entries of the audit log
}
