// Package gallery shows every component in every state, for the eye and for
// the golden tests. Everybody and everything in it is fictitious.
package gallery

import (
	"github.com/a-h/templ"

	"moncompte/components"
)

// Story is one component in one state.
type Story struct {
	Group, Name string
	Component   templ.Component
	Fragment    bool // not a whole page
}

// Slug names the story in an address and a file: "connexion-erreurs". Unique.
func (s Story) Slug() string { return slug(s.Group + " " + s.Name) }

// Stories are all stories, in the order in which to look at them, with the words, the limits and the assets of a page.
// Every call gives the same ones: nothing depends on the clock.
func Stories(of components.Page) []Story {
	p := bare(of)
	p.Org = components.Org{Name: "Caf", Phone: "3230", URL: "https://www.caf.fr/", Accessibility: "non conforme"}
	var all []Story
	for _, group := range [][]Story{parts(p), homes(p), logins(p), identifiers(p), recoveries(p), secondSteps(p), franceConnects(p), accounts(p), passwordChanges(p), contacts(p), confirmations(p), disownings(p), passkeys(p), errors(p), offlines(p), helps(p)} {
		all = append(all, group...)
	}
	return all
}

// bare is a page of which nothing is configured.
func bare(p components.Page) components.Page {
	return components.Page{Words: p.Words, Limits: p.Limits, Assets: p.Assets}
}

// at is p at a path.
func at(p components.Page, path string) components.Page {
	p.Path = path
	return p
}

// signedIn is p for somebody who is signed in, at a path.
func signedIn(p components.Page, path string) components.Page {
	p.SignedIn = true
	return at(p, path)
}

// with is p with a notice.
func with(p components.Page, n components.Notice) components.Page {
	p.Notice = n
	return p
}
