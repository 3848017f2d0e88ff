package notify

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var caf = Writer{OrgName: "Caf", Phone: "32 30", Host: "moncompte.caf.fr"}

func TestACodeSMSTakesOneSegmentAndEndsWithTheLineThatPhonesRead(t *testing.T) {
	writers := []Writer{caf, {Host: "localhost"}, {OrgName: "Caf de la Côte-d’Or – Dijon", Phone: "32 30", Host: "connexion.moncompte.allocations-familiales.gouv.fr"}}
	for _, w := range writers {
		for _, purpose := range []Purpose{Reset, First, Link} {
			for _, asked := range []Channel{SMS, Email} {
				c := CodeMessage(SMS, Code{Digits: "012345", Purpose: purpose, Minutes: 10, Asked: asked}, w)
				text := c.Text.Reveal()
				n, ok := septets(text)
				if !ok || n > gsmAlone {
					t.Errorf("%d septets, GSM %v:\n%s", n, ok, text)
				}
				if lines := strings.Split(text, "\n"); lines[len(lines)-1] != "@"+w.Host+" #012345" {
					t.Errorf("last line %q", lines[len(lines)-1])
				}
				if !strings.HasPrefix(text, "012345 ") {
					t.Errorf("the code is not first: %s", text)
				}
				if !strings.Contains(text, "Ne le donnez à personne") {
					t.Errorf("no warning: %s", text)
				}
				if told := strings.Contains(text, "Pas d'adresse mail"); told != (asked == Email) {
					t.Errorf("asked %s, told %v: %s", asked, told, text)
				}
				if !c.HTML.IsZero() || !c.Subject.IsZero() {
					t.Error("an SMS has neither subject nor HTML")
				}
			}
		}
	}
}

func TestAHugeHostStillGetsItsWholeLastLine(t *testing.T) {
	host := strings.Repeat("sous.", 40) + "example.fr"
	text := CodeMessage(SMS, Code{Digits: "123456", Minutes: 10}, Writer{Host: host}).Text.Reveal()
	if !strings.HasSuffix(text, "\n@"+host+" #123456") {
		t.Errorf("got %q", text)
	}
}

func TestACodeEmailSaysWhatAPersonNeeds(t *testing.T) {
	for purpose, word := range map[Purpose]string{Reset: "nouveau mot de passe", First: "créer votre mot de passe", Link: "FranceConnect"} {
		c := CodeMessage(Email, Code{Digits: "012345", Purpose: purpose, Minutes: 10, Asked: Email}, caf)
		if !strings.HasPrefix(c.Subject.Reveal(), "012345 ") {
			t.Errorf("subject %q", c.Subject.Reveal())
		}
		for _, part := range []string{c.Text.Reveal(), c.HTML.Reveal()} {
			for _, want := range []string{"012345", word, "10\u00a0minutes", "à personne", "rien demandé\u00a0?", "32 30", "Mon Compte, Caf"} {
				if !strings.Contains(part, want) {
					t.Errorf("%q missing in\n%s", want, part)
				}
			}
		}
	}
}

func TestAnEmailSaysThatTheChosenChannelIsNotOnFile(t *testing.T) {
	said := CodeMessage(Email, Code{Digits: "1", Asked: SMS}, caf).Text.Reveal()
	silent := CodeMessage(Email, Code{Digits: "1", Asked: Email}, caf).Text.Reveal()
	if !strings.Contains(said, "choisi le SMS") || strings.Contains(silent, "SMS") {
		t.Errorf("said:\n%s\nsilent:\n%s", said, silent)
	}
}

var french = regexp.MustCompile(`[^\x{a0}][:;?!]|«[^\x{a0}]|[^\x{a0}]»|'`)

func TestEmailsFollowFrenchTypographyAndHoldNoLink(t *testing.T) {
	at := time.Date(2026, 3, 1, 13, 5, 0, 0, time.UTC)
	for _, c := range []Content{
		CodeMessage(Email, Code{Digits: "123456", Minutes: 1, Asked: SMS}, caf),
		CodeMessage(Email, Code{Digits: "123456", Minutes: 10, Purpose: First}, Writer{Host: "x.fr"}),
		PasswordChangedNotice(Email, at, caf),
		SignInNotice(Email, at, 7, caf),
	} {
		if wrong := french.FindString(c.Text.Reveal()); wrong != "" {
			t.Errorf("typography: %q in\n%s", wrong, c.Text.Reveal())
		}
		for _, part := range []string{c.Subject.Reveal(), c.Text.Reveal(), c.HTML.Reveal()} {
			if regexp.MustCompile(`(?i)https?:|www\.|href|src=|caf\.fr`).MatchString(part) {
				t.Errorf("a link in\n%s", part)
			}
			if !utf8.ValidString(part) {
				t.Error("not UTF-8")
			}
		}
	}
}

func TestANoticeSaysWhenInTheTimeOfParisAndWhatToDo(t *testing.T) {
	winter, summer := time.Date(2026, 3, 1, 13, 5, 0, 0, time.UTC), time.Date(2026, 8, 15, 22, 30, 0, 0, time.UTC)
	rows := []struct {
		got  Content
		want []string
	}{
		{PasswordChangedNotice(Email, winter, caf), []string{"le 1er mars 2026 à 14\u00a0h\u00a005 (heure de Paris)", "Ce n’était pas vous", "appelez le 32 30"}},
		{SignInNotice(Email, summer, 7, caf), []string{"le 16 août 2026 à 0\u00a0h\u00a030", "7 essais", "nouveau mot de passe"}},
		{PasswordChangedNotice(SMS, winter, caf), []string{"le 01/03 à 14h05", "Ce n'est pas vous ?", `"Mot de passe oublié ?"`, "32 30"}},
		{SignInNotice(SMS, summer, 7, caf), []string{"le 16/08 à 0h30", "7 essais", "32 30"}},
		{PasswordChangedNotice(SMS, winter, Writer{}), []string{"appelez votre organisme"}},
	}
	for _, r := range rows {
		for _, want := range r.want {
			if !strings.Contains(r.got.Text.Reveal(), want) {
				t.Errorf("%q missing in\n%s", want, r.got.Text.Reveal())
			}
		}
		if r.got.HTML.IsZero() {
			if n, ok := septets(r.got.Text.Reveal()); !ok || n > gsmAlone {
				t.Errorf("%d septets, GSM %v: %s", n, ok, r.got.Text.Reveal())
			}
		}
	}
}

func TestAnOrganisationNameCannotBreakOut(t *testing.T) {
	hostile := Writer{OrgName: "Caf\r\nBcc: x@example.org <script>alert(1)</script>", Phone: "1\n2", Host: "x.fr"}
	c := CodeMessage(Email, Code{Digits: "123456", Minutes: 10}, hostile)
	if strings.Contains(c.HTML.Reveal(), "<script") || strings.Contains(c.Text.Reveal(), "\nBcc") || strings.ContainsAny(c.Subject.Reveal(), "\r\n") {
		t.Errorf("broke out:\n%s\n%s", c.Text.Reveal(), c.HTML.Reveal())
	}
	sms := CodeMessage(SMS, Code{Digits: "123456", Minutes: 10}, hostile).Text.Reveal()
	if strings.Count(sms, "\n") != 1 {
		t.Errorf("lines added: %q", sms)
	}
}
