package words

// FranceConnect is the way in through FranceConnect, or through FranceConnect+: name is the one of the two.
type FranceConnect struct {
	Heading    func(name string) string
	SignInWith string // first line of the official button, above the brand
	WhatIs     func(name string) string
	WhatIsNew  func(name string) string // the same with the warning that it opens a new window

	// Why a person comes back without being signed in.
	Expired, Refused, Unavailable, Closed, Failed FranceConnectProblem
	// Why there is no link for who is signed in.
	Another, Taken FranceConnectProblem

	// The proof that an account is the person's, asked for once.
	LinkTitle        func(name string) string
	Confirmed        func(name string) string // the identity is confirmed; before the name of the person, which ends the sentence
	ConfirmedUnnamed func(name string) string
	LinkWhy          func(name string) string
	LinkLife         func(life, name string) string
	LinkSubmit       string
	LinkBusy         string
	LinkByCode       string                   // link
	SignInWithout    func(name string) string // link
	OtherPersonTitle string
	OtherPerson      func(name string) string

	// The end of FranceConnect's own session.
	SignedOut      string
	StillThere     func(name string) string
	Continue       string
	LeftTitle      string
	LeftDoubtTitle string
	Left           func(name string) string
	LeftDoubt      func(name string) string
	LeftDoubtDo    string

	// The link, on the page of the account's connections.
	Linked, Unlinked func(name string) string
	Link             func(name string) string // link: leads away to make it
	LinkFirst        string                   // button, before it: with a proof
	LastWay          func(name string) string // the link is the only way in
	LinkedSince      func(moment string) string
	LinkUsed         func(moment string) string
	UnlinkEffect     func(name string) string
	Unlink           func(name string) string // button
}

// FranceConnectProblem is what happened, what it means, and what to do.
type FranceConnectProblem struct{ Title, What, Next func(name string) string }
