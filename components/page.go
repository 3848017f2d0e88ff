package components

import (
	"cmp"
	"time"

	"github.com/a-h/templ"
)

// Page is what the frame around every view needs. Views embed it.
// The zero value is a page without assets, signed out, without notice.
type Page struct {
	Title       string // without the organisation; empty = the view's own title
	Description string // meta description; empty = none
	Org         Org
	Assets      Assets
	SignedIn    bool          // shows « Déconnexion » at the top right
	Notice      Notice        // one sentence above the content
	Idle        time.Duration // without activity, the end of a session; 0 = 30 minutes
	Path        string        // current path, marks the current link
	Dev         bool          // says that accounts are fictitious
}

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
	HTMX      string
	Script    string // static/js/page.js
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
	PasswordChanged
	SessionEnded
	PasswordCreated
)

// Sentence is what the person reads, empty for no notice.
func (n Notice) Sentence() string {
	switch n {
	case SignedOut:
		return "Vous êtes déconnecté(e). Vous pouvez fermer cette page."
	case PasswordChanged:
		return "Votre mot de passe est changé. Connectez-vous avec le nouveau."
	case PasswordCreated:
		return "Votre mot de passe est créé. Connectez-vous avec lui."
	case SessionEnded:
		return "Votre session a pris fin, pour protéger vos données. Connectez-vous à nouveau pour continuer."
	}
	return ""
}

func (n Notice) way() Link {
	if n == SessionEnded {
		return helpEnded
	}
	return Link{}
}

func (n Notice) tone() tone {
	if n == SessionEnded {
		return toneNotice
	}
	return toneSuccess
}

// frameView is a Page with its title settled.
type frameView struct {
	Page
	Failed bool // the title begins with « Erreur »
	Wide   bool // text rather than a form
	Plain  bool // nothing on the page asks anything of the server by htmx, which is left out
}

func (p Page) frame(title string) frameView {
	if p.Title == "" {
		p.Title = title
	}
	return frameView{Page: p}
}

func (v frameView) failed(failed bool) frameView {
	v.Failed = failed
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

// documentTitle is "Title – Mon Compte – Org", with "Erreur : " first when a
// form was refused, so that a screen reader says it before anything else.
func (v frameView) documentTitle() string {
	title := v.Title
	if title != product {
		title += " – " + product
	}
	if v.Org.Name != "" {
		title += " – " + v.Org.Name
	}
	if v.Failed {
		title = "Erreur : " + title
	}
	return title
}

const product = "Mon Compte"

// current marks a link to the page that is shown.
func (p Page) current(path string) templ.Attributes {
	if p.Path != path {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// idle is how long a session lasts without activity: "30 minutes", "2 heures".
func (p Page) idle() string {
	d := cmp.Or(p.Idle, 30*time.Minute)
	if d%time.Hour == 0 {
		return count(int(d/time.Hour), "heure", "heures")
	}
	return count(int(d/time.Minute), "minute", "minutes")
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

// accessibility is the mention that the law asks of every page's foot.
func (o Org) accessibility() string {
	if o.Accessibility == "" {
		return "Accessibilité"
	}
	return "Accessibilité : " + o.Accessibility
}
