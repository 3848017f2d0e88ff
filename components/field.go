package components

import (
	"github.com/a-h/templ"

	"moncompte/app/words"
)

// FieldView is one labelled input. Its message stands in an element whose id
// is Name + "-erreur" and which is always in the page, so that it can be replaced alone.
type FieldView struct {
	Words        words.Words
	Name         string // the id too; unique in the page
	Label        string
	Hint         string // between label and input; empty = none
	Value        string // never set for a password
	Autocomplete string // a token of the HTML standard, "username"
	Class        string
	Provisional  string // pattern of provisional identifiers, for the check in the browser
	Error        string // empty = none
	Echo         string // what was typed, set out to be checked; shown with Error
	Note         string // a doubt that refuses nothing; empty = none
	Live         bool   // while typing: Echo is shown without Error too
	Read         string // while typing: Echo once it is whole, which is then read aloud
	Digits       int    // of a code, which the page script sends off by itself at its last one; 0 = it waits for the button
	Focus        bool   // takes the focus when the page loads, as a field with an Error does
	Help         Link   // to the page that answers the error or the doubt, shown with it; empty = none
}

func (f FieldView) hintID() string  { return f.Name + "-aide" }
func (f FieldView) errorID() string { return f.Name + "-erreur" }
func (f FieldView) toldID() string  { return f.Name + "-dit" }

// described lists the ids of the texts that go with the input.
func (f FieldView) described() string {
	if f.Hint == "" {
		return f.toldID()
	}
	return f.hintID() + " " + f.toldID()
}

// told is the message as the description of the input.
func (f FieldView) told() string {
	if f.Error != "" {
		return f.Words.Form().Error + " " + f.Error
	}
	return f.Note
}

// FieldError is one line of an error summary.
type FieldError struct {
	Field string // id of the input
	Text  string // the words that stand beside the input
}

// Link is an address and its words.
type Link struct{ HRef, Text string }

// Onward leads to the first step of a way that asks for the number, and takes along the one that was typed.
type Onward struct {
	Link
	Number string
}

// SummaryView says on top of the page what went wrong and what to do.
// The zero value renders nothing.
type SummaryView struct {
	Words  words.Words
	Title  string // empty = how many points are to be corrected, if any
	Text   string // empty = none
	Errors []FieldError
	Ways   []Link // other ways out
	Onward Onward // the first of them, with the number that was typed; the zero value is none
	Empty  string // id of the input whose content the page script erases
	Hides  string // id of what is of no use until then; empty = nothing
	Focus  bool   // takes the focus when the page loads
}

func (s SummaryView) title() string {
	switch {
	case s.Title != "":
		return s.Title
	case len(s.Errors) == 0:
		return s.Words.Form().Unchanged
	case len(s.Errors) > 1:
		return s.Words.Form().SomeProblems
	}
	return s.Words.Form().OneProblem
}

func (s SummaryView) shown() bool { return s.Title != "" || s.Text != "" || len(s.Errors) > 0 }

// AlertView is a message that belongs to the page rather than to a field.
type AlertView struct {
	Tone  string // "success", "notice", "error" or empty
	Title string // what has come to a good end; empty = the text alone
	Text  string
	Way   Link // the next action; empty = none
}

type tone = string

const (
	toneSuccess tone = "success"
	toneNotice  tone = "notice"
	toneError   tone = "error"
)

// ButtonView is the button that sends a form.
type ButtonView struct {
	Text      string
	Busy      string // words while the request runs; empty = unchanged
	Secondary bool
}

func (b ButtonView) class() string {
	if b.Secondary {
		return "button secondary"
	}
	return "button"
}

// effects are what the page script does to the form: it erases one input, and hides what is of no use.
func (s SummaryView) effects() templ.Attributes {
	of := templ.Attributes{}
	if s.Empty != "" {
		of["data-empty"] = s.Empty
	}
	if s.Hides != "" {
		of["data-hides"] = s.Hides
	}
	return of
}

// focused gives the focus to the summary, unless it leads to a field, which has it then.
func (s SummaryView) focused() SummaryView {
	s.Focus = len(s.Errors) == 0
	return s
}
