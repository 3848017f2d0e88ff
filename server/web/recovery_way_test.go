package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/components"
	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

func TestTheWholeWayBySMSAndByMail(t *testing.T) {
	newcomer := run.secret("identifier", "2690549588166")
	for _, c := range []struct {
		base, channel, identifier string
		want                      portal.Channel
		notice                    components.Notice
	}{
		{reset, "sms", nathalie, portal.SMS, components.PasswordRenewed},
		{reset, "email", nathalie, portal.Email, components.PasswordRenewed},
		{first, "sms", newcomer, portal.SMS, components.PasswordChosen},
		{first, "email", newcomer, portal.Email, components.PasswordChosen},
	} {
		t.Run(c.base+" "+c.channel, func(t *testing.T) {
			o := openRecoverySite(t, public)
			o.addWithoutPassword(newcomer)
			g := newGateway()
			o.employ(g)
			b := o.browser()
			page := b.get(c.base)
			page.expect(t, "first page", http.StatusOK, header{"Content-Type": html, "Cache-Control": "no-store"})
			page.says(t, "first page", `action="`+c.base+`"`)
			b.ask(c.base, c.identifier, c.channel).leads(t, "asking for a code", c.base+"/code")
			page = b.get(c.base + "/code")
			page.expect(t, "page of the code", http.StatusOK, nil)
			for _, text := range []string{`autocomplete="one-time-code"`, `inputmode="numeric"`, `action="` + c.base + `/code"`, `action="` + c.base + `/renvoyer"`} {
				page.says(t, "page of the code", text)
			}
			m := wait(t, g.messages)
			if m.Channel != c.want {
				t.Errorf("the code came by %s", m.Channel)
			}
			b.give(c.base, codeIn(t, m)).leads(t, "the right code", c.base+"/nouveau")
			page = b.get(c.base + "/nouveau")
			page.expect(t, "page of the password", http.StatusOK, nil)
			page.says(t, "page of the password", `autocomplete="new-password"`)
			a := b.choose(c.base, chosen)
			a.leads(t, "a good password", "/mon-compte")
			if a.age("__Host-recuperation") != portal.AgainLife {
				t.Error("the flow's cookie stays for longer than a second click takes")
			}
			page = b.get("/mon-compte")
			page.says(t, "Mon Compte", said(c.notice))
			if again := b.get("/mon-compte"); strings.Contains(again.body, said(c.notice)) {
				t.Error("the notice is shown twice")
			}
			told := map[string]bool{}
			for range 2 {
				told[wait(t, g.messages).To.Reveal()] = true
			}
			if !told["+33639980001"] || !told["nathalie@example.org"] {
				t.Errorf("%d of both addresses were told", len(told))
			}
			if c.base == reset {
				b.try(c.identifier, right).expect(t, "the old password", http.StatusUnauthorized, nil)
			}
			b.signIn(c.identifier, chosen)
			if !b.isSignedIn() {
				t.Error("not signed in with the new password")
			}
			if sent := g.Messages(); len(sent) != 3 {
				t.Errorf("%d messages went out, want the code and two notices", len(sent))
			}
		})
	}
}

func TestTheNewPasswordEndsEverySessionAndWaitsForNoStranger(t *testing.T) {
	o := openRecoverySite(t, local)
	phone, library, stranger := o.browser(), o.browser(), o.browser()
	phone.signIn(nathalie, right)
	library.signIn(nathalie, right)
	stranger.signIn(jean, jeans)
	b := o.given(reset)
	if !phone.isSignedIn() || !library.isSignedIn() {
		t.Fatal("a session has ended before the new password stands") // whoever only asks for a code signs nobody out
	}
	for range 6 {
		o.browser().try(nathalie, wrong)
	}
	b.choose(reset, chosen).leads(t, "a good password", "/mon-compte")
	if phone.isSignedIn() || library.isSignedIn() || o.with("session", phone.cookie("session")).isSignedIn() {
		t.Error("a session has outlived the new password")
	}
	if !stranger.isSignedIn() {
		t.Error("somebody else's session has ended")
	}
	// Strangers wait as before: what they see must not tell that somebody has chosen a password.
	o.browser().try(nathalie, chosen).expect(t, "a stranger", http.StatusTooManyRequests, nil)
	b.try(nathalie, right).expect(t, "the old password", http.StatusUnauthorized, nil)
	b.signIn(nathalie, chosen)
}

// With a second step always asked for and in every other browser, the code of the recovery is that step.
func TestANewPasswordSignsInWhereItsCodeWasGiven(t *testing.T) {
	o := openRecoverySite(t, local, secondStep(portal.StepAlways))
	b := o.given(reset)
	if b.isSignedIn() {
		t.Fatal("the code alone has signed in")
	}
	before := b.cookie("session")
	b.choose(reset, chosen).leads(t, "a good password", "/mon-compte")
	if now := b.cookie("session"); now == "" || now == before {
		t.Error("the session is none, or has the token of before")
	}
	if !b.isSignedIn() {
		t.Error("not signed in by the code and the new password")
	}
	o.browser().try(nathalie, chosen).leads(t, "another browser", "/connexion/code")
	if told := o.take(); len(told) < 2 {
		t.Errorf("%d messages, want a notice to both addresses", len(told))
	}
}

func TestANewPasswordOpensNoClosedAccount(t *testing.T) {
	o := openRecoverySite(t, local)
	b := o.given(reset)
	cred, err := o.store.Credential(t.Context(), storetest.Number(t, nathalie))
	check.OK(t, err)
	id := cred.Account
	check.OK(t, o.store.SetDisabled(t.Context(), id, true))
	b.choose(reset, chosen).expect(t, "a password", http.StatusUnprocessableEntity, nil)
	if b.isSignedIn() {
		t.Error("signed in to a closed account")
	}
	check.OK(t, o.store.SetDisabled(t.Context(), id, false))
	o.browser().signIn(nathalie, right) // nothing of it stands
}

func TestANewPasswordEndsTheWaitOfTheBrowserItself(t *testing.T) {
	o := openRecoverySite(t, local)
	b := o.given(reset)
	b.signIn(nathalie, right)
	for range 6 {
		b.try(nathalie, wrong)
	}
	b.choose(reset, chosen).leads(t, "a good password", "/mon-compte")
	b.signIn(nathalie, chosen)
}

func TestTheFlowGoesOnInAnotherTabAndAfterAPause(t *testing.T) {
	o := openRecoverySite(t, local)
	b, code := o.begun(reset)
	tab := o.with("recuperation", b.cookie("recuperation"))
	tab.get(reset+"/code").expect(t, "another tab", http.StatusOK, nil)
	o.Turn(portal.CodeLife - time.Minute)
	tab.give(reset, code).leads(t, "the code in another tab", reset+"/nouveau")
	b.get(reset+"/code").leads(t, "the first tab", reset+"/nouveau")
	b.give(reset, code).leads(t, "the code again in the first tab", reset+"/nouveau")
	o.Turn(10 * time.Minute)
	b.choose(reset, chosen).leads(t, "the password in the first tab", "/mon-compte")
	tab.get(reset+"/nouveau").leads(t, "the other tab", reset)
}

func TestOnlyAFormSendsAndARefreshSendsNothing(t *testing.T) {
	o := openRecoverySite(t, local)
	b := o.browser()
	for _, path := range []string{"", "/code", "/nouveau", "?identifiant=" + nathalie + "&canal=sms", "/renvoyer"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			b.do(method, reset+path, nil)
		}
	}
	b.ask(reset+"?canal=sms", nathalie, "") // a field of the address is no field of the form
	b.do(http.MethodPut, reset, url.Values{"identifiant": {nathalie}, "canal": {"sms"}})
	b.ask(reset, nathalie, "sms", header{"Sec-Fetch-Site": "cross-site"})
	if n := len(o.take()); n != 0 {
		t.Fatalf("%d messages were sent without a form", n)
	}
	b.ask(reset, nathalie, "sms").leads(t, "asking for a code", reset+"/code")
	if n := len(o.take()); n != 1 {
		t.Fatalf("%d messages for one form", n)
	}
	o.Turn(portal.ResendAfter)
	for range 3 { // refresh, Back to the form and forward again
		b.get(reset + "/code")
		b.get(reset)
	}
	if n := len(o.take()); n != 0 {
		t.Errorf("%d messages for a refresh", n)
	}
	b.again(reset).leads(t, "sending again", reset+"/code")
	for range 3 {
		b.get(reset + "/code")
	}
	if n := len(o.take()); n != 1 {
		t.Errorf("%d messages for sending again", n)
	}
}

func TestTheSameCodeIsSentAgainAndThreeTimesAtMost(t *testing.T) {
	o := openRecoverySite(t, local)
	b, code := o.begun(reset)
	sends := func(what string, want int) {
		t.Helper()
		b.again(reset).leads(t, what, reset+"/code")
		messages := o.take()
		if len(messages) != want {
			t.Errorf("%s: %d messages, want %d", what, len(messages), want)
		}
		for _, m := range messages {
			if codeIn(t, m) != code {
				t.Errorf("%s: another code", what)
			}
		}
	}
	sends("at once", 0)
	b.get(reset+"/code").says(t, "pressed too early", "il est trop tôt")
	o.Turn(portal.ResendAfter)
	sends("after a minute", 1)
	shown := b.get(reset + "/code").body
	sends("twice", 0)
	if b.get(reset+"/code").body == shown {
		t.Error("the page says that a code was sent when none was, or does not say it when one was")
	}
	o.Turn(portal.ResendAfter)
	sends("after two minutes", 1)
	o.Turn(portal.ResendAfter)
	sends("a fourth time", 0)
	b.give(reset, code).leads(t, "the first message's code", reset+"/nouveau")
	b.again(reset).leads(t, "after the code", reset+"/code")
	if len(o.take()) != 0 {
		t.Error("a code that was given is sent again")
	}
}

func TestEachStepNeedsTheOneBefore(t *testing.T) {
	type request struct{ method, path, leads string }
	form := url.Values{"code": {"000000"}, "mot_de_passe": {chosen}}
	for name, c := range map[string]struct {
		browser  func(*recoverySite) *browser
		requests []request
	}{
		"no flow": {func(o *recoverySite) *browser { return o.browser() }, []request{
			{"GET", reset + "/code", reset}, {"POST", reset + "/code", reset}, {"GET", reset + "/nouveau", reset},
			{"POST", reset + "/nouveau", reset}, {"POST", reset + "/renvoyer", reset + "/code"}, {"POST", first + "/nouveau", first}}},
		"a token of the browser's own": {func(o *recoverySite) *browser { return o.with("recuperation", strings.Repeat("A", 43)) }, []request{
			{"GET", reset + "/code", reset}, {"POST", reset + "/code", reset}, {"POST", reset + "/nouveau", reset}}},
		"a token that cannot be one": {func(o *recoverySite) *browser { return o.with("recuperation", "' OR 1=1") }, []request{
			{"GET", reset + "/code", reset}, {"POST", reset + "/nouveau", reset}}},
		"before the code": {func(o *recoverySite) *browser { b, _ := o.begun(reset); return b }, []request{
			{"GET", reset + "/nouveau", reset + "/code"}, {"POST", reset + "/nouveau", reset + "/code"},
			{"GET", first + "/code", reset + "/code"}, {"POST", first + "/code", reset + "/code"}, {"POST", first + "/nouveau", reset + "/code"}}},
		"after the code": {func(o *recoverySite) *browser { return o.given(first) }, []request{
			{"GET", first + "/code", first + "/nouveau"}, {"POST", first + "/code", first + "/nouveau"},
			{"GET", reset + "/code", first + "/nouveau"}, {"GET", reset + "/nouveau", first + "/nouveau"}, {"POST", reset + "/nouveau", first + "/nouveau"}}},
		"after the password": {func(o *recoverySite) *browser {
			b := o.given(reset)
			token := b.cookie("recuperation")
			b.choose(reset, right+"2")
			return o.with("recuperation", token)
		}, []request{
			{"GET", reset + "/code", reset}, {"POST", reset + "/code", reset}, {"GET", reset + "/nouveau", reset}, {"POST", reset + "/nouveau", reset}}},
		"half an hour later": {func(o *recoverySite) *browser { b, _ := o.begun(reset); o.Turn(portal.FlowLife); return b }, []request{
			{"GET", reset + "/code", reset}, {"POST", reset + "/code", reset}, {"POST", reset + "/renvoyer", reset + "/code"}}},
	} {
		o := openRecoverySite(t, local)
		b := c.browser(o)
		o.take()
		for _, r := range c.requests {
			var f url.Values
			if r.method == http.MethodPost {
				f = form
			}
			b.do(r.method, r.path, f).leads(t, name+": "+r.method+" "+r.path, r.leads)
		}
		if o.browser().try(nathalie, chosen).StatusCode == http.StatusSeeOther {
			t.Errorf("%s: the password was set", name)
		}
		if len(o.take()) != 0 {
			t.Errorf("%s: a message was sent", name)
		}
	}
}

func TestTheFlowsCookieIsForThisHostAndShort(t *testing.T) {
	for base, want := range map[string]http.Cookie{
		public: {Name: "__Host-recuperation", Secure: true},
		local:  {Name: "recuperation"},
	} {
		o := openRecoverySite(t, base)
		b := o.browser()
		a := b.ask(reset, nathalie, "sms")
		i := slices.IndexFunc(a.Cookies(), func(c *http.Cookie) bool { return c.Name == want.Name })
		if i < 0 {
			t.Fatalf("%s: no cookie %s", base, want.Name)
		}
		c := a.Cookies()[i]
		if len(c.Value) != 43 || c.Secure != want.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
			c.MaxAge != int(portal.FlowLife.Seconds()) {
			t.Errorf("%s: cookie of %d characters, %+v", base, len(c.Value), *c)
		}
		before := c.Value
		b.ask(reset, nathalie, "sms")
		if now := b.cookie(want.Name); now == before || now == "" {
			t.Errorf("%s: a new flow has the old token", base)
		}
	}
}

// Where a service has one gateway, nobody is asked which, and no page speaks of the other.
func TestTheOnlyChannelIsUsedAndThePageDoesNotTell(t *testing.T) {
	o := openRecoverySite(t, local)
	o.recovery.Reach.Offered = func(c portal.Channel) bool { return c == portal.Email }
	b := o.browser()
	if start := b.get(reset).body; strings.Contains(start, `name="canal"`) {
		t.Error("a choice of one is asked for")
	}
	b.ask(reset, nathalie, "").leads(t, "asking for a code", reset+"/code")
	page := masked(b.get(reset + "/code")).body
	if main := page[strings.Index(page, "<main"):]; strings.Contains(main, "SMS") || strings.Contains(main, "Recevoir le code autrement") {
		t.Errorf("the page speaks of SMS, which nobody sends:\n%s", main)
	}
	messages := o.take()
	if len(messages) != 1 || messages[0].Channel != portal.Email {
		t.Fatalf("%d messages, want an e-mail", len(messages))
	}
	b = o.browser()
	b.ask(reset, nobody, "sms")
	if masked(b.get(reset+"/code")).body != page {
		t.Error("the page tells what is on file")
	}
}
