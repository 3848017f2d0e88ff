package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
)

var tokens = regexp.MustCompile(`[A-Za-z0-9_-]{43}`)

// typed is what the page of a code says of the number that was typed, and of the flow.
var typed = regexp.MustCompile(`un numéro de sécurité sociale qui finit par [0-9A-Z]{2}|name="pour" value="[^"]{8}"`)

// masked is the answer with what is of its own replaced: the random values of its cookies and form, and the end of the number.
func masked(a answer) answer {
	a.body = typed.ReplaceAllString(a.body, "TYPED")
	a.Header = a.Header.Clone()
	for i, c := range a.Header.Values("Set-Cookie") {
		a.Header["Set-Cookie"][i] = tokens.ReplaceAllString(c, "TOKEN")
	}
	return a
}

// Byte for byte, at every step, over both channels: whoever asks learns neither whether there is an account, nor what is on
// file, nor whether it is disabled (OWASP ASVS 5.0 V6.3.8).
func TestRecoveryAnswersTheSameForKnownAndUnknown(t *testing.T) {
	disabled, bare := run.secret("identifier", "2690549588158"), run.secret("identifier", "2690549588159")
	for _, c := range []struct {
		base, channel string
		h             header
	}{{reset, "sms", nil}, {reset, "email", hx}, {first, "sms", hx}, {first, "email", nil}} {
		t.Run(c.base+" "+c.channel, func(t *testing.T) {
			o := openRecoverySite(t, public, trusting)
			o.recovery.SMSBudget = 10_000 // all of them come from one address
			o.add(disabled, right)
			check.OK(t, o.store.SetDisabled(t.Context(), o.id(disabled), true))
			o.addWithoutPassword(bare)
			identifiers := []string{nathalie, nobody, disabled, bare}
			browsers := map[string]*browser{}
			step := func(what string, status int, do func(b *browser, identifier string) answer) {
				t.Helper()
				var known answer
				for i, identifier := range identifiers {
					b := browsers[identifier]
					if b == nil {
						b = o.browser()
						browsers[identifier] = b
					}
					a := masked(do(b, identifier))
					a.body = strings.ReplaceAll(a.body, identifier, "NUMBER") // as it was typed
					if i == 0 {
						known = a
						known.expect(t, what, status, nil)
						continue
					}
					same(t, what, known, a)
				}
			}
			done := http.StatusSeeOther
			if c.h != nil {
				done = http.StatusOK
			}
			begin := func(what string) {
				t.Helper()
				step(what, done, func(b *browser, identifier string) answer {
					return b.ask(c.base, identifier, c.channel, c.h, header{"X-Forwarded-For": "198.51.100." + identifier[10:]})
				})
			}
			page := func(what string) {
				t.Helper()
				step(what, http.StatusOK, func(b *browser, _ string) answer { return b.get(c.base + "/code") })
			}
			wrongCode := func(what string, status int) {
				t.Helper()
				step(what, status, func(b *browser, _ string) answer { return b.give(c.base, other(o.codeOf(b)), c.h) })
			}
			again := func(what string) {
				t.Helper()
				step(what, done, func(b *browser, _ string) answer { return b.again(c.base, c.h) })
				page(what + ", then the page")
			}

			begin("asking for a code")
			page("page of the code")
			step("page of the password before the code", http.StatusSeeOther, func(b *browser, _ string) answer { return b.get(c.base + "/nouveau") })
			step("a password before the code", done, func(b *browser, _ string) answer { return b.choose(c.base, chosen, c.h) })
			step("no code", http.StatusUnprocessableEntity, func(b *browser, _ string) answer { return b.give(c.base, "", c.h) })
			again("sending again too early")
			for range portal.MostSends {
				o.Turn(portal.ResendAfter)
				again("sending again")
			}
			for range portal.CodeTries + 1 {
				wrongCode("a wrong code", http.StatusUnprocessableEntity)
			}
			page("page of a code that is used up")
			again("sending a code again that is used up")

			begin("asking for another code")
			o.Turn(portal.CodeLife)
			wrongCode("an expired code", http.StatusUnprocessableEntity)
			page("page of an expired code")
			again("sending an expired code again")

			begin("asking for a third code")
			for range portal.CodeTries {
				wrongCode("a wrong code", http.StatusUnprocessableEntity)
			}
			for n := range 8 { // beyond what may be asked for with the identifier, by either channel
				if n >= 1 {
					done = http.StatusTooManyRequests
				}
				begin("asking again and again")
				page("its page")
				o.Turn(time.Second)
			}
			wrongCode("an eleventh code", http.StatusUnprocessableEntity)
			o.Turn(portal.FlowLife)
			page2 := func(b *browser, _ string) answer { return b.get(c.base + "/code") }
			step("a flow that is over", http.StatusSeeOther, page2)
		})
	}
}
