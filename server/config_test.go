package main

import (
	"strings"
	"testing"
)

func TestWhatIsKeptIsSetInDays(t *testing.T) {
	c, err := configured("MONCOMPTE_KEEP_SIGN_INS_DAYS=90", "MONCOMPTE_KEEP_BROWSERS_DAYS=100", "MONCOMPTE_KEEP_LINKS_DAYS=110",
		"MONCOMPTE_KEEP_MESSAGES_DAYS=12", "MONCOMPTE_KEEP_AUDIT_DAYS=180")
	if got := c.Kept; err != nil || got.SignIns != 90*day || got.Browsers != 100*day || got.Links != 110*day || got.Messages != 12*day || got.Audit != 180*day {
		t.Errorf("%+v (%v)", got, err)
	}
	for _, wrong := range []string{"KEEP_SIGN_INS_DAYS=0", "KEEP_BROWSERS_DAYS=29", "KEEP_BROWSERS_DAYS=401", "KEEP_LINKS_DAYS=1y", "KEEP_MESSAGES_DAYS=2",
		"KEEP_AUDIT_DAYS=29"} {
		name, _, _ := strings.Cut(wrong, "=")
		if _, err := configured("MONCOMPTE_" + wrong); err == nil || !strings.HasPrefix(err.Error(), "MONCOMPTE_"+name+": must be a number between ") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
