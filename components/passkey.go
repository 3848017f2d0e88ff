package components

import "time"

// PasskeyView is one passkey.
type PasskeyView struct {
	ID       string
	Name     string    // empty = it was given none
	Added    time.Time // in the zone in which it is to be read
	Used     time.Time // zero = never
	Replaced bool      // by a younger one, probably
}

// PasskeyProblem is why nothing was changed.
type PasskeyProblem uint8

// The problems. The zero value is none.
const (
	NoPasskeyProblem PasskeyProblem = iota
	PasskeyFailed
	PasskeyMany
	PasskeyLastWay
	PasskeyGone
	PasskeyNameMissing
)

// PasskeysView is the page of the account's passkeys, and their part of « Mes connexions ».
type PasskeysView struct {
	Page
	Passkeys []PasskeyView
	Signals  string // JSON: what the device is told of them; empty = nothing
	Problem  PasskeyProblem
	Named    string // the ID of the one whose name is missing

	Proof *ProofView // asks for a proof; nil = one was shown a moment ago
}

func (v PasskeysView) name(p PasskeyView) string {
	if p.Name == "" {
		return v.Words.Passkeys().Unnamed
	}
	return p.Name
}

func (v PasskeysView) full() bool { return len(v.Passkeys) >= v.Limits.Passkeys }

func (v PasskeysView) problem() string {
	w := v.Words.Passkeys()
	switch v.Problem {
	case PasskeyFailed:
		return w.AddFailed
	case PasskeyMany:
		return w.Many(v.Limits.Passkeys)
	case PasskeyLastWay:
		return w.LastWay
	case PasskeyGone:
		return w.Gone
	case PasskeyNameMissing:
		return w.NameMissing
	}
	return ""
}

// summary is what went wrong with a change, or with the proof before it.
func (v PasskeysView) summary() SummaryView {
	if v.Problem == PasskeyNameMissing {
		return SummaryView{Words: v.Words, Errors: []FieldError{{Field: "nom-" + v.Named, Text: v.problem()}}}
	}
	if text := v.problem(); text != "" {
		s := SummaryView{Words: v.Words, Text: text}
		if v.Problem == PasskeyLastWay {
			s.Ways = []Link{{HRef: linkHelpContacts, Text: v.Words.RecoveryStart().ContactsHelp}}
		}
		return s
	}
	if v.Proof == nil {
		return SummaryView{Words: v.Words}
	}
	return v.Proof.summary(v.Words.Passkeys().Confirm)
}

// nameError is what is wrong with the new name of one of them.
func (v PasskeysView) nameError(p PasskeyView) string {
	if v.Problem == PasskeyNameMissing && p.ID == v.Named {
		return v.problem()
	}
	return ""
}

// newName stands in the field of the new one: that of now, unless nothing was typed, since the fault would deny what the field shows.
func (v PasskeysView) newName(p PasskeyView) string {
	if v.nameError(p) != "" {
		return ""
	}
	return p.Name
}

// nameField is the field of that name.
func (v PasskeysView) nameField(p PasskeyView) FieldView {
	return FieldView{Words: v.Words, Name: "nom-" + p.ID, Label: v.Words.Passkeys().Name, Error: v.nameError(p)}
}

func (v PasskeysView) failed() bool { return v.summary().shown() }
