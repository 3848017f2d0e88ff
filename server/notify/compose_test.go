package notify

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

var caf = Composer{OrgName: "Caf", Phone: "32 30", Host: "moncompte.caf.fr"}

// quarterPast is 14 h 15 in Paris.
var quarterPast = time.Date(2026, 3, 1, 13, 15, 59, 0, time.UTC)

func TestACodeSMSTakesOneSegmentAndEndsWithTheLineThatPhonesRead(t *testing.T) {
	writers := []Composer{caf, {Host: "localhost"}, {OrgName: "Caf de la Côte-d’Or – Dijon", Phone: "32 30", Host: "connexion.moncompte.allocations-familiales.gouv.fr"}}
	for _, w := range writers {
		for _, purpose := range []portal.Purpose{portal.Reset, portal.First, portal.Proof, portal.Second, portal.Contact, portal.Confirmation} {
			for _, asked := range []portal.Channel{portal.SMS, portal.Email} {
				c := w.Code(portal.SMS, asked, keys.NewSecret("012345"), purpose, quarterPast, "N 57")
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
				if !strings.Contains(text, "Valable jusqu'à 14 h 15 (Paris).") && len(w.Host) < 40 {
					t.Errorf("not until when: %s", text)
				}
				if !strings.Contains(text, "Ne le donnez à personne") {
					t.Errorf("no warning: %s", text)
				}
				if told := strings.Contains(text, "Pas d'adresse mail"); told != (asked == portal.Email) {
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
	text := Composer{Host: host}.Code(portal.SMS, portal.SMS, keys.NewSecret("123456"), portal.Reset, quarterPast, "N 57").Text.Reveal()
	if !strings.HasSuffix(text, "\n@"+host+" #123456") {
		t.Errorf("got %q", text)
	}
}

func TestACodeEmailSaysWhatAPersonNeeds(t *testing.T) {
	for purpose, word := range map[portal.Purpose]string{portal.Reset: "nouveau mot de passe", portal.First: "créer votre mot de passe", portal.Proof: "FranceConnect", portal.Second: "vous connecter",
		portal.Contact: "recevoir ici", portal.Confirmation: "confirmer que c’est bien vous"} {
		c := caf.Code(portal.Email, portal.Email, keys.NewSecret("012345"), purpose, quarterPast, "N 57")
		if !strings.HasPrefix(c.Subject.Reveal(), "012345 ") {
			t.Errorf("subject %q", c.Subject.Reveal())
		}
		for _, part := range []string{c.Text.Reveal(), c.HTML.Reveal()} {
			for _, want := range []string{"012345", word, "jusqu’à 14\u00a0h\u00a015 (heure de Paris)", "à personne", "rien demandé\u00a0?", "32 30", "Mon Compte, Caf"} {
				if !strings.Contains(part, want) {
					t.Errorf("%q missing in\n%s", want, part)
				}
			}
		}
	}
}

func TestAnEmailSaysThatTheChosenChannelIsNotOnFile(t *testing.T) {
	said := caf.Code(portal.Email, portal.SMS, keys.NewSecret("1"), portal.Reset, quarterPast, "N 57").Text.Reveal()
	silent := caf.Code(portal.Email, portal.Email, keys.NewSecret("1"), portal.Reset, quarterPast, "N 57").Text.Reveal()
	if !strings.Contains(said, "choisi le SMS") || strings.Contains(silent, "SMS") {
		t.Errorf("said:\n%s\nsilent:\n%s", said, silent)
	}
}

var french = regexp.MustCompile(`[^\x{a0}][:;?!]|«[^\x{a0}]|[^\x{a0}]»|'`)

func TestEmailsFollowFrenchTypographyAndHoldNoLink(t *testing.T) {
	at := time.Date(2026, 3, 1, 13, 5, 0, 0, time.UTC)
	for _, c := range []portal.Content{
		caf.Code(portal.Email, portal.SMS, keys.NewSecret("123456"), portal.Reset, quarterPast, "N 57"),
		Composer{Host: "x.fr"}.Code(portal.Email, portal.Email, keys.NewSecret("123456"), portal.First, quarterPast, "N 57"),
		caf.Code(portal.Email, portal.Email, keys.NewSecret("123456"), portal.Confirmation, quarterPast, "N 57"),
		caf.PasswordChanged(portal.Email, at),
		caf.SignedIn(portal.Email, at, 7),
		caf.ContactRemoved(portal.Email, at),
		caf.NewBrowser(portal.Email, at, "Firefox/Android"),
		caf.Tried(portal.Email, at, 100),
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
		got  portal.Content
		want []string
	}{
		{caf.PasswordChanged(portal.Email, winter), []string{"le 1er mars 2026 à 14\u00a0h\u00a005 (heure de Paris)", "Ce n’était pas vous", "appelez le 32 30"}},
		{caf.SignedIn(portal.Email, summer, 7), []string{"le 16 août 2026 à 0\u00a0h\u00a030", "7\u00a0essais", "nouveau mot de passe"}},
		{caf.NewBrowser(portal.Email, winter, "Firefox/Android"), []string{"le 1er mars 2026 à 14\u00a0h\u00a005", "ne connaissons pas\u00a0: Firefox sur Android.", "rien à faire", "nouveau mot de passe", "32 30"}},
		{caf.NewBrowser(portal.Email, winter, ""), []string{"que nous ne connaissons pas."}},
		{caf.NewBrowser(portal.SMS, winter, "Samsung Internet/Chromebook"), []string{"le 01/03 à 14h05, Samsung Internet sur Chromebook.", "Ce n'est pas vous ?"}},
		{caf.Tried(portal.Email, winter, 100), []string{"100\u00a0mauvais mots de passe", "le 1er mars 2026 à 14\u00a0h\u00a005", "rien à faire", "FranceConnect ou une clé d’accès", "à personne"}},
		{caf.Tried(portal.SMS, winter, 100), []string{"100 essais refusés", "le 01/03 à 14h05", "Vous n'avez rien à faire."}},
		{caf.PasswordChanged(portal.SMS, winter), []string{"le 01/03 à 14h05", "Ce n'est pas vous ?", `"Mot de passe oublié ?"`, "32 30"}},
		{caf.SignedIn(portal.SMS, summer, 7), []string{"le 16/08 à 0h30", "7 essais", "32 30"}},
		{Composer{}.PasswordChanged(portal.SMS, winter), []string{"appelez votre organisme"}},
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

// What a telephone shows of a message that nobody has opened is some 35 characters.
func TestANoticeSaysTheNewsInItsFirst35Characters(t *testing.T) {
	at := time.Date(2026, 11, 22, 13, 5, 0, 0, time.UTC)
	for _, r := range []struct {
		compose    func(portal.Channel) portal.Content
		sms, email string
	}{
		{func(c portal.Channel) portal.Content { return caf.PasswordChanged(c, at) }, "mot de passe changé", "mot de passe a changé"},
		{func(c portal.Channel) portal.Content { return caf.SignedIn(c, at, 12) }, "connexion réussie", "Connexion après des essais manqués"},
		{func(c portal.Channel) portal.Content { return caf.NewBrowser(c, at, "Edge/Windows") }, "nouvelle connexion", "Nouvelle connexion"},
		{func(c portal.Channel) portal.Content { return caf.Tried(c, at, 100) }, "essais refusés", "essais refusés"},
		{func(c portal.Channel) portal.Content { return caf.ContactChanged(c, at, portal.Email) }, "adresse mail changée", "adresse mail a changé"},
		{func(c portal.Channel) portal.Content { return caf.ContactChanged(c, at, portal.SMS) }, "mobile changé", "mobile a changé"},
		{func(c portal.Channel) portal.Content { return caf.ContactRemoved(c, at) }, "ce numéro est retiré", "Cette adresse mail est retirée"},
		{func(c portal.Channel) portal.Content { return caf.Linked(c, at) }, "FranceConnect relié", "FranceConnect ouvre votre compte"},
		{func(c portal.Channel) portal.Content { return caf.Unlinked(c, at) }, "FranceConnect retiré", "FranceConnect supprimé"},
		{func(c portal.Channel) portal.Content { return caf.Lost(c, at) }, "FranceConnect déplacé", "FranceConnect ouvre un autre compte"},
		{func(c portal.Channel) portal.Content { return caf.PasskeyAdded(c, at) }, "accès ajoutée", "Nouvelle clé d’accès"},
		{func(c portal.Channel) portal.Content { return caf.PasskeyRemoved(c, at) }, "accès retirée", "Clé d’accès supprimée"},
	} {
		for text, news := range map[string]string{r.compose(portal.SMS).Text.Reveal(): r.sms, r.compose(portal.Email).Subject.Reveal(): r.email} {
			if runes := []rune(text); !strings.Contains(string(runes[:min(35, len(runes))]), news) {
				t.Errorf("%q does not say %q in time", text, news)
			}
		}
	}
	// The table has every notice that there is.
	notices := 0
	for _, kind := range []reflect.Type{reflect.TypeFor[portal.Composer](), reflect.TypeFor[portal.LinkComposer](), reflect.TypeFor[portal.PasskeyComposer]()} {
		for method := range kind.NumMethod() {
			if kind.Method(method).Name != "Code" {
				notices++
			}
		}
	}
	if notices != 11 { // one of them in two forms
		t.Errorf("there are %d notices, and 11 in the table", notices)
	}
}

func TestAnOrganisationNameCannotBreakOut(t *testing.T) {
	hostile := Composer{OrgName: "Caf\r\nBcc: x@example.org <script>alert(1)</script>", Phone: "1\n2", Host: "x.fr"}
	c := hostile.Code(portal.Email, portal.Email, keys.NewSecret("123456"), portal.Reset, quarterPast, "N 57")
	if strings.Contains(c.HTML.Reveal(), "<script") || strings.Contains(c.Text.Reveal(), "\nBcc") || strings.ContainsAny(c.Subject.Reveal(), "\r\n") {
		t.Errorf("broke out:\n%s\n%s", c.Text.Reveal(), c.HTML.Reveal())
	}
	sms := hostile.Code(portal.SMS, portal.SMS, keys.NewSecret("123456"), portal.Reset, quarterPast, "N 57").Text.Reveal()
	if strings.Count(sms, "\n") != 1 {
		t.Errorf("lines added: %q", sms)
	}
}

// A limit of the portal that changes leaves no old figure in a message: none has one of its own but the code and the phone.
func TestAMessageHasOnlyTheFiguresThatItIsGiven(t *testing.T) {
	at, digit := time.Date(2031, 7, 28, 9, 46, 0, 0, time.UTC), regexp.MustCompile(`[0-9]+`)
	given := "8135792 19 28 7 07 2031 11 46 32 30" // code, failures, the time in Paris and the phone
	for _, channel := range []portal.Channel{portal.SMS, portal.Email} {
		for _, content := range []portal.Content{
			caf.Code(channel, portal.SMS, keys.NewSecret("8135792"), portal.Reset, at, ""),
			caf.Code(channel, portal.Email, keys.NewSecret("8135792"), portal.First, at, ""),
			caf.PasswordChanged(channel, at), caf.SignedIn(channel, at, 19), caf.NewBrowser(channel, at, "Safari/iPhone"), caf.Tried(channel, at, 19), caf.ContactRemoved(channel, at), caf.Linked(channel, at), caf.Unlinked(channel, at), caf.Lost(channel, at),
		} {
			for _, figure := range digit.FindAllString(content.Subject.Reveal()+" "+content.Text.Reveal(), -1) {
				if !slices.Contains(strings.Fields(given), figure) {
					t.Errorf("the figure %s in\n%s", figure, content.Text.Reveal())
				}
			}
		}
	}
}
