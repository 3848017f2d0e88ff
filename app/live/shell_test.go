package live

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

func TestTheNoticeThatMattersMostIsShown(t *testing.T) {
	for name, row := range map[string]struct {
		status status
		want   notice
	}{
		"nothing":                          {status{}, nothing},
		"no network comes first":           {status{offline: true, update: true, busy: true}, offlineNotice},
		"the help is there without it":     {status{offline: true, helped: true, busy: true}, offlineHelpNotice},
		"the network is back":              {status{back: true, update: true}, backNotice},
		"a new version":                    {status{update: true, install: byPrompt}, updateNotice},
		"a new version waits for the form": {status{update: true, busy: true}, nothing},
		"a new version on a form's page":   {status{update: true, form: true}, updateNotice},
		"a new version put off":            {status{update: true, later: true}, nothing},
		"installing":                       {status{install: byPrompt}, promptNotice},
		"installing by hand":               {status{install: byHand}, byHandNotice},
		"installing is offered elsewhere":  {status{install: byPrompt, form: true}, nothing},
		"installing was refused":           {status{install: byPrompt, declined: true}, nothing},
	} {
		if got := row.status.notice(); got != row.want {
			t.Errorf("%s: %d, not %d", name, got, row.want)
		}
	}
}

// pressed notes what the buttons do.
type pressed struct{ what []string }

func (p *pressed) activate() { p.what = append(p.what, "activate") }
func (p *pressed) decline()  { p.what = append(p.what, "decline") }

func TestEveryNoticeHasItsWordsAndButtons(t *testing.T) {
	for want, s := range map[string]status{
		`Pas de connexion à internet`: {offline: true},
		`L’aide reste lisible.`:       {offline: true, helped: true},
		`Le réseau est revenu`:        {back: true},
		`>Mettre à jour<`:             {update: true},
		`>Plus tard<`:                 {update: true},
		`>Installer<`:                 {install: byPrompt},
		`>Non merci<`:                 {install: byPrompt},
		`« Sur l`:                     {install: byHand},
	} {
		got := app.HTMLString((&shell{status: s, actions: &pressed{}}).Render())
		if !strings.Contains(got, want) || !strings.Contains(got, `id="island"`) || strings.Contains(got, "style=") {
			t.Errorf("%+v is drawn as %s, without %q", s, got, want)
		}
		if region := strings.Index(got, `aria-live="polite"`); region < 0 || strings.Contains(got, "role=") || region > strings.Index(got, "<section") {
			t.Errorf("%+v: the region that is read aloud, which has no role of its own, does not come before the notice: %s", s, got)
		}
	}
}

func TestTheHelpIsPromisedOnlyWhereItIsKept(t *testing.T) {
	if got := app.HTMLString((&shell{status: status{offline: true}, actions: &pressed{}}).Render()); strings.Contains(got, "aide") {
		t.Errorf("without a service worker: %s", got)
	}
}

func TestWhoeverIsAtAFormIsNotTakenAwayByANewVersion(t *testing.T) {
	p := &pressed{}
	s := &shell{status: status{update: true, busy: true}, actions: p}
	s.accept(app.Context{}, app.Event{})
	s.status.busy = false
	s.accept(app.Context{}, app.Event{})
	if len(p.what) != 1 || p.what[0] != "activate" {
		t.Errorf("pressing twice, first at a form: %v", p.what)
	}
}

func TestANewNoticeIsReadAloudOnce(t *testing.T) {
	s := &shell{actions: &pressed{}}
	s.change(func(s *status) { s.offline = true }) // not mounted yet: said when it is
	s.tell(nothing)
	if s.status.said != "" {
		t.Errorf("said before anybody hears it: %q", s.status.said)
	}
	s.settled = true
	s.tell(nothing)
	if !strings.Contains(s.status.said, "Pas de connexion à internet") {
		t.Errorf("said %q", s.status.said)
	}
	s.status.said = ""
	s.tell(offlineNotice)
	if s.status.said != "" {
		t.Errorf("said again: %q", s.status.said)
	}
}
