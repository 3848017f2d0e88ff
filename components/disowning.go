package components

// DisowningView is the page behind the address in a notice.
type DisowningView struct {
	Page
	Token string
	Over  bool // the address was used, or is too old
}

func (v DisowningView) title() string {
	if v.Over {
		return v.Words.Security().DisownOver
	}
	return v.Words.Security().Disown
}

func (v DisowningView) action() string { return linkDisowning + v.Token }
