package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
)

// One keyboard writes an accent with its letter, another behind it; the person sees the same word.
func TestAPasswordIsTheSameHoweverItsAccentsAreTyped(t *testing.T) {
	chosen := run.secret("password", "Pâté-de-forêt-2047")
	composed, decomposed := norm.NFC.String(chosen), run.secret("password", norm.NFD.String(chosen))
	o := openRecoverySite(t, local)
	for _, c := range []struct{ name, chosen, typed string }{
		{"chosen composed", composed, decomposed},
		{"chosen decomposed", decomposed, composed},
	} {
		o.given(reset).choose(reset, c.chosen).leads(t, c.name, "/mon-compte")
		o.take()
		for _, typed := range []string{c.typed, c.chosen} {
			o.browser().try(nathalie, typed).expect(t, c.name+", typed in one way and the other", http.StatusSeeOther, header{"Location": "/mon-compte"})
		}
		o.Turn(24 * time.Hour)
	}
	// The rules count what one sees: eleven characters, of which accents make sixteen.
	o.given(reset).choose(reset, norm.NFD.String("Pâté-éàô-47")).expect(t, "a short password", http.StatusUnprocessableEntity, nil)
	o.add("2850578006048", decomposed)
	o.browser().try("2850578006048", composed).expect(t, "a password that was imported", http.StatusSeeOther, header{"Location": "/mon-compte"})
}

func TestABlankAroundARefusedPasswordIsTold(t *testing.T) {
	const told = "commence ou finit par un espace"
	s := open(t, local)
	for typed, want := range map[string]bool{
		right + " ": true, " " + right: true, right + "\t": true, right + "\u00a0": true, "\u200b" + right: true, right + "\r\n": true,
		wrong: false, "deux mots " + wrong: false,
	} {
		for _, identifier := range []string{nathalie, nobody} {
			for _, h := range []header{nil, hx} {
				a := s.browser().try(identifier, typed, h)
				a.expect(t, "a wrong password", http.StatusUnauthorized, nil)
				if strings.Contains(a.body, told) != want {
					t.Errorf("%+q: the page says %v that there is a blank", typed, !want)
				}
			}
		}
		s = open(t, local) // as if nobody had tried yet
	}
	// The blank may be meant: a password is never trimmed.
	meant := run.secret("password", " "+right+" ")
	s.add("2850578006048", meant)
	b := s.browser()
	b.try("2850578006048", meant)
	if !b.isSignedIn() {
		t.Error("a password with blanks around it is refused")
	}
}
