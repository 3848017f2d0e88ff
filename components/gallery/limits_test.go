package gallery_test

import (
	"strings"
	"testing"
	"time"

	"moncompte/app/limits"
	"moncompte/components/gallery"
)

// Each figure is said on some page, and changes on every page when the limit does.
func TestALimitThatChangesLeavesNoOldFigureOnAnyPage(t *testing.T) {
	other := page
	other.Limits = limits.Limits{CodeDigits: 8, CodeLife: 13 * time.Minute, CodeSends: 4, Remember: 33 * 24 * time.Hour, LinkingLife: 17 * time.Minute, Idle: 41 * time.Minute, Shared: 18 * time.Minute,
		Passkeys: 12, ProofLife: 19 * time.Minute}
	all := func(of []gallery.Story) string {
		var b strings.Builder
		for _, s := range of {
			b.Write(render(t, s))
		}
		return strings.ReplaceAll(b.String(), "\u00a0", " ")
	}
	before, after := all(gallery.Stories(page)), all(gallery.Stories(other))
	for limit, said := range map[string][2]string{
		"the digits of a code":          {"6 chiffres", "8 chiffres"},
		"the digits that are lacking":   {"le code en a 6.", "le code en a 8."},
		"the life of a code":            {"10 minutes", "13 minutes"},
		"the messages with a code":      {"3 fois", "4 fois"},
		"the time to prove an account":  {"15 minutes", "17 minutes"},
		"the session without activity":  {"30 minutes", "41 minutes"},
		"the passkeys of an account":    {"10 clés d’accès", "12 clés d’accès"},
		"the life of a proof":           {"11 minutes", "19 minutes"},
		"the session that is shared":    {"14 minutes", "18 minutes"},
		"a browser that is remembered":  {"30 jours", "33 jours"},
		"a code that is over was valid": {"valable 10 minutes", "valable 13 minutes"},
	} {
		if !strings.Contains(before, said[0]) || !strings.Contains(after, said[1]) {
			t.Errorf("%s: no page says %q and then %q", limit, said[0], said[1])
		}
		if strings.Contains(after, said[0]) {
			t.Errorf("%s has changed, and a page still says %q", limit, said[0])
		}
	}
}
