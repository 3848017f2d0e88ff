package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/franceconnect/fctest"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

const (
	mySecurity  = "/mon-compte/securite"
	linkingHere = "/franceconnect/connexion?relier=1"
)

// departToLink begins a visit of who is signed in and wants a link, and returns its state.
func (b *browser) departToLink() string {
	b.site.t.Helper()
	a := b.get(linkingHere)
	a.expect(b.site.t, "the start", http.StatusSeeOther, header{"Cache-Control": "no-store"})
	address, err := a.Location()
	if err != nil || !strings.HasPrefix(address.String(), issuer) {
		b.site.t.Fatalf("the start leads to %v", address)
	}
	return address.Query().Get("state")
}

// isLinked tells whether FranceConnect opens the account.
func (s *federated) isLinked(identifier string) bool {
	s.t.Helper()
	link, err := s.store.AccountLink(s.t.Context(), s.id(identifier), issuer)
	check.OK(s.t, err)
	return !link.At.IsZero()
}

// told is how many notices wait.
func (s *federated) told() int {
	s.t.Helper()
	n := 0
	for _, channel := range []portal.Channel{portal.SMS, portal.Email} {
		claimed, err := s.store.Outbox().Claim(s.t.Context(), notify.Claim{Channel: channel, Now: time.Now(), N: 100, Lease: time.Minute})
		check.OK(s.t, err)
		n += len(claimed)
	}
	return n
}

func TestFranceConnectIsLinkedInsideTheAccount(t *testing.T) {
	s := openFederated(t, local)
	s.login.Now = s.Clock
	b := s.browser()
	b.signIn(nathalie, right)
	b.get(mySecurity).says(t, "the page", "n’est pas relié", `href="`+linkingHere+`"`)
	state := b.departToLink()
	b.comeBack(state).expect(t, "the return", http.StatusSeeOther, header{"Location": mySecurity})
	if b.get(mySecurity).says(t, "the page after it", "Votre compte est relié", "Ne plus utiliser"); !s.isLinked(nathalie) {
		t.Error("there is no link")
	}
	if n := s.told(); n != 2 {
		t.Errorf("%d addresses are told, want both", n)
	}
	b.comeBack(state).expect(t, "a refresh of the return", http.StatusSeeOther, header{"Location": mySecurity})
	other := s.browser()
	other.comeBack(other.depart()).expect(t, "by the link", http.StatusSeeOther, header{"Location": "/mon-compte"})
	// The provider's session is open in this browser: the sign-out ends it too.
	b.do(http.MethodPost, "/deconnexion", url.Values{}).expect(t, "the sign-out", http.StatusSeeOther, header{"Location": "/franceconnect/deconnexion"})
}

func TestALinkWantsAFreshProof(t *testing.T) {
	s := openFederated(t, local)
	s.login.Now = s.Clock
	s.browser().get(linkingHere).leads(t, "without a session", "/connexion")
	b := s.browser()
	b.signIn(nathalie, right)
	s.Turn(portal.FreshFor)
	b.get(linkingHere).leads(t, "without a proof", mySecurity)
	page := b.get(mySecurity)
	page.says(t, "the page", "mot_de_passe_actuel", `value="confirmer"`)
	if strings.Contains(page.body, linkingHere) || len(s.fc.visits) != 0 && s.isLinked(nathalie) {
		t.Error("the way leads away without a proof")
	}
	prove := func(password string) answer {
		return b.do(http.MethodPost, mySecurity, url.Values{"action": {"confirmer"}, "mot_de_passe_actuel": {password}})
	}
	prove("").expect(t, "nothing", http.StatusUnprocessableEntity, nil)
	prove(wrong).expect(t, "a wrong password", http.StatusUnauthorized, nil)
	prove(right).leads(t, "the password", mySecurity+"#lien")
	b.comeBack(b.departToLink()).leads(t, "the return", mySecurity)
	if !s.isLinked(nathalie) {
		t.Error("there is no link")
	}
}

func TestAReturnLinksNothingInAnotherSession(t *testing.T) {
	s := openFederated(t, local)
	refused := func(what string, a answer) {
		t.Helper()
		a.expect(t, what, http.StatusBadRequest, nil)
		a.says(t, what, "Il faut recommencer")
		if s.isLinked(nathalie) || s.isLinked(jean) {
			t.Errorf("%s: there is a link", what)
		}
	}
	b := s.browser()
	b.signIn(nathalie, right)
	state := b.departToLink()
	twin := s.browser()
	twin.signIn(nathalie, right)
	refused("another browser of the same account", twin.comeBack(state))

	b.do(http.MethodPost, "/deconnexion", url.Values{})
	refused("nobody's session", b.comeBack(state))
	if b.isSignedIn() || b.cookie("rattachement") != "" {
		t.Error("a session or a linking was opened")
	}
	b.signIn(nathalie, right)
	state = b.departToLink()
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.signIn(jean, jeans)
	refused("another account's session in the same browser", b.comeBack(state))
	if !b.isSignedIn() {
		t.Error("who is signed in was signed out")
	}
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.signIn(nathalie, right)
	state = b.departToLink()
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.signIn(nathalie, right)
	refused("a later session of the same account", b.comeBack(state))
}

func TestAnIdentityOfSomebodyElseIsNotLinked(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.signIn(nathalie, right)
	s.fc.identity.Civil.BirthName = "Martin"
	s.fc.identity.Civil.Birthdate = "1970-01-01"
	a := b.comeBack(b.departToLink())
	a.expect(t, "another person", http.StatusForbidden, nil)
	a.says(t, "another person", "a confirmé une autre identité")
	if s.isLinked(nathalie) || !b.isSignedIn() {
		t.Error("another person's identity is linked, or the session has ended")
	}

	s.fc.identity = identity()
	s.alone() // the same person's other account
	a = b.comeBack(b.departToLink())
	a.expect(t, "another account's", http.StatusForbidden, nil)
	a.says(t, "another account's", "ouvre déjà un autre compte")
	if s.isLinked(nathalie) || !s.isLinked(nobody) || s.told() != 0 {
		t.Error("an identity was taken from another account")
	}

	s.fc.identity.Subject = keys.NewSecret(run.secret("subject", strings.Repeat("0e", 32)+"v1"))
	b.comeBack(b.departToLink()).leads(t, "a subject of her own", mySecurity)
	if !s.isLinked(nathalie) {
		t.Error("it is not linked")
	}
}

// Whatever a provider answers, who is signed in stays so, and nothing is linked by what cannot be believed.
func TestNoLieIsLinked(t *testing.T) {
	rows := readShown(t)
	options := registrations["FranceConnect ES256"]
	l := &liar{fc: fctest.New(t, options)}
	s := openFederatedBy(t, local, l)
	b := s.browser()
	b.signIn(nathalie, right)
	for _, c := range fctest.Cases(l.fc.Client().Profile) {
		s.Turn(portal.VisitLife) // an address has so many visits
		l.renew(t, c)
		a := b.get(linkingHere)
		if address := a.Header.Get("Location"); a.StatusCode == http.StatusSeeOther {
			q, err := l.fc.Visit(t.Context(), address)
			check.OK(t, err)
			a = b.get("/franceconnect/retour?"+q.Encode(), header{"Sec-Fetch-Site": "cross-site"})
		}
		row := rows[c.Name]
		a.expect(t, c.Name, row.status, nil)
		if row.status != http.StatusSeeOther {
			a.says(t, c.Name, row.sentence)
		}
		if s.isLinked(nathalie) || !b.isSignedIn() {
			t.Fatalf("%s: there is a link, or the session has ended", c.Name)
		}
	}
	if s.told() != 0 {
		t.Error("somebody is told of a link")
	}
}
