package words

// Form is the furniture of every form.
type Form struct {
	Error        string // before what is wrong, and first in the title of a page that was refused; ends with its colon
	Typed        string // before what was typed, set out to be checked; ends with its colon
	Show         string // the button beside a password
	ThePassword  string // what it shows, for who hears the button
	Unchanged    string // title of a summary, when there is nothing to correct
	OneProblem   string // the same, when there is
	SomeProblems string
	CrowdTitle   string                     // too many people at once
	Crowd        func(button string) string // button = the words on it
}
