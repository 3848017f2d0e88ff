package words

// Passkeys are the page of passkeys, and what other pages say of them.
type Passkeys struct {
	Or           string // between the form and the button
	SignIn       string // button
	SignInHint   string
	Cancelled    string // the person stopped, or has none on this device: the other ways in
	SignInFailed string
	Unknown      string // the account has it no more

	Title, Heading string
	What           string
	Safe           string // nobody sees the finger or the face
	Added          func(moment string) string
	Used           func(moment string) string
	NeverUsed      string
	Replaced       string                   // by another one of the same device, probably
	Name           string                   // label
	Rename, Remove string                   // buttons
	RemoveOf       func(name string) string // the same for who does not see the page
	RenameOf       func(name string) string
	Unnamed        string
	AddHeading     string
	AddHint        string
	Add            string // button
	NoSupport      string // without scripts, or in a browser that has none
	Many           func(most int) string
	AddCancelled   string
	AddedAlready   string // this device has one for the account
	AddFailed      string
	LastWay        string // it is the only way in
	Gone           string // it was removed meanwhile
	NameMissing    string

	ProofHeading string
	ProofHint    func(duration string) string
	Confirm      string // button

	Manage, ManageHint string // the link of other pages
	Count              func(n int) string

	OfferHeading, OfferText string
	OfferYes, OfferLater    string // buttons
}
