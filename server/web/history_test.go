package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRefusedTriesAreShownToTheOwnerAndNobodyElse(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.signIn(nathalie, right)
	o.Turn(time.Minute)
	for range 3 {
		o.browser().try(nathalie, wrong)
		o.Turn(time.Second)
	}
	stranger, _ := o.begun("/mot-de-passe-oublie")
	o.Turn(time.Minute)
	stranger.give("/mot-de-passe-oublie", "000001")
	o.Turn(time.Minute)
	b.try(nathalie, wrong)
	page := b.get(mySecurity)
	page.says(t, "the page", "avec un mauvais mot de passe, sur un autre appareil", "3\u00a0fois de suite", "avec un code faux", "avec un mauvais mot de passe, sur cet appareil")
	if got := strings.Count(page.body, ">Refusé<"); got != 3 {
		t.Errorf("%d lines of refused tries, want one for each kind", got)
	}
	other := o.browser()
	other.signIn(jean, jeans)
	if strings.Contains(other.get(mySecurity).body, ">Refusé<") {
		t.Error("another person's page shows them")
	}
}

func TestTheHistoryHasTenLinesAPage(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	for n := range 12 { // two kinds in turn, so that each is a line of its own
		o.Turn(time.Minute)
		if n%2 == 0 {
			b.signIn(nathalie, right)
		} else {
			o.browser().signIn(nathalie, right)
		}
	}
	lines := func(path string) int {
		t.Helper()
		a := b.get(path)
		a.expect(t, path, http.StatusOK, nil)
		_, list, _ := strings.Cut(a.body, `id="connexions"`)
		list, _, _ = strings.Cut(list, "</section>")
		return strings.Count(list, "<li><p>")
	}
	b.get(mySecurity).says(t, "the first page", "Page 1 sur 2", `href="/mon-compte/securite?page=2#connexions"`)
	b.get(mySecurity+"?page=2").says(t, "the second page", "Page 2 sur 2", `href="/mon-compte/securite?page=1#connexions"`)
	for path, want := range map[string]int{"": 10, "?page=1": 10, "?page=2": 2, "?page=3": 10, "?page=0": 10, "?page=-1": 10, "?page=x": 10, "?page=99999999999999999999": 10} {
		if got := lines(mySecurity + path); got != want {
			t.Errorf("%s: %d lines, want %d", path, got, want)
		}
	}
}
