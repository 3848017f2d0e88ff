// Package words is the one catalogue of what people read: pages, messages, what the browser says while one types, the manifest and
// the furniture of the help. (The topics of the help are texts, in static/aide.)
//
// A language is one value of Words, grouped by the part of the portal that speaks. A field is named by its meaning and is a whole
// sentence or, where a value stands in it, a function that returns one, so that each language orders its words as it wants. Counted
// nouns go through the language's own count, which takes every form that its plural rule knows (CLDR's cardinal categories: two in
// French, six in Arabic): a form that is missing does not compile. The same function keeps a number and its unit on one line.
//
// Plain values rather than golang.org/x/text/message or go-i18n, since the compiler then checks every name and argument, nothing is
// parsed at the start, and the WASM links the groups that it needs and no more; those libraries would add 150 and 560 kB to it. What
// the compiler cannot see, words_test.go walks: a language that lacks one sentence fails.
//
// Values come as numbers, times and names. Nothing here knows a limit, a time zone or a rule.
package words

// Words are all sentences of one language. A group may be absent only in a value made for one program.
type Words struct {
	Lang string // BCP 47, as the lang of a page
	Dir  string // "ltr" or "rtl"

	Product string // the name of the portal

	Units         *Units
	Moments       *Moments
	Frame         *Frame
	Form          *Form
	Ways          *Ways
	Identifier    *Identifier
	SignIn        *SignIn
	Recovery      *Recovery
	RecoveryStart *RecoveryStart
	RecoveryCode  *RecoveryCode
	NewPassword   *NewPassword
	Rules         *Rules
	FranceConnect *FranceConnect
	Home          *Home
	Account       *Account
	Help          *Help
	Offline       *Offline
	Failures      *Failures
	Letters       *Letters
	Messages      *Messages
	Manifest      *Manifest
	Shell         *Shell
}

// French is what this portal speaks.
var French = &Words{
	Lang: "fr",
	Dir:  "ltr",

	Product: "Mon Compte",

	Units:         &frenchUnits,
	Moments:       &frenchMoments,
	Frame:         &frenchFrame,
	Form:          &frenchForm,
	Ways:          &frenchWays,
	Identifier:    &frenchIdentifier,
	SignIn:        &frenchSignIn,
	Recovery:      &frenchRecovery,
	RecoveryStart: &frenchRecoveryStart,
	RecoveryCode:  &frenchRecoveryCode,
	NewPassword:   &frenchNewPassword,
	Rules:         &frenchRules,
	FranceConnect: &frenchFranceConnect,
	Home:          &frenchHome,
	Account:       &frenchAccount,
	Help:          &frenchHelp,
	Offline:       &frenchOffline,
	Failures:      &frenchFailures,
	Letters:       &frenchLetters,
	Messages:      &frenchMessages,
	Manifest:      &frenchManifest,
	Shell:         &frenchShell,
}

// FrenchLive are the groups that the browser says by itself: the WASM links them and no more.
var FrenchLive = &Words{
	Lang: "fr",
	Dir:  "ltr",

	Product: "Mon Compte",

	Units:         &frenchUnits,
	Form:          &frenchForm,
	Ways:          &frenchWays,
	Identifier:    &frenchIdentifier,
	SignIn:        &frenchSignIn,
	RecoveryStart: &frenchRecoveryStart,
	Rules:         &frenchRules,
	Help:          &frenchHelp,
	Shell:         &frenchShell,
}
