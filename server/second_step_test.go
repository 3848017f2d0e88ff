package main

import (
	"net/http"
	"testing"

	"moncompte/server/store/storetest"
)

// Whoever sets nothing has the second step; in dev mode alone it is off.
func TestASecondStepIsAskedForByItself(t *testing.T) {
	all := people(1)
	d := deploy(t, storetest.SQLiteURL(t), all, cheap)
	for _, c := range []struct{ leads, dev, rule string }{
		{"/connexion/code", "", ""},
		{"/mon-compte", "", "off"},
		{"/mon-compte", "1", ""},
		{"/connexion/code", "1", "always"},
	} {
		s := d.serve(t, "MONCOMPTE_DEV="+c.dev, "MONCOMPTE_SECOND_STEP="+c.rule)
		a := newBrowser(t).signIn(t, s.site, all[0])
		if a.status != http.StatusSeeOther || a.header.Get("Location") != c.leads {
			t.Errorf("dev %q, rule %q: status %d, to %q, want %q", c.dev, c.rule, a.status, a.header.Get("Location"), c.leads)
		}
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	}
}
