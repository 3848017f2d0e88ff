package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/notify"
	"moncompte/server/portal"
)

// disowning is the path in a notice, and its token is looked for in the log of the run.
func disowning(t *testing.T, m notify.Message) string {
	t.Helper()
	_, after, found := strings.Cut(m.Text.Reveal(), public+"/ce-n-etait-pas-moi/")
	if !found {
		t.Fatalf("the notice by %s has no address", m.Channel)
	}
	token, _, _ := strings.Cut(after, "\n")
	return "/ce-n-etait-pas-moi/" + run.secret("token of a notice", token)
}

func TestWhoDisownsANoticeEndsEverythingAndGetsACode(t *testing.T) {
	o := openRecoverySite(t, public)
	thief, owner, other := o.browser(), o.browser(), o.browser()
	thief.signIn(nathalie, right)
	other.signIn(jean, jeans)
	o.Turn(portal.PasswordGrace) // what the owner may be sent is not counted against the thief
	r := thief.request(http.MethodPost, changing, strings.NewReader(url.Values{"mot_de_passe_actuel": {right}, "mot_de_passe": {fresh}}.Encode()),
		header{"X-Forwarded-Host": "example.net"})
	r.Host = "example.net" // the addresses in messages are the operator's, whatever a request says
	thief.send(r).expect(t, "the thief's change", http.StatusSeeOther, nil)
	notices := o.take()
	if len(notices) != 2 {
		t.Fatalf("%d notices, want one for each address", len(notices))
	}
	here, there := disowning(t, notices[0]), disowning(t, notices[1])
	for range 2 { // as the programs do that look at mails
		a := owner.get(here)
		a.expect(t, "the page", http.StatusOK, header{"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})
		a.says(t, "the page", "Ce n’était pas moi")
		if strings.Contains(a.body, "Nathalie") {
			t.Error("the page names the person")
		}
	}
	if !thief.isSignedIn() {
		t.Fatal("looking at the page has changed something")
	}
	owner.do(http.MethodPost, here, url.Values{}, header{"Sec-Fetch-Site": "cross-site"}).expect(t, "from another site", http.StatusForbidden, nil)
	a := owner.do(http.MethodPost, here, url.Values{})
	a.expect(t, "the button", http.StatusSeeOther, header{"Location": "/mot-de-passe-oublie/code"})
	if thief.isSignedIn() || !other.isSignedIn() {
		t.Error("not exactly the sessions of the account have ended")
	}
	again := owner.do(http.MethodPost, here, url.Values{})
	again.expect(t, "a second click", http.StatusSeeOther, header{"Location": "/mot-de-passe-oublie/code"})
	if len(again.Cookies()) == 0 || owner.cookie("__Host-recuperation") != a.Cookies()[0].Value {
		t.Error("the second click has not the answer of the first")
	}
	thief.try(nathalie, fresh).expect(t, "the thief's password", http.StatusUnauthorized, nil)
	owner.get("/mot-de-passe-oublie/code").says(t, "the page of the code", "Tous les appareils sont déconnectés")
	if strings.Contains(owner.get("/mot-de-passe-oublie/code").body, "Tous les appareils sont déconnectés") {
		t.Error("what has ended is said twice")
	}
	o.take() // a code that no gateway has taken opens nothing
	owner.give("/mot-de-passe-oublie", o.codeOf(owner)).leads(t, "the code", "/mot-de-passe-oublie/nouveau")
	owner.choose("/mot-de-passe-oublie", right).leads(t, "the new password", "/mon-compte")
	owner.signIn(nathalie, right)
	o.Turn(portal.AgainLife + 1000)
	for what, used := range map[string]string{"used": here, "the other notice's": there, "invented": "/ce-n-etait-pas-moi/AAAAAAAAAAAAAAAAAAAAAAAAAA", "short": "/ce-n-etait-pas-moi/x"} {
		thief.get(used).expect(t, what, http.StatusNotFound, nil)
		thief.do(http.MethodPost, used, url.Values{}).expect(t, what, http.StatusNotFound, nil)
	}
	if !owner.isSignedIn() {
		t.Error("an address that is over has ended the owner's session")
	}
}

func TestANoticeIsDisownedForThreeDays(t *testing.T) {
	o := openRecoverySite(t, public)
	thief := o.browser()
	thief.signIn(nathalie, right)
	thief.change(right, fresh).expect(t, "the change", http.StatusSeeOther, nil)
	path := disowning(t, o.take()[0])
	o.Turn(portal.DisowningLife - 1000)
	o.browser().get(path).expect(t, "in the last moment", http.StatusOK, nil)
	o.Turn(1000)
	o.browser().get(path).expect(t, "later", http.StatusNotFound, nil)
	o.browser().do(http.MethodPost, path, url.Values{}).expect(t, "the button, later", http.StatusNotFound, nil)
}

// Whoever disowns a notice while no code can leave is led to the first step, which says all the same that everything has ended.
func TestTheFirstStepSaysWhatADisowningHasEnded(t *testing.T) {
	b := openRecoverySite(t, local).with("notice", "disowned")
	b.get(reset).says(t, "the first step", "Tous les appareils sont déconnectés")
	if strings.Contains(b.get(reset).body, "Tous les appareils sont déconnectés") {
		t.Error("what has ended is said twice")
	}
}
