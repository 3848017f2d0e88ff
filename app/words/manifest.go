package words

// Manifest is what an installed portal says of itself.
type Manifest struct {
	Description                                        string
	SignIn, Forgotten, Help                            string // shortcuts
	SignInPhone, HelpPhone, SignInDesktop, HelpDesktop string // what pictures show
}
