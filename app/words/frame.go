package words

// Frame stands around every page.
type Frame struct {
	Skip          string // link to the content, for who uses a keyboard
	Demonstration string // ribbon of dev mode
	Home          string // first link of the bar, where no body is named
	Menu          string // the bar's name
	SignOut       string // button

	Help          string
	Accessibility func(state string) string // the mention that the law asks for; state may be empty
	PersonalData  string
	ByPhone       string // before the number; ends with its colon
	Site          func(org string) string

	// Notices, once after a redirect.
	GivenUp, SignedOut, SessionEnded, PasswordChanged, PasswordCreated string
	PasskeyAdded, PasskeyRemoved, PasskeyRenamed                       string
	DeviceOut, OthersOut                                               string
	PasswordRenewed, PasswordChosen, Unlinked                          string
	Disowned, CodeGivenFirst                                           string
	EmailChanged, PhoneChanged                                         string
	ProofAsked                                                         string // by a service
	OtherCode                                                          string
	Linked, ProviderCancelled                                          string // the way to FranceConnect, gone to its end or not

	// What the page says by itself when a form found no network, or no answer of ours: a title and what to do.
	NoNetworkTitle, NoNetwork string
	NoAnswerTitle, NoAnswer   string
	NoCookiesTitle, NoCookies string // the browser refuses cookies
	NotSignedOutTitle         string
	NotSignedOut              func(idle string) string // idle = how long without activity ends a session
}
