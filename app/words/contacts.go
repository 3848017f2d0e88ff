package words

// Contacts are the pages where somebody who is signed in changes the e-mail address or the mobile number.
type Contacts struct {
	Title, Lead              string
	See                      string // link to them
	Email, Phone             string // headings, and labels of what there is
	NewEmail, NewPhone       string // labels
	EmailHint, PhoneHint     string
	None                     string // there is no such address
	PhoneEnds                func(end string) string
	Masked                   func(address string) string
	ChangeEmail, ChangePhone string // links and buttons; the second form of each where there is none yet
	AddEmail, AddPhone       string
	Send                     string // button: sends a code there
	Sending                  string
	Next                     string // what happens then
	Old                      string // what the old address gets
	StepEmail, StepPhone     string // names of the first step, short
	Keep                     string // link: changes nothing

	EmailMissing, PhoneMissing string
	EmailWrong, PhoneWrong     string
	SameEmail, SamePhone       string
	Unsent                     func(in string) string // no code can leave just now

	LeadSMS, LeadEmail           func(need int, to string) string
	SentAgainSMS, SentAgainEmail func(to string) string
	OtherAddress                 string // link
}
