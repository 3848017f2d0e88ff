package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"moncompte/server/portal"
)

// ofNathalie is what pages show of her.
var ofNathalie = regexp.MustCompile(`(?i)nathalie|durand|n…\x{2060}?@|qui finit par|2 ?69 ?05`)

// findsNobody fails the test when the page holds anything of her.
func (p *tab) findsNobody() {
	p.t.Helper()
	p.until(`[...document.querySelectorAll("input[type=text], input[type=password]")].every(input => input.value === "")`)
	if found := ofNathalie.FindString(get[string](p, "document.documentElement.outerHTML")); found != "" {
		p.t.Errorf("%s holds %q", p.path(), found)
	}
}

// cookies are those that the browser keeps of the site, but for the one of a passkey's challenge: whoever opens the page of the sign-in has
// it, for five minutes.
func (p *tab) cookies() []*network.Cookie {
	p.t.Helper()
	all := call(p, network.GetCookies, network.GetCookiesParams{}).Cookies
	return slices.DeleteFunc(all, func(c *network.Cookie) bool { return c.Name == "cle" })
}

func TestASharedComputerKeepsNothing(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSecuredSite(t)
		p := openTab(t, s, with)
		p.open("/connexion")
		p.fillIn(nathalie, password)
		p.press(css("label[for=partage]"))
		p.follow(func() { p.press(submitButton) })
		p.at(stepPath, headingCode)
		p.says("main", "Vous êtes sur un ordinateur partagé : rien n’y sera gardé.")
		p.is(`!document.querySelector("#se_souvenir")`)
		p.sound("deuxieme-etape-ordinateur-partage")
		p.giveCode(s.sentCode(portal.SMS))
		p.at("/mon-compte", headingAccount)
		p.open("/mon-compte/coordonnees")
		p.says("main", "n…@example.org")
		if len(p.cookies()) == 0 {
			t.Error("there is no session")
		}
		for _, c := range p.cookies() {
			if !c.Session {
				t.Errorf("the cookie %s outlives the window", c.Name)
			}
		}

		p.signsOut()
		for _, c := range p.cookies() {
			t.Errorf("the cookie %s is left", c.Name)
		}
		if kept := list(promised[[]string](p, everythingKept)); ofNathalie.MatchString(kept) {
			t.Errorf("the browser keeps %q", ofNathalie.FindAllString(kept, -1))
		}
		for range 3 { // the pages of the account, and that of the code
			p.back()
			p.findsNobody()
		}
		p.givesPair() // the browser is not known either
	})
}

// A forgotten password leaves no number behind on such a computer, neither at the first step nor on the way back.
func TestARecoveryOnASharedComputerShowsNobodyToTheNext(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSecuredSite(t), phone)
	p.open("/connexion")
	p.write(identifierField, nathalie)
	p.press(css("label[for=partage]"))
	p.goes("Mot de passe oublié ?", "/mot-de-passe-oublie", headingForgot)
	p.findsNobody()
	p.write(identifierField, nathalie)
	p.press(css("label[for=canal-sms]"))
	p.goes("Recevoir le code", "/mot-de-passe-oublie/code", headingCode)
	p.findsNobody()

	next := p.another() // the one before has gone, and left the browser open
	for _, path := range []string{"/connexion", "/mot-de-passe-oublie", "/mot-de-passe-oublie/code"} {
		next.open(path)
		next.findsNobody()
	}
}

// everythingKept is what the browser keeps of the site beside cookies, as text.
const everythingKept = `(async () => {
	const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), JSON.stringify(await indexedDB.databases())];
	for (const name of await caches.keys()) {
		const cache = await caches.open(name);
		for (const request of await cache.keys()) kept.push(request.url, await (await cache.match(request)).text());
	}
	return kept;
})()`

// A passkey that somebody has with them opens the account on such a computer, and leaves as little there as a password.
func TestAPasskeyOnASharedComputerKeepsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, withPasskeys)
	p := openTab(t, s, phone)
	p.owns()
	p.withoutAutofill()
	p.signIn(nathalie)
	p.adds()
	p.signsOut()
	call(p, network.ClearBrowserCookies, cdp.Empty{}) // the passkey is in a browser that nobody knows
	p.open("/connexion")
	p.press(css("label[for=partage]"))
	p.press(named(usePasskey))
	p.until(`location.pathname === "/mon-compte" && document.readyState === "complete"`)
	p.at("/mon-compte", headingAccount)
	kept := p.cookies()
	if len(kept) != 1 || kept[0].Name != "session" || !kept[0].Session {
		t.Errorf("the browser has %+v, want the cookie of a session that ends with the window, alone", kept)
	}
	hash := sha256.Sum256([]byte(kept[0].Value))
	row, err := s.store.Session(t.Context(), base64.RawURLEncoding.EncodeToString(hash[:]))
	check(t, err)
	if left := time.Until(row.Expires); row.Account == "" || left > portal.SharedIdle {
		t.Errorf("the session goes on for %s without a request, want %s", left, portal.SharedIdle)
	}
	p.open("/mon-compte/securite")
	p.open("/mon-compte")
	p.signsOut()
	for _, c := range p.cookies() {
		t.Errorf("the cookie %s is left", c.Name)
	}
	if kept := list(promised[[]string](p, everythingKept)); ofNathalie.MatchString(kept) {
		t.Errorf("the browser keeps %q", ofNathalie.FindAllString(kept, -1))
	}
	for range 3 { // the pages of the account
		p.back()
		p.findsNobody()
	}
}
