package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"moncompte/server/portal"
)

// form is the form's name that the page of a code has.
func (a answer) form(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`name="pour" value="([^"]{8})"`).FindStringSubmatch(a.body)
	if found == nil {
		t.Fatalf("the page does not say of which flow it is: %s", a.body)
	}
	return found[1]
}

// Two people, one telephone, one browser: the messages and the pages say which code is whose, and a code that is sent from the page of
// the other number is not tried on this one.
func TestTwoNumbersInOneBrowserAreToldApart(t *testing.T) {
	o := openRecoverySite(t, local)
	b := o.browser()
	codes, forms := map[string]string{}, map[string]string{}
	for _, who := range []struct{ number, whose, end string }{{nathalie, "N 57", "57"}, {jean, "J 48", "48"}} {
		b.ask(reset, who.number, "sms").leads(t, "the number", reset+"/code")
		messages := o.take()
		if len(messages) != 1 || !strings.Contains(messages[0].Text.Reveal(), " est le code Mon Compte de "+who.whose+" ") {
			t.Fatalf("%s: %d messages, %s", who.whose, len(messages), messages[0].Text.Reveal())
		}
		page := b.get(reset + "/code")
		page.says(t, "the page", "Vous avez saisi un numéro de sécurité sociale qui finit par "+who.end+".")
		codes[who.end], forms[who.end] = codeIn(t, messages[0]), page.form(t)
	}
	if forms["57"] == forms["48"] {
		t.Fatal("the forms of two numbers have one name")
	}
	for range portal.CodeTries + 1 {
		b.do(http.MethodPost, reset+"/code", url.Values{"code": {codes["57"]}, "pour": {forms["57"]}}).leads(t, "from the page of the other number", reset+"/code")
		b.get(reset+"/code").says(t, "the page", "n’a pas été essayé", "finit par 48")
	}
	b.do(http.MethodPost, reset+"/code", url.Values{"code": {codes["48"]}, "pour": {forms["48"]}}).leads(t, "from its own page", reset+"/nouveau")
}

// The page is the same for a number without an account, and its message is to nobody.
func TestTheEndOfTheNumberTellsNothingOfAnAccount(t *testing.T) {
	o := openRecoverySite(t, local)
	b := o.browser()
	b.ask(reset, "2910133063021", "sms").leads(t, "the number", reset+"/code")
	b.get(reset+"/code").says(t, "the page", "Vous avez saisi un numéro de sécurité sociale qui finit par 21.")
	if len(o.take()) != 0 {
		t.Error("a message was sent")
	}
}
