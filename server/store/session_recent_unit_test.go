package store

import (
	"testing"
	"time"

	"moncompte/server/portal"
)

func TestWhatEndsWhileItIsReadIsNotRemembered(t *testing.T) {
	began := time.Now()
	later := began.Add(time.Millisecond)
	for _, name := range []string{"token", "account"} {
		var r recent
		r.forget(later, name)
		r.keep(portal.SessionRow{Token: "token", Account: "account", Expires: began.Add(time.Hour)}, began) // the read began before the end
		if _, ok := r.get("token", later); ok {
			t.Errorf("%s: it opens after its end", name)
		}
	}
}

func TestWhatIsRememberedIsGoneAMomentLater(t *testing.T) {
	began := time.Now()
	for what, c := range map[string]struct {
		now   time.Time
		lasts time.Duration
		opens bool
	}{
		"in time":             {began.Add(recentFor - 1), time.Hour, true},
		"too late":            {began.Add(recentFor), time.Hour, false},
		"of a machine asleep": {began.Round(0).Add(recentFor), time.Hour, false}, // its other clock stood still
		"past its own end":    {began.Add(time.Millisecond), time.Millisecond, false},
	} {
		var r recent
		r.keep(portal.SessionRow{Token: "token", Expires: began.Add(c.lasts)}, began)
		if _, opens := r.get("token", c.now); opens != c.opens {
			t.Errorf("%s: it opens: %t", what, opens)
		}
	}
	var r recent
	for i := range 1000 {
		at := began.Add(time.Duration(i) * recentFor)
		r.keep(portal.SessionRow{Token: string(rune(i))}, at)
		r.forget(at, string(rune(i)))
	}
	if len(r.kept)+len(r.ended) > 4 {
		t.Errorf("%d sessions and %d ends are kept for ever", len(r.kept), len(r.ended))
	}
}
