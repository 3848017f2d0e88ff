package words

// SecondStep is the code after a right pair. to is the end of a number, or an address that is masked.
type SecondStep struct {
	LeadSMS, LeadEmail           func(need int, to string) string
	SentAgainSMS, SentAgainEmail func(to string) string
	FirstSMS, FirstEmail         func(need int) string // the code comes before the password, and only for a right pair
	FirstOnlySMS, FirstOnlyEmail func(need int) string // the same, where the service sends codes in one way alone
	FirstSentAgain               string
	Remember                     string // label of the choice
	RememberHint                 func(life string) string
	Shared                       string                 // instead of the choice, on a computer of several people
	Other                        string                 // heading: the other channel
	OtherSMS, OtherEmail         func(to string) string // buttons
	MaybeSMS, MaybeEmail         string                 // the same of whoever has proved nothing
	NotMe                        string                 // button: ends what is shown
	Again                        string                 // link to a new code, which begins with the pair
}
