package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/passhash"
	"moncompte/server/web"
)

func TestSigningInAndOut(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	b.get("/connexion").expect(t, "sign-in page", http.StatusOK, nil)
	b.try(nathalie, right).expect(t, "sign-in", http.StatusSeeOther, header{"Location": "/mon-compte"})
	page := b.get("/mon-compte")
	page.expect(t, "Mon Compte", http.StatusOK, header{"Content-Type": html})
	for _, text := range []string{"Bonjour Nathalie Anne<", "première connexion", `action="/deconnexion"`, "Déconnexion"} {
		if !strings.Contains(page.body, text) {
			t.Errorf("Mon Compte does not hold %q", text)
		}
	}
	if !strings.HasPrefix(page.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("Mon Compte may be kept: %q", page.Header.Get("Cache-Control"))
	}
	b.get("/connexion").expect(t, "sign-in page when signed in", http.StatusSeeOther, header{"Location": "/mon-compte"})
	out := b.do(http.MethodPost, "/deconnexion", url.Values{})
	out.expect(t, "sign-out", http.StatusSeeOther, header{"Location": "/", "Clear-Site-Data": `"cache"`})
	if b.isSignedIn() {
		t.Error("still signed in after the sign-out")
	}
}

func TestIdentifiersAreAcceptedAsPeopleTypeThem(t *testing.T) {
	s := open(t, local)
	for _, typed := range []string{"2 69 05 49 588 157", " 2-69-05-49-588-157\t", "２６９０５４９５８８１５７", "2690549588157" + "80"} {
		a := s.browser().try(run.secret("identifier as typed", typed), right)
		if a.StatusCode != http.StatusSeeOther {
			t.Errorf("status %d", a.StatusCode)
		}
	}
}

func TestAPasswordIsTakenExactlyAsTyped(t *testing.T) {
	s := open(t, local)
	for _, password := range []string{" " + right, right + " ", right + "\n", strings.ToLower(right)} {
		if a := s.browser().try(nathalie, password); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("status %d for a password that is not quite right", a.StatusCode)
		}
	}
	s.browser().try(nathalie, right).expect(t, "the password itself", http.StatusSeeOther, nil)
}

func TestAMalformedFormIsRefusedWithoutALookup(t *testing.T) {
	s := open(t, local)
	for _, c := range []struct {
		name, body string
		media      string
		status     int
		says       string
	}{
		{"empty form", "", "", 422, "Saisissez votre mot de passe."},
		{"no password", url.Values{"identifiant": {nathalie}}.Encode(), "", 422, "Saisissez votre mot de passe."},
		{"no identifier", url.Values{"mot_de_passe": {right}}.Encode(), "", 422, `id="identifiant-erreur"`},
		{"case number", pair("1234567", right).Encode(), "", 422, "Erreur"},
		{"fields in another form", `{"identifiant":"` + nathalie + `"}`, "application/json", 422, "Erreur"},
		{"bad escape", "identifiant=%zz&mot_de_passe=x", "", 400, "La demande n’est pas complète"},
		{"semicolons", "identifiant=1;mot_de_passe=x", "", 400, "La demande n’est pas complète"},
		{"over 10 KiB", pair(nathalie, strings.Repeat("a", 10<<10)).Encode(), "", 413, "La demande est trop longue"},
	} {
		b := s.browser()
		h := header{}
		if c.media != "" {
			h["Content-Type"] = c.media
		}
		a := b.send(b.request(http.MethodPost, "/connexion", strings.NewReader(c.body), h))
		a.expect(t, c.name, c.status, header{"Content-Type": html, "Cache-Control": "no-store", "Retry-After": ""})
		if !strings.Contains(a.body, c.says) {
			t.Errorf("%s: the page does not say %q", c.name, c.says)
		}
		if len(a.Cookies()) != 0 {
			t.Errorf("%s: a cookie is set", c.name)
		}
	}
	// The address of the page is no form: what is there would be in the history and in logs.
	for _, field := range []string{"identifiant", "mot_de_passe"} {
		address, body := url.Values{field: pair(nathalie, right)[field]}, pair(nathalie, right)
		body.Del(field)
		a := s.browser().do(http.MethodPost, "/connexion?"+address.Encode(), body)
		a.expect(t, field+" in the address", http.StatusUnprocessableEntity, nil)
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	for base, own := range map[string]string{local: "http://localhost:8080", public: "https://moncompte.example"} {
		s := open(t, base)
		for _, c := range []struct {
			name    string
			headers header
			status  int
		}{
			{"cross-site", header{"Sec-Fetch-Site": "cross-site"}, 403},
			{"a neighbour of the same site", header{"Sec-Fetch-Site": "same-site"}, 403},
			{"an older browser from elsewhere", header{"Sec-Fetch-Site": "", "Origin": "https://evil.example"}, 403},
			{"an older browser without an origin to tell", header{"Sec-Fetch-Site": "", "Origin": "null"}, 403},
			{"an older browser from here", header{"Sec-Fetch-Site": "", "Origin": own}, 303},
			{"an old browser from elsewhere", header{"Sec-Fetch-Site": "", "Referer": "https://evil.example/page"}, 403},
			{"an old browser from a lookalike", header{"Sec-Fetch-Site": "", "Referer": "https://moncompte.example.evil.example/"}, 403},
			{"an old browser from where nobody can read", header{"Sec-Fetch-Site": "", "Referer": "https://%zz/"}, 403},
			{"an old browser from here", header{"Sec-Fetch-Site": "", "Referer": own + "/connexion"}, 303},
			{"an old browser that tells nothing", header{"Sec-Fetch-Site": ""}, 303},
			{"typed address", header{"Sec-Fetch-Site": "none"}, 303},
		} {
			b := s.browser()
			a := b.try(nathalie, right, c.headers)
			a.expect(t, base+", "+c.name, c.status, securityHeaders)
			if c.status == 403 && (b.cookie("session") != "" || b.cookie("__Host-session") != "" || !strings.Contains(a.body, "autre site")) {
				t.Errorf("%s: signed in, or not told why not", c.name)
			}
			if b = s.browser(); c.status == 403 {
				b.signIn(nathalie, right)
				b.do(http.MethodPost, "/deconnexion", url.Values{}, c.headers).expect(t, c.name+": sign-out", 403, nil)
				if !b.isSignedIn() {
					t.Errorf("%s: another site signed the person out", c.name)
				}
			}
		}
	}
}

func TestAFormBehindAProxyThatRewritesTheHostIsOurs(t *testing.T) {
	s := open(t, public)
	b := s.browser()
	r := b.request(http.MethodPost, "/connexion", strings.NewReader(pair(nathalie, right).Encode()),
		header{"Sec-Fetch-Site": "", "Origin": public})
	r.Host = "10.0.0.7:8080"
	b.send(r).expect(t, "sign-in", http.StatusSeeOther, nil)
}

// frozen stops the clock of the attempts, so that two waits are told in the same words.
func (s *site) frozen() *site {
	at := time.Now()
	s.login.Now = func() time.Time { return at }
	return s
}

// Byte for byte: whoever asks cannot tell an account from none (OWASP ASVS 5.0 V6.3.8). The identifiers stand in the
// page, so they are replaced by one word before the comparison.
func TestAnUnknownIdentifierAnswersLikeAWrongPassword(t *testing.T) {
	disabled, empty := run.secret("identifier", "2690549588158"), run.secret("identifier", "2690549588159")
	for _, headers := range []header{{}, {"HX-Request": "true"}} {
		s := open(t, public).frozen()
		s.add(disabled, right)
		check.OK(t, s.store.SetDisabled(t.Context(), s.id(disabled), true))
		s.add(empty, right)
		ask := func(identifier string) answer {
			t.Helper()
			a := s.browser().try(identifier, wrong, headers)
			grouped := identifier[:1] + " " + identifier[1:3] + " " + identifier[3:5] + " " + identifier[5:7] + " " + identifier[7:10] + " " + identifier[10:]
			for _, form := range []string{identifier, grouped, strings.ReplaceAll(grouped, " ", "\u00a0"), strings.ReplaceAll(grouped, " ", "\u202f")} {
				a.body = strings.ReplaceAll(a.body, form, "IDENTIFIER")
			}
			if len(a.Header.Get("Content-Length")) == 0 {
				t.Error("no Content-Length")
			}
			return a
		}
		for n := 1; n <= 7; n++ { // five wrong pairs, then the wait
			known, status := ask(nathalie), http.StatusUnauthorized
			if n > 5 {
				status = http.StatusTooManyRequests
				known.expect(t, "too many attempts", status, header{"Retry-After": "60"})
			}
			known.expect(t, "known identifier", status, header{"Cache-Control": "no-store", "Vary": "Cookie | HX-Request"})
			for _, other := range []string{nobody, disabled, empty, jean} {
				same(t, "attempt "+string(rune('0'+n)), known, ask(other))
			}
		}
	}
}

func TestTheIdentifierIsKeptAndThePasswordIsNot(t *testing.T) {
	s := open(t, local)
	for _, identifier := range []string{nathalie, nobody, "12345678"} {
		a := s.browser().try(identifier, wrong)
		if !strings.Contains(a.body, `value="`+identifier+`"`) {
			t.Errorf("status %d: what was typed is lost", a.StatusCode)
		}
		if strings.Contains(a.body, wrong) {
			t.Errorf("status %d: the password is on the page", a.StatusCode)
		}
	}
}

func TestWhatIsTypedIsNeverMarkup(t *testing.T) {
	s := open(t, local)
	for _, typed := range []string{`"><script>alert(1)</script>`, `' autofocus onfocus=alert(1) x='`, `</title><svg onload=alert(1)>`, "&lt;b&gt;{{.}}"} {
		run.secret("identifier as typed", typed)
		for _, headers := range []header{{}, {"HX-Request": "true"}} {
			a := s.browser().try(typed, wrong, headers)
			if a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("status %d", a.StatusCode)
			}
			for _, alive := range []string{"<script>alert", "<svg onload", `"><script`, "</title><svg"} {
				if strings.Contains(a.body, alive) {
					t.Errorf("what was typed has become markup: %s", alive)
				}
			}
			if strings.Contains(a.body, "onfocus=") && !strings.Contains(a.body, "&#39; autofocus onfocus") {
				t.Error("what was typed has become an attribute")
			}
		}
	}
}

func TestHTMXIsGivenMessagesOnlyAndLoadsTheAccountWhole(t *testing.T) {
	s := open(t, local)
	hx := header{"HX-Request": "true"}
	for _, c := range []struct {
		name       string
		identifier string
		password   string
		status     int
	}{{"malformed", "1234567", wrong, 422}, {"wrong pair", nathalie, wrong, 401}, {"cross-origin", nathalie, right, 403}, {"too long", nathalie, strings.Repeat("a", 10<<10), 413}} {
		h := header{"HX-Request": "true"}
		if c.status == 403 {
			h["Sec-Fetch-Site"] = "cross-site"
		}
		a := s.browser().try(c.identifier, c.password, h)
		a.expect(t, c.name, c.status, header{"Content-Type": html})
		// The way to a new password takes the number along; nothing else is a form.
		a.body = strings.Replace(a.body, `<form method="post" action="/mot-de-passe-oublie/numero"><input type="hidden"`, "", 1)
		if strings.Contains(a.body, "<html") || strings.Contains(a.body, "<form") || strings.Contains(a.body, "<input") {
			t.Errorf("%s: a page, or its inputs, would be swapped into the page", c.name)
		}
		if !strings.Contains(a.body, "Erreur") || !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "HX-Request") {
			t.Errorf("%s: no message, or no Vary: %v", c.name, a.Header.Values("Vary"))
		}
	}
	b := s.browser()
	a := b.try(nathalie, right, hx)
	a.expect(t, "right pair", http.StatusOK, header{"HX-Redirect": "/mon-compte", "Location": "", "Vary": "Cookie | HX-Request"})
	if a.body != "" || !b.isSignedIn() {
		t.Errorf("a body of %d bytes, signed in %v", len(a.body), b.isSignedIn())
	}
	b.do(http.MethodPost, "/deconnexion", url.Values{}, hx).expect(t, "sign-out", http.StatusOK, header{"HX-Redirect": "/"})
	b.get("/mon-compte", hx).expect(t, "signed out", http.StatusOK, header{"HX-Redirect": "/connexion"})
}

func TestAFullQueueAnswersTheSameToEverybody(t *testing.T) {
	s := open(t, local)
	s.login.Pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: -1})
	ticket, err := s.login.Pool.Admit()
	check.OK(t, err)
	defer ticket.Release()
	hx := header{"HX-Request": "true"}
	a := s.browser().try(nathalie, right, hx)
	a.expect(t, "full queue", http.StatusServiceUnavailable, header{"Retry-After": "5", "Content-Type": html})
	same(t, "full queue", a, s.browser().try(nobody, wrong, hx))
	if !strings.Contains(a.body, "Beaucoup de personnes") {
		t.Error("the page does not say why")
	}
	page := s.browser().try(nathalie, right)
	if page.expect(t, "full queue", http.StatusServiceUnavailable, nil); !strings.Contains(page.body, `value="`+nathalie+`"`) {
		t.Error("the identifier is lost")
	}
}

func TestAnswersToNobodyAreNotFaults(t *testing.T) {
	s := open(t, local)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	b := s.browser()
	log := since(func() {
		b.send(b.request(http.MethodPost, "/connexion", strings.NewReader(pair(nathalie, right).Encode())).WithContext(ctx))
	})
	if strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, `"route":"POST /connexion"`) {
		t.Errorf("a person who left is logged as a fault, or not at all: %s", log)
	}
}

func TestForwardedAddressesCountOnlyThroughOurProxies(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*web.Options)
		want   int
	}{{"trusted", trusting, http.StatusSeeOther}, {"not trusted", func(*web.Options) {}, http.StatusTooManyRequests}} {
		s := open(t, local, c.change)
		b := s.browser()
		for i := range 100 { // each on another account, as whoever tries a list of passwords does
			identifier := run.secret("identifier of no account", fmt.Sprintf("29101330631%02d", i))
			b.try(identifier, wrong, header{"X-Forwarded-For": "198.51.100.7"})
		}
		b.try(nathalie, right, header{"X-Forwarded-For": "198.51.100.8"}).expect(t, c.name, c.want, nil)
		b.try(jean, jeans, header{"X-Forwarded-For": "198.51.100.7"}).expect(t, c.name+", the same visitor", http.StatusTooManyRequests, nil)
	}
}
