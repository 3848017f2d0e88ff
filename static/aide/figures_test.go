package aide

import (
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/app/limits"
	catalogue "moncompte/app/words"
	"moncompte/server/portal"
)

// otherLimits has another figure for each limit, none of which is the standard one of any.
var otherLimits = limits.Limits{
	CodeDigits: 4, CodeLife: 13 * time.Minute, CodeTries: 4, CodeSends: 9, ResendAfter: 75 * time.Second, SMSDay: 7, SendEvery: 19 * time.Minute,
	PasswordMin: 11, PasswordMax: 333, PasswordGrace: 21 * time.Minute, LinkingLife: 23 * time.Minute,
	FreeAttempts: 8, FirstWait: 3 * time.Minute, MaxWait: 5 * time.Hour,
	Idle: 41 * time.Minute, Lifetime: 11 * time.Hour, WayLife: 43 * time.Minute,
	Kept: limits.Kept{SignIns: 51 * day, Browsers: 52 * day, Links: 53 * day, Messages: 54 * day, Audit: 55 * day},
}

const day = 24 * time.Hour

// texts are all that the help says: pages with their drawings, titles and descriptions, with plain spaces.
func texts(h *Help) string {
	var b strings.Builder
	for _, t := range topics(h) {
		b.WriteString(t.Title + "\n" + t.Short + "\n" + t.Description + "\n" + t.Keywords + "\n" + tag.ReplaceAllString(t.HTML, " $0 ") + t.HTML)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestALimitThatChangesLeavesNoOldFigureInTheHelp(t *testing.T) {
	plain := func(l limits.Limits) (said []string) {
		for name, figure := range figures(l, catalogue.French) {
			said = append(said, name+" "+strings.Join(strings.Fields(figure), " "))
		}
		slices.Sort(said)
		return said
	}
	standard, other := texts(mustLoad(t, Options{FranceConnect: true, Limits: portal.StandardLimits})), texts(mustLoad(t, Options{FranceConnect: true, Limits: otherLimits}))
	before, after := plain(portal.StandardLimits), plain(otherLimits)
	for i := range before {
		name, old, _ := strings.Cut(before[i], " ")
		_, now, _ := strings.Cut(after[i], " ")
		if !strings.Contains(standard, old) || !strings.Contains(other, now) {
			t.Errorf("no page says %s, %q and then %q", name, old, now)
		}
		if strings.Contains(other, " "+old) {
			t.Errorf("%s has changed, and a page still says %q", name, old)
		}
	}
	for _, spelt := range []string{"une minute", "une heure", "deux minutes", "trois fois", "cinq essais", "six chiffres", "douze caractères"} {
		if strings.Contains(standard, spelt) {
			t.Errorf("a page says %q in letters", spelt)
		}
	}
}

func TestAHelpWithoutLimitsIsRefused(t *testing.T) {
	if _, err := Load(Options{OrgName: "Caf"}); err == nil {
		t.Error("pages without figures were accepted")
	}
}
