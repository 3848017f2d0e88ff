package components

// HelpLink leads to one page of the help.
type HelpLink struct {
	HRef        string
	Text        string
	Description string // one sentence; empty = none
}

// HelpGroup is a list of pages of the help under one heading.
type HelpGroup struct {
	Name  string
	Links []HelpLink // at least one
}

// HelpIndexView is the list of all pages of the help.
type HelpIndexView struct {
	Page
	Search HelpSearchView
	Groups []HelpGroup
}

// HelpTopicView is one page of the help.
type HelpTopicView struct {
	Page    // Title and Description are those of the topic
	Search  HelpSearchView
	Address string // whole, for paper; empty = left out
	HTML    string // rendered from our own files, written as it is
	Related []HelpLink
}
