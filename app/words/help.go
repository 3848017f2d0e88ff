package words

// Help is the furniture of the help: what stands around its topics, and its search.
type Help struct {
	Title, About string                      // of the list
	Address      func(address string) string // on paper
	Next         string                      // heading of what to read after a topic
	Share        string                      // button
	Listen       string                      // button: the page is read aloud
	ListenPause  string                      // button that is pressed or not
	ListenStop   string                      // button

	SearchTitle string
	SearchLabel string
	Search      string // button
	Private     Span   // what was typed must not be typed here; with a link to the sign-in
	PrivateHint string // the same in short, for the ear
	NoResult    string
	Results     func(n int) string
	TryHeading  string
	Try         string // what to type instead
	TryAll      Span   // with a link to all questions
	Jumps       string // name of the list of groups
	Call        string // link to the end of the list
	CallPhone   string // before the number; ends with its colon
	CallAsk     string // where no number is known

	// Parts of sentences of the topics.
	Org         string // the body, where none is named
	OrgFirst    string // the same, at the beginning of a sentence
	ContactAsk  string // before the name of the body; ends with its colon
	ContactCall string // before its name and number
	OwnSite     string
	Site        string // before the site's address
	NotMeasured Span   // how accessible the site is, where no audit has said; with emphasis
}

// Offline is the page for when there is no connection.
type Offline struct {
	Title, Lead, Do string
	Retry           string // button
	WorksHeading    string
	ReadHelp        string
	SearchHelp      string
	NotKept         string
}

// Failures are the pages for requests that could not be answered, by status.
type Failures struct {
	BadRequest, Forbidden, NotFound, NotAllowed, TooLarge, Unprocessable, Internal Failure
	TooMany, Unavailable                                                           Pause

	Retry     func(in string) string // after a pause; in = when
	Soon      string                 // that time, where it is not known
	Reference string                 // before the number to quote on the phone; ends with its colon
	Quote     func(reference string) string
}

// Failure is what happened, why, and what to do now.
type Failure struct{ Title, What, Next string }

// Pause is what happened, and why.
type Pause struct{ Title, What string }
