package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"moncompte/server/check"
	"moncompte/server/store/storetest"
)

const (
	alerts    = "../docs/operations/alerts.yml"
	dashboard = "../docs/operations/dashboard.json"
)

// Rules and panels ask for what a server really shows: by names, labels and values that are there.
func TestAlertsAndPanelsAskForWhatThereIs(t *testing.T) {
	all := people(2)
	s := deploy(t, storetest.SQLiteURL(t), all, cheap).serve(t, "MONCOMPTE_METRICS_LISTEN=127.0.0.1:0")
	b := newBrowser(t)
	b.guess(t, s.site, all[0])
	b.signIn(t, s.site, all[1])
	shown := b.get(t, s.metrics+"/metrics").body
	for _, want := range []string{
		`moncompte_events_total{event="sign-in",method="password",outcome="",purpose="",what="sign-in refused: wrong pair"} 1`,
		`moncompte_events_total{event="sign-in",method="password",outcome="",purpose="",what="signed in"} 1`,
		"moncompte_database_up 1", "moncompte_sessions 1", "moncompte_audit_lost_total 0",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s is not in\n%s", want, shown)
		}
	}
	metric := regexp.MustCompile(`\b(moncompte_[a-z_]+)(?:\{([^}]*)\})?`)
	label := regexp.MustCompile(`([a-z]+)=~?"`)
	for _, file := range []string{alerts, dashboard} {
		text, err := os.ReadFile(file)
		check.OK(t, err)
		asked := metric.FindAllStringSubmatch(strings.ReplaceAll(string(text), `\"`, `"`), -1)
		if len(asked) < 10 {
			t.Fatalf("%s asks for %d metrics", file, len(asked))
		}
		for _, m := range asked {
			at := strings.Index(shown, "\n"+m[1])
			if at < 0 {
				t.Errorf("%s asks for %s, which is not shown", file, m[1])
				continue
			}
			line, _, _ := strings.Cut(shown[at+1:], "\n")
			for _, l := range label.FindAllStringSubmatch(m[2], -1) {
				if !strings.Contains(line, l[1]+`="`) {
					t.Errorf("%s asks for %s by %s, which it does not have: %s", file, m[1], l[1], line)
				}
			}
		}
	}
}

func TestAlertRulesAreSound(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed: on Debian it is in the package prometheus")
	}
	if out, err := exec.CommandContext(t.Context(), promtool, "check", "rules", alerts).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// Every panel has a place of its own and a question.
func TestTheDashboardIsSound(t *testing.T) {
	text, err := os.ReadFile(dashboard)
	check.OK(t, err)
	var d struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr string }
		}
	}
	check.OK(t, json.Unmarshal(text, &d))
	var places []any
	for _, p := range d.Panels {
		if p.Title == "" || len(p.Targets) != 1 || p.Targets[0].Expr == "" || p.GridPos.X+p.GridPos.W > 24 || slices.Contains(places, any(p.GridPos)) {
			t.Errorf("panel %d: %+v", p.ID, p)
		}
		places = append(places, p.GridPos)
	}
	if len(places) < 10 {
		t.Errorf("%d panels", len(places))
	}
}

// A command that a page names is one that there is.
func TestEveryCommandOfThePagesExists(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Name("moncompte"))
	check.OK(t, err)
	known := map[string]bool{}
	for _, leaf := range parser.Model.Leaves(false) {
		known[strings.TrimPrefix(leaf.FullPath(), "moncompte ")] = true
	}
	named := regexp.MustCompile("`moncompte ([a-z-]+)( [a-z-]+)?[ `\\\\]")
	pages, err := filepath.Glob("../docs/*.md")
	check.OK(t, err)
	found := 0
	for _, page := range append(pages, "../README.md") {
		text, err := os.ReadFile(page)
		check.OK(t, err)
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			found++
			if !known[m[1]] && !known[m[1]+m[2]] {
				t.Errorf("%s names %s, which is no command", page, m[0])
			}
		}
	}
	if found < 30 {
		t.Errorf("%d commands are named", found)
	}
}
