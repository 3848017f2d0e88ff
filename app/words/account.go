package words

// Home is the first page.
type Home struct {
	Title, About     string
	Welcome, Lead    string
	SignIn           string // button
	QuestionsHeading string
	NumberHint       string // below the link to the page of the number, as the others
	ForgottenHint    string
	FirstHint        string
}

// Account is Mon Compte and its page of connections.
type Account struct {
	Hello                        func(name string) string
	ServicesHeading              string // above what the person comes for
	NoServices                   string
	UnreachableHeading           string // no address on file can be written to
	Unreachable                  string
	LastHeading                  string
	FirstSignIn                  string
	Last                         func(moment, method, device string) string
	NotYou                       Span // with a link
	DoHeading                    string
	SeeSecurity                  string
	SecurityHint                 string
	ChangePassword, PasswordHint string
	FindHelp, HelpHint           string
	WithFranceConnect            string
	LeaveHeading, Leave          string

	SignedInTitle string // on the way back to a service, as the next two
	Returning     func(service string) string
	Continue      func(service string) string // button

	WithPassword, ByFranceConnect string // how somebody signed in
	ByPasskey                     string
	ThisDevice, OtherDevice       string // with which device; they follow the method

	SecurityTitle   string // in the title bar
	Back            string
	SecurityHeading string
	DevicesHeading  string
	UnknownDevice   string
	BrowserOn       func(browser, system string) string
	Current         string // tag of the device that reads the page
	SignedInSince   func(moment string) string
	LastUsed        func(moment string) string
	SignOutOthers   string // button
	NoOthers        string
	SignOutOne      string                   // button of one device
	SignOutOf       func(name string) string // the same for who does not see the page
	SignInsHeading  string
	NoSignIns       string
	At              func(moment string) string
	MethodAndDevice func(method, device string) string

	Refused                      string // tag of a try that opened nothing
	RefusedPassword, RefusedCode string
	Times                        func(n int, since string) string // the same so many times
	Pages                        string                           // name of the links between pages
	PageOf                       func(n, last int) string
	Newer, Older                 string // links
	PasswordHeading              string
	PasswordAdvice               string
}
