package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/store/storetest"
)

// What people and operators do is found again, by account, and whoever changes it is found out.
func TestTheAuditLogTellsWhoDidWhat(t *testing.T) {
	all := people(2)
	d := deploy(t, storetest.SQLiteURL(t), all, cheap)
	s := d.serve(t, "MONCOMPTE_TRUSTED_PROXIES=") // so that the address is known
	b := newBrowser(t)
	b.guess(t, s.site, all[0])
	b.must(t, s.site+"/connexion", pair(all[0]))
	b.must(t, s.site+"/deconnexion", url.Values{})
	b.must(t, s.site+"/connexion", pair(all[1]))
	if err := s.stop(); err != nil { // which writes the log to its end
		t.Fatal(err)
	}
	d.run(t, all[0].identifier, "accounts", "disable", "-")

	shown := d.run(t, all[0].identifier, "audit", "show", "-")
	after := 0
	for _, want := range []string{"sign-in refused: wrong pair", "signed in", "signed out", "change=disabled operator="} {
		at := strings.Index(shown, want)
		if at < after {
			t.Errorf("%q is not shown in its place:\n%s", want, shown)
		}
		after = at
	}
	if n := strings.Count(shown, "signed in"); n != 1 || strings.Count(shown, "network ") != 3 {
		t.Errorf("%d sign-ins are shown, want this account's one, and where the three requests came from:\n%s", n, shown)
	}
	var whole []map[string]any
	for line := range strings.Lines(d.run(t, "", "audit", "export")) {
		var e map[string]any
		check.OK(t, json.Unmarshal([]byte(line), &e))
		whole = append(whole, e)
	}
	if len(whole) < 6 || whole[0]["kind"] != "operator" || whole[0]["what"] != "accounts imported" {
		t.Errorf("%d entries are exported, the first %v", len(whole), whole)
	}
	if out := d.run(t, "", "audit", "verify"); !strings.Contains(out, " 0 faults; the last is ") {
		t.Errorf("verified: %s", out)
	}
	check.OK(t, check.ErrOf(d.database(t).Exec(`UPDATE audit SET what = 'nothing' WHERE seq = 2`)))
	if out := d.refuses(t, "audit", "verify"); !strings.Contains(out, "entry 2 is not what was written") {
		t.Errorf("after a change: %s", out)
	}
	for _, leak := range logged.leaks() {
		t.Error("the audit log holds a secret:", leak)
	}
}

// A request that another site sends is refused, and leaves an entry.
func TestARefusedRequestIsInTheAuditLog(t *testing.T) {
	d := deploy(t, storetest.SQLiteURL(t), people(1), cheap)
	s := d.serve(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.site+"/deconnexion", nil)
	check.OK(t, err)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultClient.Do(r)
	check.OK(t, err)
	answer.Body.Close()
	check.OK(t, s.stop())
	if out := d.run(t, "", "audit", "export"); answer.StatusCode != http.StatusForbidden || !strings.Contains(out, "cross-origin request refused") {
		t.Errorf("status %d, log:\n%s", answer.StatusCode, out)
	}
}
