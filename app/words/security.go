package words

// Security is what the pages of my security ask and say, beside Account.
type Security struct {
	CurrentPassword string // label
	CurrentMissing  string
	WrongPassword   string
	ProofHint       string // above the current password, where it is asked for something else
	ProofAgain      string // instead of it, where the account has none and no code can be sent
	CodeNeeded      string // instead of it, where the account has none
	GetCode         string // link after it
	CodeInstead     string // link: a code in the place of the password

	Confirm     string // title of the page that sends one
	ConfirmLead string
	NoCode      string // there is no address on file

	ChoosePassword   string // title, where the account has none yet
	NoPassword       string // the same, and a code can come
	NoPasswordNoCode string // the same, and none can
	AfterChange      string
	Renew            string // why another password is asked for at the sign-in
	CodeBySMS        string // button
	CodeByEmail      string // button

	// The page behind a notice.
	Disown, DisownOver        string // titles
	DisownOverText            string
	DisownLead                string
	DisownContacts            string
	DisownDevices, DisownWays string // what happens
	DisownPassword            string
	DisownCode                string
	DisownButton              string
	DisownMe                  string
}
