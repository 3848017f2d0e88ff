package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/app/words"
	"moncompte/components"
	"moncompte/server/check"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/web"
)

// told are the words and the figures of the pages.
var told = components.Page{Words: words.French, Limits: portal.StandardLimits}

var hx = header{"HX-Request": "true"}

// fragment checks that an answer to HTMX holds messages and no inputs, which would erase what was typed meanwhile.
func (a answer) fragment(t *testing.T, what string) {
	t.Helper()
	if strings.Contains(a.body, "<html") || strings.Contains(a.body, "<form") || strings.Contains(a.body, "<input") {
		t.Errorf("%s: a page, or its inputs, would be swapped into the page", what)
	}
	if !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "HX-Request") {
		t.Errorf("%s: Vary %q", what, a.Header.Values("Vary"))
	}
}

func TestTheFirstFormSaysWhatItLacks(t *testing.T) {
	const channel = "Choisissez comment recevoir le code"
	o := openRecoverySite(t, local)
	for _, base := range []string{reset, first} {
		for _, c := range []struct {
			name, identifier, channel string
			says, saysNot             string
		}{
			{"nothing", "", "", channel, "\x00"},
			{"no channel", nathalie, "", channel, `href="#identifiant"`},
			{"a channel that is none", nathalie, "pigeon", channel, `href="#identifiant"`},
			{"no identifier", "", "sms", `href="#identifiant"`, channel},
			{"a case number", "1234567", "email", `href="#identifiant"`, channel},
			{"markup", `"><script>alert(1)</script>`, "sms", `href="#identifiant"`, "<script>alert"},
		} {
			for _, h := range []header{nil, hx} {
				b := o.browser()
				a := b.ask(base, c.identifier, c.channel, h)
				a.expect(t, c.name, http.StatusUnprocessableEntity, header{"Content-Type": html, "Cache-Control": "no-store", "Retry-After": ""})
				a.says(t, c.name, c.says)
				if strings.Contains(a.body, c.saysNot) {
					t.Errorf("%s: the page says %q", c.name, c.saysNot)
				}
				if len(a.Cookies()) != 0 {
					t.Errorf("%s: a cookie is set", c.name)
				}
				if h != nil {
					a.fragment(t, c.name)
				}
			}
		}
		if a := o.browser().ask(base, nathalie, ""); !strings.Contains(a.body, `value="`+nathalie+`"`) {
			t.Error("the identifier that was typed is lost")
		}
	}
	if len(o.take()) != 0 {
		t.Error("a refused form has sent a message")
	}
}

func TestCodesAreReadAsPeopleTypeAndPasteThem(t *testing.T) {
	o := openRecoverySite(t, local)
	for _, c := range []struct {
		typed   string // C stands for the code
		problem components.CodeProblem
	}{
		{"C", components.CodeOK},
		{" C\t\n", components.CodeOK},
		{"1 2 3", components.CodeShort},
		{"ABC DEF", components.CodeNotDigits},
		{"", components.CodeEmpty},
		{"   ", components.CodeEmpty},
		{"-", components.CodeEmpty},
		{"12345", components.CodeShort},
		{"1234567", components.CodeLong},
		{strings.Repeat("1", 5000), components.CodeLong},
		{"Votre code est C", components.CodeNotDigits},
		{"C est votre code Mon Compte", components.CodeNotDigits},
		{"@moncompte.example #C", components.CodeNotDigits},
		{"12345O", components.CodeNotDigits},
		{"①②③④⑤⑥", components.CodeNotDigits}, // digits of another script, which no keypad here has
		{"１２３４５", components.CodeShort},
		{"\xff\xfe12", components.CodeNotDigits},
		{"12\x0034", components.CodeNotDigits},
		{"+12345", components.CodeNotDigits},
		{"1234e1", components.CodeNotDigits},
	} {
		o.Turn(24 * time.Hour) // a day of its own
		b, code := o.begun(reset)
		for _, h := range []header{nil, hx} {
			a := b.give(reset, strings.ReplaceAll(c.typed, "C", code), h)
			if c.problem == components.CodeOK {
				if h == nil {
					a.leads(t, c.typed, reset+"/nouveau")
				}
				continue
			}
			a.expect(t, c.typed, http.StatusUnprocessableEntity, header{"Content-Type": html, "Retry-After": ""})
			a.says(t, c.typed, told.CodeSentence(c.problem, 0, portal.CodeDigits))
			if h != nil {
				a.fragment(t, c.typed)
			}
		}
		if c.problem != components.CodeOK {
			b.give(reset, code).leads(t, c.typed+", then the code", reset+"/nouveau")
		}
	}
}

func TestTheCodeIsTakenWithSpacesHyphensAndDigitsOfEveryScript(t *testing.T) {
	o := openRecoverySite(t, local)
	for name, write := range map[string]func(string) string{
		"in two groups":               func(c string) string { return c[:3] + " " + c[3:] },
		"no-break spaces":             func(c string) string { return c[:2] + "\u00a0" + c[2:4] + "\u202f" + c[4:] },
		"hyphens":                     func(c string) string { return c[:3] + "-" + c[3:] },
		"long dashes":                 func(c string) string { return c[:3] + "–" + c[3:] + "—" },
		"dots":                        func(c string) string { return c[:2] + "." + c[2:4] + "." + c[4:] + "." },
		"each apart":                  func(c string) string { return strings.Join(strings.Split(c, ""), " ") },
		"an invisible mark":           func(c string) string { return "\u200e" + c + "\u200b\ufeff" },
		"full width":                  func(c string) string { return strings.Map(func(r rune) rune { return r - '0' + '０' }, c) },
		"Arabic-Indic":                func(c string) string { return inScript(c, '٠') },
		"Persian":                     func(c string) string { return inScript(c[:3], '۰') + " " + inScript(c[3:], '۰') },
		"Devanagari":                  func(c string) string { return inScript(c, '०') },
		"Bengali, from right to left": func(c string) string { return "\u202b" + inScript(c, '০') + "\u202c" },
		"half of them":                func(c string) string { return c[:3] + strings.Map(func(r rune) rune { return r - '0' + '０' }, c[3:]) },
		"a line of its own":           func(c string) string { return "\r\n" + c + "\r\n" },
		"ideographic spaces":          func(c string) string { return c[:3] + "\u3000" + c[3:] },
	} {
		o.Turn(24 * time.Hour)
		b, code := o.begun(reset)
		b.give(reset, write(code)).leads(t, name, reset+"/nouveau")
	}
}

// inScript writes digits in the script of that zero.
func inScript(digits string, zero rune) string {
	return strings.Map(func(r rune) rune { return r - '0' + zero }, digits)
}

func TestFiveWrongCodesUseACodeUpAndThePageSaysSoEachTime(t *testing.T) {
	for _, h := range []header{nil, hx} {
		o := openRecoverySite(t, local)
		b, code := o.begun(reset)
		for left := portal.CodeTries - 1; left > 0; left-- {
			a := b.give(reset, other(code), h)
			a.expect(t, "a wrong code", http.StatusUnprocessableEntity, header{"Retry-After": ""})
			a.says(t, "a wrong code", told.CodeSentence(components.CodeWrong, left, portal.CodeDigits))
			if h != nil {
				a.fragment(t, "a wrong code")
			}
		}
		used := told.CodeSentence(components.CodeUsedUp, 0, portal.CodeDigits)
		b.give(reset, other(code), h).says(t, "the fifth wrong code", used)
		a := b.give(reset, code, h)
		a.expect(t, "the right code after it", http.StatusUnprocessableEntity, nil)
		a.says(t, "the right code after it", used)
		page := b.get(reset + "/code")
		page.expect(t, "the page afterwards", http.StatusOK, nil)
		page.says(t, "the page afterwards", used)
		o.Turn(portal.ResendAfter)
		b.again(reset)
		if len(o.take()) != 0 {
			t.Error("a code that is used up is sent again")
		}
		fresh, code := o.begun(reset)
		fresh.give(reset, code).leads(t, "a new code", reset+"/nouveau")
	}
}

func TestAnExpiredCodeIsSaidToBeExpired(t *testing.T) {
	o := openRecoverySite(t, local)
	b, code := o.begun(reset)
	o.Turn(portal.CodeLife)
	expired := told.CodeSentence(components.CodeExpired, 0, portal.CodeDigits)
	page := b.get(reset + "/code")
	page.expect(t, "the page", http.StatusOK, nil)
	page.says(t, "the page", expired)
	for _, h := range []header{nil, hx} {
		for _, typed := range []string{code, other(code)} {
			a := b.give(reset, typed, h)
			a.expect(t, "an expired code", http.StatusUnprocessableEntity, nil)
			a.says(t, "an expired code", expired)
		}
	}
	fresh, code := o.begun(reset)
	fresh.give(reset, code).leads(t, "a new code", reset+"/nouveau")
}

func TestAfterTenWrongCodesTheNextOneIsLongerAndThePageSaysSo(t *testing.T) {
	o := openRecoverySite(t, local)
	for range 2 {
		b, code := o.begun(reset)
		for range portal.CodeTries {
			b.give(reset, other(code))
		}
		o.Turn(portal.ResendAfter)
	}
	b, code := o.begun(reset)
	if len(code) != 8 {
		t.Fatalf("a code of %d digits", len(code))
	}
	b.get(reset+"/code").says(t, "the page", words.French.RecoveryCode().Label(8))
	b.give(reset, code[:6]).says(t, "six of them", told.CodeSentence(components.CodeShort, 0, 8))
	b.give(reset, code).leads(t, "all of them", reset+"/nouveau")
}

func TestAnAddressThatAsksForTooManyCodesWaits(t *testing.T) {
	o := openRecoverySite(t, local, trusting)
	b := o.browser()
	from := func(address string) header { return header{"X-Forwarded-For": address} }
	for i := range 100 {
		b.ask(reset, run.secret("identifier of no account", fmt.Sprintf("29101330631%02d", i)), "email", from("198.51.100.7")).leads(t, "asking for a code", reset+"/code")
	}
	for _, h := range []header{nil, hx} {
		a := o.browser().ask(reset, nathalie, "email", from("198.51.100.7"), h)
		a.expect(t, "the next one", http.StatusTooManyRequests, header{"Retry-After": "600", "Content-Type": html})
		if len(a.Cookies()) != 0 {
			t.Error("a flow was begun")
		}
		if h != nil {
			a.fragment(t, "the next one")
		}
	}
	b.ask(reset, nathalie, "email", from("198.51.100.8")).leads(t, "from elsewhere", reset+"/code")
}

// Each visitor has a count of their own, however our proxy writes addresses; one that it cannot tell shuts nobody else out.
func TestNoFormOfAnAddressLumpsPeopleTogether(t *testing.T) {
	for _, written := range []string{"198.51.100.%d:50123", `"198.51.100.%d"`, `"[2001:db8:%d::1]:4711"`, "unknown", "_hidden", ""} {
		o := openRecoverySite(t, local, trusting)
		b := o.browser()
		from := func(visitor int) header {
			if !strings.Contains(written, "%d") {
				return header{"X-Forwarded-For": written}
			}
			return header{"X-Forwarded-For": fmt.Sprintf(written, visitor)}
		}
		for i := range 100 {
			b.ask(reset, run.secret("identifier of no account", fmt.Sprintf("29101330631%02d", i)), "email", from(7)).leads(t, written, reset+"/code")
		}
		b.ask(reset, nathalie, "email", from(8)).leads(t, written+", another person", reset+"/code")
		b.try(nathalie, right, from(8)).expect(t, written+", another person's sign-in", http.StatusSeeOther, nil)
		if strings.Contains(written, "%d") {
			b.ask(reset, jean, "email", from(7)).expect(t, written+", the visitor who asked", http.StatusTooManyRequests, nil)
		}
	}
}

func TestARefusedPasswordIsAnsweredByTheRulesItDoesNotMeet(t *testing.T) {
	const (
		length, letter, digit = "Il faut au moins 12", "Ajoutez au moins une lettre.", "Ajoutez au moins un chiffre, ou faites une phrase d’au moins 5\u00a0mots."
		common, personal      = "trop facile à deviner", "contient votre"
	)
	o := openRecoverySite(t, local)
	b := o.given(reset)
	for _, c := range []struct {
		typed string
		says  []string
	}{
		{"", []string{"Saisissez votre nouveau mot de passe."}},
		{"Court-1", []string{length}},
		{"court", []string{length, digit}},
		{"8347", []string{length, letter}},
		{"tournesol-des-villes", []string{digit}},
		{"8347 2019 5561 0294", []string{letter}},
		{"motdepasse1234", []string{common}},
		{"Vive-Nathalie-MARTIN-7", []string{personal}},
		{strings.Repeat("tournesol 7 ", 30), []string{"256"}},
	} {
		run.secret("refused password", c.typed)
		for _, h := range []header{nil, hx} {
			a := b.choose(reset, c.typed, h)
			a.expect(t, c.typed, http.StatusUnprocessableEntity, header{"Content-Type": html, "Cache-Control": "no-store"})
			for _, text := range c.says {
				a.says(t, c.typed, text)
			}
			for _, text := range []string{length, letter, digit} {
				if contained := strings.Contains(strings.Join(c.says, "\n"), text); c.typed != "" && strings.Contains(a.body, text) != contained {
					t.Errorf("%q: the page says %q: %v", c.typed, text, !contained)
				}
			}
			if len(c.typed) > 6 && strings.Contains(a.body, c.typed) {
				t.Errorf("%q is sent back", c.typed)
			}
			if h != nil {
				a.fragment(t, c.typed)
			}
		}
	}
	o.browser().signIn(nathalie, right)
	b.choose(reset, chosen).leads(t, "a good password after all", "/mon-compte")
}

func TestWhoeverTakesTooLongToChooseBeginsAgain(t *testing.T) {
	o := openRecoverySite(t, local)
	for _, h := range []header{nil, hx} {
		b := o.given(reset)
		o.Turn(portal.PasswordGrace)
		a := b.choose(reset, chosen, h)
		a.expect(t, "too late", http.StatusUnprocessableEntity, nil)
		a.says(t, "too late", "Le temps pour choisir est passé")
		a.says(t, "too late", `href="`+reset+`"`)
		b.get(reset+"/nouveau").leads(t, "afterwards", reset)
	}
	o.browser().signIn(nathalie, right)
}

func TestHTMXIsLedOnByAHeaderAtEachStep(t *testing.T) {
	o := openRecoverySite(t, local)
	b := o.browser()
	lead := func(what string, a answer, path string) {
		t.Helper()
		a.expect(t, what, http.StatusOK, header{"HX-Redirect": path, "Location": "", "Vary": "Cookie | HX-Request"})
		if keep := a.Header.Get("Cache-Control"); keep != "no-store" {
			t.Errorf("%s: Cache-Control %q", what, keep)
		}
		if a.body != "" {
			t.Errorf("%s: a body of %d bytes would be swapped in", what, len(a.body))
		}
	}
	lead("no flow", b.give(reset, "123456", hx), reset)
	lead("asking for a code", b.ask(reset, nathalie, "email", hx), reset+"/code")
	code := codeIn(t, o.take()[0])
	lead("too early a step", b.choose(reset, chosen, hx), reset+"/code")
	o.Turn(portal.ResendAfter)
	lead("sending again", b.again(reset, hx), reset+"/code")
	lead("the right code", b.give(reset, code, hx), reset+"/nouveau")
	lead("a good password", b.choose(reset, chosen, hx), "/mon-compte")
	lead("the same form again", b.choose(reset, chosen, hx), "/connexion")
	lead("another password", b.choose(reset, another, hx), reset)
	b.signIn(nathalie, chosen)
}

func TestAFullQueueKeepsTheNewPasswordForLater(t *testing.T) {
	var pool *passhash.Pool
	o := openRecoverySite(t, local, func(options *web.Options) {
		pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: -1})
		options.Recovery.Pool = pool
	})
	b := o.given(reset)
	ticket, err := pool.Admit()
	check.OK(t, err)
	for _, h := range []header{nil, hx} {
		a := b.choose(reset, chosen, h)
		a.expect(t, "full queue", http.StatusServiceUnavailable, header{"Retry-After": "5", "Content-Type": html})
		a.says(t, "full queue", "Beaucoup de\u00a0personnes")
	}
	ticket.Release()
	b.choose(reset, chosen).leads(t, "once there is room", "/mon-compte")
}

func TestABodyThatIsNoFormStartsNothing(t *testing.T) {
	o := openRecoverySite(t, local)
	b, _ := o.begun(reset)
	for _, path := range []string{reset, reset + "/code"} {
		b.send(b.request(http.MethodPost, path, strings.NewReader("canal=%zz"))).expect(t, path, http.StatusBadRequest, nil)
		b.do(http.MethodPost, path, url.Values{"code": {strings.Repeat("1", 11<<10)}}).expect(t, path, http.StatusRequestEntityTooLarge, nil)
	}
	if len(o.take()) != 0 {
		t.Error("a message was sent")
	}
}
