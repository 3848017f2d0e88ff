// Package words is the one catalogue of what people read: pages, messages, what the browser says while one types, the manifest and
// the furniture of the help. (The topics of the help are texts, in static/aide.)
//
// A language is one value of Words; its sentences stand in groups, one a part of the portal that speaks. A field is named by its
// meaning and is a whole sentence or, where a value stands in it, a function that returns one, so that each language orders its words
// as it wants. Counted nouns go through the language's own count, which takes every form that its plural rule knows (CLDR's cardinal
// categories: two in French, six in Arabic): a form that is missing does not compile. The same function keeps a number and its unit
// on one line.
//
// Plain values rather than golang.org/x/text/message or go-i18n, since the compiler then checks every name and argument, nothing is
// parsed at the start, and the WASM links the groups that it needs and no more; those libraries would add 150 and 560 kB to it. What
// the compiler cannot see, words_test.go walks: a language that lacks one sentence fails.
//
// Values come as numbers, times and names. Nothing here knows a limit, a time zone or a rule.
package words

import "time"

// Words are the sentences of one language. The zero value is French. It is a number, so that a page carries it for nothing, and its
// groups come from methods, so that the WASM links those that it calls and no more.
type Words uint8

// The languages.
const (
	French    Words = iota
	languages       // how many there are
)

// Lang is the language as the lang of a page (BCP 47).
func (w Words) Lang() string { return [languages]string{French: "fr"}[w] }

// Dir is the direction of its script, "ltr" or "rtl".
func (w Words) Dir() string { return [languages]string{French: "ltr"}[w] }

// Product is the name of the portal.
func (w Words) Product() string { return [languages]string{French: "Mon Compte"}[w] }

// Duration is exact: "45 secondes", "30 minutes", "2 heures", "30 jours", "1 an". What is left of a minute is left out.
func (w Words) Duration(d time.Duration) string {
	return [languages]func(time.Duration) string{French: frenchDuration}[w](d)
}

// In is how long to wait, rounded up so that nobody comes back too early: "dans 1 minute", "dans environ 1 heure et demie".
func (w Words) In(d time.Duration) string {
	return [languages]func(time.Duration) string{French: frenchIn}[w](d)
}

// Moment is when something was, in the zone of t, as somebody would say it at the moment now: "aujourd’hui, 5 h 47", "hier, 18 h 05",
// "le mardi 3 juin à 14 h 05". The year stands with another year's, and where now is zero.
func (w Words) Moment(t, now time.Time) string {
	return [languages]func(t, now time.Time) string{French: frenchMoment}[w](t, now)
}

// ParisMoment is Moment in a letter, for a time in the zone of Paris: some of the readers live overseas, so that it names the zone.
func (w Words) ParisMoment(t time.Time) string {
	return [languages]func(time.Time) string{French: frenchParisMoment}[w](t)
}

// Hour is a time of today, in the zone of t: "14 h 12".
func (w Words) Hour(t time.Time) string {
	return [languages]func(time.Time) string{French: frenchHour}[w](t)
}

// ShortMoment is ParisMoment in an SMS.
func (w Words) ShortMoment(t time.Time) string {
	return [languages]func(time.Time) string{French: frenchShortMoment}[w](t)
}

// Whole keeps the names in a text on one line each.
func (w Words) Whole(text string) string {
	return [languages]func(string) string{French: frenchWhole}[w](text)
}

// The groups.
func (w Words) Counts() *Counts         { return [languages]*Counts{French: &frenchCounts}[w] }
func (w Words) Frame() *Frame           { return [languages]*Frame{French: &frenchFrame}[w] }
func (w Words) Form() *Form             { return [languages]*Form{French: &frenchForm}[w] }
func (w Words) Ways() *Ways             { return [languages]*Ways{French: &frenchWays}[w] }
func (w Words) Identifier() *Identifier { return [languages]*Identifier{French: &frenchIdentifier}[w] }
func (w Words) SignIn() *SignIn         { return [languages]*SignIn{French: &frenchSignIn}[w] }
func (w Words) Recovery() *Recovery     { return [languages]*Recovery{French: &frenchRecovery}[w] }
func (w Words) RecoveryStart() *RecoveryStart {
	return [languages]*RecoveryStart{French: &frenchRecoveryStart}[w]
}
func (w Words) RecoveryCode() *RecoveryCode {
	return [languages]*RecoveryCode{French: &frenchRecoveryCode}[w]
}
func (w Words) SecondStep() *SecondStep { return [languages]*SecondStep{French: &frenchSecondStep}[w] }
func (w Words) NewPassword() *NewPassword {
	return [languages]*NewPassword{French: &frenchNewPassword}[w]
}
func (w Words) Rules() *Rules { return [languages]*Rules{French: &frenchRules}[w] }
func (w Words) FranceConnect() *FranceConnect {
	return [languages]*FranceConnect{French: &frenchFranceConnect}[w]
}
func (w Words) Passkeys() *Passkeys { return [languages]*Passkeys{French: &frenchPasskeys}[w] }
func (w Words) Home() *Home         { return [languages]*Home{French: &frenchHome}[w] }
func (w Words) Account() *Account   { return [languages]*Account{French: &frenchAccount}[w] }
func (w Words) Security() *Security { return [languages]*Security{French: &frenchSecurity}[w] }
func (w Words) Contacts() *Contacts { return [languages]*Contacts{French: &frenchContacts}[w] }
func (w Words) Help() *Help         { return [languages]*Help{French: &frenchHelp}[w] }
func (w Words) Offline() *Offline   { return [languages]*Offline{French: &frenchOffline}[w] }
func (w Words) Failures() *Failures { return [languages]*Failures{French: &frenchFailures}[w] }
func (w Words) Shell() *Shell       { return [languages]*Shell{French: &frenchShell}[w] }
func (w Words) Letters() *Letters   { return [languages]*Letters{French: &frenchLetters}[w] }
func (w Words) Messages() *Messages { return [languages]*Messages{French: &frenchMessages}[w] }
func (w Words) Manifest() *Manifest { return [languages]*Manifest{French: &frenchManifest}[w] }
