package components

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"moncompte/app/limits"
	"moncompte/app/words"
)

// Page is what the frame around every view needs. Views embed it.
// Limits are required; without the rest it is a page in French, without assets, signed out, without notice.
type Page struct {
	Words       words.Words
	Limits      limits.Limits
	Title       string // without the organisation; empty = the view's own title
	Description string // meta description; empty = none
	Org         Org
	Assets      Assets
	SignedIn    bool      // shows « Déconnexion » at the top right
	Notice      Notice    // one sentence above the content
	Path        string    // current path, marks the current link
	Dev         bool      // says that accounts are fictitious
	Now         time.Time // by which days are called; zero = they all have their date
	Only        Channel   // the one by which codes travel where the service has no other; 0 = it has both
}

// moment is when something was.
func (p Page) moment(t time.Time) string { return p.Words.Moment(t, p.Now) }

// Org is the body that runs the portal.
type Org struct {
	Name          string // shown on the bar and in the title; empty = left out
	Phone         string // as people read it, "3230" or "01 23 45 67 89"; empty = left out
	URL           string // its own site; empty = left out
	Accessibility string // "totalement conforme", "partiellement conforme" or "non conforme" (law 2005-102, article 47); empty = not said
}

// Assets are URLs, hashed by content by the server. An empty one leaves its tag out.
type Assets struct {
	CSS       string // with the official button where FranceConnect is offered
	Critical  string // not an address: style that stands in the page, so that the rest may come after the form; empty = none
	HTMX      string
	Script    string // static/js/page.js
	Passkey   string // static/js/passkey.js; empty where passkeys are not offered
	Listen    string // static/js/listen.js
	Boot      string // static/js/boot.js: registers the service worker and starts the WASM, whose files it knows
	Icon      string // SVG
	TouchIcon string // PNG, 180 px
	Manifest  string
}

// Notice is a message that a page carries once, after a redirect.
type Notice uint8

// The notices. The zero value shows nothing.
const (
	NoNotice Notice = iota
	SignedOut
	GivenUp
	PasswordChanged
	SessionEnded
	PasswordCreated
	PasskeyAdded
	PasskeyRemoved
	PasskeyRenamed
	DeviceOut
	OthersOut
	PasswordRenewed
	PasswordChosen
	Unlinked
	EmailChanged
	PhoneChanged
	Disowned
	ProofAsked // by a service, of who is signed in
	CodeGivenFirst
	Linked            // FranceConnect opens the account from now on
	OtherCode         // another code was asked for since the page that was sent
	ProviderCancelled // the person turned back at FranceConnect
)

// Sentence is what the person reads, empty for no notice.
func (n Notice) Sentence(w *words.Frame) string {
	switch n {
	case GivenUp:
		return w.GivenUp
	case SignedOut:
		return w.SignedOut
	case PasswordChanged:
		return w.PasswordChanged
	case PasswordCreated:
		return w.PasswordCreated
	case SessionEnded:
		return w.SessionEnded
	case PasskeyAdded:
		return w.PasskeyAdded
	case PasskeyRemoved:
		return w.PasskeyRemoved
	case PasskeyRenamed:
		return w.PasskeyRenamed
	case DeviceOut:
		return w.DeviceOut
	case OthersOut:
		return w.OthersOut
	case PasswordRenewed:
		return w.PasswordRenewed
	case PasswordChosen:
		return w.PasswordChosen
	case Unlinked:
		return w.Unlinked
	case EmailChanged:
		return w.EmailChanged
	case PhoneChanged:
		return w.PhoneChanged
	case Disowned:
		return w.Disowned
	case ProofAsked:
		return w.ProofAsked
	case CodeGivenFirst:
		return w.CodeGivenFirst
	case Linked:
		return w.Linked
	case OtherCode:
		return w.OtherCode
	case ProviderCancelled:
		return w.ProviderCancelled
	}
	return ""
}

// way is the next action: an end inside the account leads back to Mon Compte, whose own first button is the next action there.
func (n Notice) way(p Page) Link {
	switch n {
	case SessionEnded:
		return helpEnded(p.Words.Ways())
	case SignedOut, GivenUp:
		if p.Path == linkHome { // anew, as the page of whoever comes
			return Link{linkHome, p.Words.Ways().Home}
		}
	case PasskeyAdded, PasswordRenewed, PasswordChosen, Unlinked, EmailChanged, PhoneChanged:
		if p.Path != linkAccount {
			return Link{linkAccount, p.Words.Account().Back}
		}
	}
	return Link{}
}

func (n Notice) tone() tone {
	if n == SessionEnded || n == ProofAsked || n == OtherCode || n == ProviderCancelled {
		return toneNotice
	}
	return toneSuccess
}

// notice is the page's own as a message. The first sentence of a good end is its title.
func (p Page) notice() AlertView {
	v := AlertView{Tone: p.Notice.tone(), Text: p.Notice.Sentence(p.Words.Frame()), Way: p.Notice.way(p)}
	if v.Tone == toneSuccess {
		v.Title, v.Text, _ = strings.Cut(v.Text, ". ")
		v.Title = strings.TrimSuffix(v.Title, ".")
	}
	return v
}

// frameView is a Page with its title settled.
type frameView struct {
	Page
	Failed bool   // the title begins with the mark of an error
	Wide   bool   // text rather than a form
	Step   string // of several that make one way; empty = none
	News   string // what has just happened, its first sentence first in the title; empty = that of the notice
	Back   Link   // to the page above, first of all; zero = none
	Plain  bool   // nothing on the page asks anything of the server by htmx, which is left out
}

func (p Page) frame(title string) frameView {
	if p.Title == "" {
		p.Title = title
	}
	return frameView{Page: p, News: p.Notice.Sentence(p.Words.Frame())}
}

func (v frameView) step(step string) frameView {
	v.Step = step
	return v
}

func (v frameView) news(sentence string) frameView {
	v.News = sentence
	return v
}

func (v frameView) failed(failed bool) frameView {
	v.Failed = failed
	return v
}

func (v frameView) back(to string, text string) frameView {
	v.Back = Link{HRef: to, Text: text}
	return v
}

// about is what a search engine shows under the title, for pages that anybody may open.
func (v frameView) about(sentence string) frameView {
	if v.Description == "" {
		v.Description = sentence
	}
	return v
}

func (v frameView) plain() frameView {
	v.Plain = true
	return v
}

func (v frameView) wide() frameView {
	v.Wide = true
	return v
}

// documentTitle is "Title – Mon Compte – Org", with what a screen reader has to say before anything else first: the mark of an error
// when a form was refused, or else what has just happened.
func (v frameView) documentTitle() string {
	title := v.Title
	if v.Step != "" {
		title += " – " + v.Step
	}
	if title != v.Words.Product() {
		title += " – " + v.Words.Product()
	}
	if v.Org.Name != "" {
		title += " – " + v.Org.Name
	}
	if v.Failed {
		return v.Words.Form().Error + " " + title
	}
	if v.News != "" {
		news, _, _ := strings.Cut(v.News, ". ")
		title = strings.TrimSuffix(news, ".") + " – " + title
	}
	return title
}

// current marks a link to the page that is shown.
func (p Page) current(path string) templ.Attributes {
	if p.Path != path {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// dial is the phone number as a tel: address wants it.
func (o Org) dial() string {
	digits := make([]byte, 0, len(o.Phone))
	for i := range len(o.Phone) {
		if c := o.Phone[i]; c >= '0' && c <= '9' || c == '+' && len(digits) == 0 {
			digits = append(digits, c)
		}
	}
	return "tel:" + string(digits)
}
