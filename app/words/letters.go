package words

// Letters are the messages by SMS and by e-mail. call ends a sentence that begins with « appelez »: CallPhone, CallOrg or CallAnyone.
// An SMS is sentences in a row, the first forms that fit it; sentences of an SMS have short forms of their own.
type Letters struct {
	Hello      string                  // begins an e-mail; ends with its comma
	YourCode   string                  // before the code; ends with its colon
	Signature  func(org string) string // below the e-mail; org is never empty
	CallPhone  func(phone string) string
	CallOrg    func(org string) string
	CallAnyone string

	Code            CodeLetter
	PasswordChanged Notice
	SignedIn        SignInNotice
	NewBrowser      BrowserNotice
	Tried           TriesNotice
	EmailChanged    Notice
	PhoneChanged    Notice
	ContactRemoved  Notice
	Linked          Notice
	Unlinked        Notice
	PasskeyAdded    Notice
	PasskeyRemoved  Notice
	Lost            Notice // the identity opens another account now

	NotYou    func(call string) string // what to do in the order that helps: a new password ends the other person's access at once
	Disown    string                   // before the address at which one says that it was somebody else
	SMSDisown string                   // the same in an SMS
	Own       func(call string) string // for who reads an address that was taken from their account
	SMSOwn    func(call string) string // the same in an SMS
	SignedOut string                   // every device is
	SMSForgot func(call string) string // not you? change it with « Mot de passe oublié », then call
	SMSChange func(call string) string // not you? change your password, then call
	SMSCall   func(call string) string // not you? call
	SMSCallUs string
}

// CodeLetter brings a code.
type CodeLetter struct {
	Reset, First, Link, SignIn, Contact, Confirm Purpose

	Subject  func(code string) string // begins with the code, where a notification shows it
	Use      func(purpose, hour string) string
	NoMobile string                            // SMS was chosen, and no number is on file that takes one
	Nobody   string                            // nobody may have it
	Unasked  func(nothing, call string) string // for who asked for nothing; nothing = that nothing changes

	Whose     func(whose string) string       // of several people who read the address: "N 57"
	SMS       func(code, whose string) string // begins with the code; whose may be ""
	SMSFor    func(code, whose, purpose string) string
	SMSOrgFor func(code, whose, org, purpose string) string
	SMSUntil  func(hour string) string // it ends, in the time of Paris: some of the readers live overseas
	SMSNobody string
	SMSNoMail string // e-mail was chosen, and no address is on file that takes one
}

// Purpose is what a code is for, in the words that follow « pour », and that nothing changes without it.
type Purpose struct{ Long, Short, Nothing string }

// Notice tells what was done to an account, and when.
type Notice struct {
	Subject string
	What    func(moment string) string
	Yours   string // for who did it
	SMS     func(moment string) string
}

// TriesNotice tells of what strangers have tried in vain. It has no address and asks for nothing: there is nothing to do.
type TriesNotice struct {
	Subject string
	What    func(moment string, tries int) string
	Nothing string // is to be done, and what its reader sees meanwhile
	Nobody  string // may have a password or a code: who speaks of these tries least of all
	SMS     func(moment string, tries int) string
}

// BrowserNotice tells of an entry from a browser that was not known; browser is as BrowserOn says it, "" = it names none.
type BrowserNotice struct {
	Subject string
	What    func(moment, browser string) string
	Yours   string
	SMS     func(moment, browser string) string
}

// SignInNotice tells of a sign-in after wrong passwords.
type SignInNotice struct {
	Subject string
	What    func(moment string, failures int) string
	Yours   string
	SMS     func(moment string, failures int) string
}
