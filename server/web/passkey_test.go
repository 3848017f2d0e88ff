package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/web"
)

// withPasskeys offers them, where the address allows.
func withPasskeys(o *web.Options) {
	if party := portal.PasskeyParty(o.BaseURL, "Mon Compte"); party != nil {
		o.Passkeys = &portal.Passkeys{Store: o.Login.Store, Party: party, Composer: notify.Composer{}, Reach: &portal.Reach{Composer: notify.Composer{}}, Log: o.Log}
	}
}

// gives keeps a passkey that a device made for the account.
func (s *site) gives(account portal.AccountID, id string) {
	s.t.Helper()
	tx, err := s.store.Begin(s.t.Context())
	check.OK(s.t, err)
	defer tx.Rollback()
	handle, err := tx.PasskeyHandle(s.t.Context(), account, bytes.Repeat([]byte{1}, 32))
	if err == nil {
		err = tx.AddPasskey(s.t.Context(), portal.Passkey{ID: id, Account: account, Handle: handle, Name: "Téléphone", At: time.Now(),
			Credential: webauthn.Credential{ID: []byte("credential of " + id)}})
	}
	if err == nil {
		err = tx.Commit()
	}
	check.OK(s.t, err)
}

func TestWithoutADomainNoPageSpeaksOfPasskeys(t *testing.T) {
	t.Parallel()
	s := open(t, "http://127.0.0.1:8080", withPasskeys)
	b := s.browser()
	pages := b.get("/connexion").body
	b.signIn(nathalie, right)
	pages += b.get("/mon-compte").body + b.get("/mon-compte/securite").body
	for _, trace := range []string{"webauthn", "passkey", "data-script", "clé d’accès", "/mon-compte/cles"} {
		if strings.Contains(pages, trace) {
			t.Errorf("a page holds %q", trace)
		}
	}
	for _, path := range []string{"/connexion/cle/demande", "/connexion/cle", "/mon-compte/cles"} {
		b.do(http.MethodPost, path, url.Values{}).expect(t, path, http.StatusNotFound, nil)
	}
}

func TestAQuestionIsTheSameForEverybodyAndBoundToTheBrowser(t *testing.T) {
	t.Parallel()
	s := open(t, public, withPasskeys)
	s.gives(s.id(nathalie), "ONE")
	b := s.browser()
	a := b.do(http.MethodPost, "/connexion/cle/demande", url.Values{})
	a.expect(t, "a question", http.StatusOK, header{"Content-Type": "application/json", "Cache-Control": "no-store"})
	var asked struct{ PublicKey map[string]any }
	if err := json.Unmarshal([]byte(a.body), &asked); err != nil || asked.PublicKey["rpId"] != "moncompte.example" ||
		asked.PublicKey["userVerification"] != "required" || asked.PublicKey["allowCredentials"] != nil {
		t.Errorf("%s, %v", a.body, err)
	}
	var cookie *http.Cookie
	for _, c := range a.Cookies() {
		if c.Name == "__Host-cle" {
			cookie = c
		}
	}
	if cookie == nil || !cookie.HttpOnly || !cookie.Secure || cookie.MaxAge != int(portal.ChallengeLife.Seconds()) {
		t.Fatalf("the cookie: %+v", cookie)
	}
	// A second question of the same browser takes nothing from the first: the token stays.
	b.do(http.MethodPost, "/connexion/cle/demande", url.Values{})
	if b.cookie("__Host-cle") != cookie.Value {
		t.Error("the second question has another token")
	}
	b.do(http.MethodPost, "/connexion/cle/demande", url.Values{}, header{"Sec-Fetch-Site": "cross-site", "Origin": "https://moncompte.example.net"}).
		expect(t, "from another site", http.StatusForbidden, nil)
}

func TestAnAnswerThatIsNoneOpensNothing(t *testing.T) {
	t.Parallel()
	s := open(t, public, withPasskeys)
	b := s.browser()
	b.do(http.MethodPost, "/connexion/cle/demande", url.Values{})
	for _, body := range []string{"", "{}", "null", `{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}`, "\xff"} {
		a := b.send(b.request(http.MethodPost, "/connexion/cle", strings.NewReader(body), header{"Content-Type": "application/json"}))
		a.expect(t, body, http.StatusUnauthorized, header{"Content-Type": "application/json"})
		if a.body != "{}" {
			t.Errorf("%q is answered by %s", body, a.body)
		}
	}
	b.send(b.request(http.MethodPost, "/connexion/cle", strings.NewReader(strings.Repeat("x", 20_000)))).
		expect(t, "too much", http.StatusRequestEntityTooLarge, nil)
	if b.isSignedIn() {
		t.Error("somebody is signed in")
	}
}

func TestAWayInIsAddedOrRemovedByAFreshProofAlone(t *testing.T) {
	t.Parallel()
	s := open(t, public, withPasskeys)
	id := s.id(nathalie)
	s.gives(id, "ONE")
	b := s.browser()
	b.signIn(nathalie, right)
	const path = "/mon-compte/cles"
	remove, ask := url.Values{"action": {"supprimer"}, "cle": {"ONE"}}, url.Values{"action": {"demande"}}
	if page := b.get(path).body; !strings.Contains(page, `value="supprimer"`) || strings.Contains(page, "mot_de_passe_actuel") {
		t.Error("right after the sign-in a proof is asked for again")
	}
	b.do(http.MethodPost, path, ask).expect(t, "a question right after", http.StatusOK, header{"Content-Type": "application/json"})

	now := time.Now()
	s.login.Now = func() time.Time { return now.Add(portal.FreshFor) }
	if page := b.get(path).body; strings.Contains(page, `value="supprimer"`) || !strings.Contains(page, "mot_de_passe_actuel") {
		t.Error("later no proof is asked for")
	}
	for what, form := range map[string]url.Values{"a question": ask, "a removal": remove} {
		b.do(http.MethodPost, path, form).expect(t, what+" later", http.StatusUnauthorized, nil)
	}
	with := func(form url.Values, password string) url.Values {
		more := url.Values{"mot_de_passe_actuel": {password}}
		for k, v := range form {
			more[k] = v
		}
		return more
	}
	b.do(http.MethodPost, path, with(remove, "")).expect(t, "without a password", http.StatusUnprocessableEntity, nil)
	refused := b.do(http.MethodPost, path, with(remove, wrong))
	refused.expect(t, "with a wrong one", http.StatusUnauthorized, nil)
	if !strings.Contains(refused.body, "Ce n’est pas le bon mot de passe.") || strings.Contains(refused.body, wrong) {
		t.Error("what is said of a wrong password")
	}
	b.do(http.MethodPost, path, with(remove, jeans)).expect(t, "with another person's", http.StatusUnauthorized, nil)
	if has, err := s.store.Passkeys(t.Context(), id); err != nil || len(has) != 1 {
		t.Fatalf("%d passkeys, %v", len(has), err)
	}
	b.do(http.MethodPost, path, url.Values{"mot_de_passe_actuel": {right}}).expect(t, "the proof", http.StatusSeeOther, header{"Location": path})
	b.do(http.MethodPost, path, remove).expect(t, "a removal after it", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	if page := b.get("/mon-compte/securite").body; !strings.Contains(page, "La clé d’accès est supprimée.") {
		t.Error("nothing says that it is removed")
	}
	b.do(http.MethodPost, path, remove).expect(t, "a second removal", http.StatusUnprocessableEntity, nil)
}

func TestPasskeysAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	s := open(t, public, withPasskeys)
	id := s.id(nathalie)
	s.gives(id, "ONE")
	const path = "/mon-compte/cles"
	stranger := s.browser()
	stranger.get(path).expect(t, "signed out", http.StatusSeeOther, header{"Location": "/connexion"})
	stranger.do(http.MethodPost, path, url.Values{"action": {"supprimer"}, "cle": {"ONE"}}).expect(t, "signed out", http.StatusSeeOther, header{"Location": "/connexion"})
	other := s.browser()
	other.signIn(jean, jeans)
	for _, action := range []string{"supprimer", "nommer"} {
		other.do(http.MethodPost, path, url.Values{"action": {action}, "cle": {"ONE"}, "nom": {"À moi"}}).expect(t, action, http.StatusUnprocessableEntity, nil)
	}
	b := s.browser()
	b.signIn(nathalie, right)
	b.do(http.MethodPost, path, url.Values{"action": {"nommer"}, "cle": {"ONE"}, "nom": {" "}}).expect(t, "no name", http.StatusUnprocessableEntity, nil)
	b.do(http.MethodPost, path, url.Values{"action": {"nommer"}, "cle": {"ONE"}, "nom": {" Mon <b>mobile "}}).
		expect(t, "a name", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	page := b.get(path).body
	if !strings.Contains(page, "Mon &lt;b&gt;mobile") {
		t.Error("the name is not shown as it was typed")
	}
	// The device is told by the same page which passkeys there are: none is offered for ever.
	if !strings.Contains(page, "signalAllAcceptedCredentials") || !strings.Contains(page, "moncompte.example") {
		t.Error("the page tells the device nothing")
	}
}

func TestMonCompteTellsOfPasskeysOnceAndAfterANewBrowserAlone(t *testing.T) {
	t.Parallel()
	s := open(t, public, withPasskeys)
	const offer = "La prochaine fois, votre doigt ou votre visage suffit"
	b := s.browser()
	b.signIn(nathalie, right)
	if page := b.get("/mon-compte").body; !strings.Contains(page, offer) || !strings.Contains(page, "Plus tard") {
		t.Fatal("a new browser is not told")
	}
	b.do(http.MethodPost, "/mon-compte/cles", url.Values{"action": {"proposer"}}).expect(t, "seen", http.StatusNoContent, nil)
	if strings.Contains(b.get("/mon-compte").body, offer) {
		t.Error("who has seen it is told again")
	}
	again := s.browser()
	again.signIn(nathalie, right)
	if strings.Contains(again.get("/mon-compte").body, offer) {
		t.Error("told again in another browser")
	}
	known := s.browser()
	known.signIn(jean, jeans)
	known.do(http.MethodPost, "/deconnexion", url.Values{})
	known.signIn(jean, jeans)
	if strings.Contains(known.get("/mon-compte").body, offer) {
		t.Error("a browser that is known is told")
	}
	later := s.browser()
	later.signIn(jean, jeans)
	later.do(http.MethodPost, "/mon-compte/cles", url.Values{"action": {"plus-tard"}}).expect(t, "later", http.StatusSeeOther, header{"Location": "/mon-compte"})
	if strings.Contains(later.get("/mon-compte").body, offer) {
		t.Error("who says later is told again")
	}
}
