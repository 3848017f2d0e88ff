package words

// SignIn is the page of sign-in.
type SignIn struct {
	Title, Heading string
	About          string // for search engines
	Or             string // between FranceConnect and the form
	Password       string // label
	Shared         string // label of the choice: a computer of several people
	SharedHint     func(idle string) string
	SharedProvider func(provider string) string // a link: the same with FranceConnect
	Submit, Busy   string                       // the button, and while it works

	PasswordMissing string
	WrongPair       string
	WrongPairBlank  string                 // the password that was typed begins or ends with a blank
	CodeTitle       string                 // the right pair, while its code cannot leave
	CodeWait        func(at string) string // at = the hour when it can
	WaitTitle       string
	Wait            func(in string) string // in = when to try again
	CrowdTitle      string
	Vouched         func(provider string) string // a service asks for an identity that FranceConnect vouches for
	Instead         func(provider string) string // link to FranceConnect, for who is blocked
	CapsLock        string                       // while one types
}
