package words

// Recovery is what the steps to a new password have in common, and those to the proof of an account for FranceConnect.
type Recovery struct {
	Step                                            func(n, of int) string // in the title of a page
	StepDone                                        string                 // before a step, for the ear; ends with its colon
	StepNumber, StepCode, StepPassword, StepAccount string
	Again                                           string                 // link to a new code
	WaitTitle                                       string                 // too many requests
	SendsWait                                       func(in string) string // sending codes is paused; in = when to try again
	NextSend                                        func(at string) string // enough codes were asked for with this number; at = the hour of the next one
	OtherWay                                        string                 // after NextSend: a code can leave by the other channel
}

// RecoveryStart is the step that asks who and how. need = how many digits a code has.
type RecoveryStart struct {
	Forgotten, First, Linking             string // titles
	ForgottenLead, FirstLead, LinkingLead func(need int) string
	Channel                               string // label of the choice
	ChannelMissing                        string
	SMS, SMSHint, Email, EmailHint        string // the choices, and what each is good for: the risk of SMS is said before it (ASVS 5.0 V6.6.1)
	Submit, Busy                          string

	ContactsHeading string
	ContactsCall    Span // with a link, which is the phone number
	ContactsAsk     string
	ContactsHelp    string // link
	UsePassword     string // link
	BackToSignIn    string // link

	PendingCode                   func(until string) string // a code was asked for in this browser
	PendingEnter                  string                    // link
	PendingGiven, PendingPassword string                    // its code was given: a sentence, and a link
}

// RecoveryCode is the step that asks for the code.
type RecoveryCode struct {
	Title, OverTitle                string
	LeadSMS, LeadEmail, LeadUnknown func(need int) string   // the same whether or not there is such an account
	OnlySMS, OnlyEmail              func(need int) string   // the same, where the service sends codes in one way alone
	Typed, TypedProvisional         func(end string) string // the number that was typed ends so
	Leave                           string                  // the page may be left
	Label                           func(need int) string
	Hint                            string
	Submit, Busy                    string
	Nobody                          Span // with emphasis: give the code to nobody
	NotReceived                     string
	NotReceivedHint                 string
	Until                           func(at string) string // until when the code is valid
	Resend                          string
	ResendLater                     func(in string) string // after Resend
	ResendButton                    string
	ResendIn                        string                 // ResendLater while the seconds are counted; %s = how many
	TooEarly                        func(in string) string // it was pressed too early
	NoMoreSends                     func(times int) string
	SentAgain                       string
	HelpLink                        string // link
	OtherNumber, OtherWay           string // links: to another number of the person, to another way of receiving
	Empty, NotDigits                func(need int) string
	Short, Long                     func(need int) string // need = how many digits it has
	Wrong                           func(need int) string
	TriesLeft                       func(n int) string // after Wrong
	Expired                         func(life string) string
	UsedUp                          string
	Unforeseen                      func(need int) string
	NeedsNew                        string // title of the summary
}

// NewPassword is the step that asks for the password.
type NewPassword struct {
	Title, FirstTitle     string
	Idea                  string
	Label, FirstLabel     string
	After, FirstAfter     string // what the button brings about
	Submit, Busy          string
	Help                  string // link
	Missing, FirstMissing string
	ExpiredTitle, Expired string
}

// Rules are those of a password: as a line of a list, and what to do about it.
type Rules struct {
	Length, TooLong                                    func(n int) string
	Digit, FixDigit                                    func(n int) string // n words need no digit
	Letter, Common, Personal, Varied                   string
	FixLength, FixTooLong                              func(n int) string
	FixLetter, FixCommon, FixVaried                    string
	HasNumber, HasBirthDate, HasName, HasSomethingElse string // the password holds that of the person
	Met, Unmet                                         string // before a rule, for the ear; they end with their colon
}
