package words

// Ways are the words of links and headings that several pages have.
type Ways struct {
	Home     string // go to the home page
	Again    string // open the same page once more
	SignIn   string // go to the page of sign-in
	CallUs   string // before a number; ends with its colon
	Call     func(phone string) string
	AllHelp  string
	ReadHelp string // the help, for a problem that has no page of its own

	// To the page of the help that answers. Questions of the person, in short.
	Number, OtherNumber, Corsica, Provisional  string
	Refused, TooMany, Trouble                  string
	CodeRefused, NoCode, Password, Link, Ended string

	Forgotten   string // to the steps of a forgotten password
	FirstTime   string // to those of a first one
	NewPassword string // the same as Forgotten, for who is blocked
}
