package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/store/storetest"
)

func TestAnOperatorFollowsACodeWithoutSeeingWhoseItIs(t *testing.T) {
	var broke atomic.Bool
	broke.Store(true)
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if broke.Load() {
			w.WriteHeader(http.StatusPaymentRequired)
			return
		}
		io.WriteString(w, `{"id": "ref-7"}`)
	}))
	defer gateway.Close()
	all := people(2)
	d := deploy(t, storetest.SQLiteURL(t), all, cheap)
	d.env = append(d.env, "MONCOMPTE_SMS_URL="+strings.Replace(gateway.URL, "//", "//u:p@", 1))
	s := d.serve(t)
	ask := func(p person) {
		t.Helper()
		newBrowser(t).post(t, s.site+"/mot-de-passe-oublie", url.Values{"identifiant": {p.identifier}, "canal": {"sms"}}).
			leadsTo(t, "a code", "/mot-de-passe-oublie/code")
	}
	// until returns the messages once they are so.
	until := func(what string, so func([]notify.Record) bool) []notify.Record {
		t.Helper()
		patience := time.Now().Add(time.Minute)
		for {
			printed := d.run(t, "", "messages", "list", "--json") // run also keeps it for the search for personal data
			var records []notify.Record
			check.OK(t, json.Unmarshal([]byte(printed), &records))
			if so(records) {
				return records
			}
			if time.Now().After(patience) {
				t.Fatalf("%s: %s", what, printed)
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	const why = "http: status 402; look at the credit of the account"
	ask(all[0])
	first := until("tried", func(r []notify.Record) bool { return len(r) == 1 && r[0].Reason == why })[0]
	if first.State != notify.IsWaiting || first.Attempts == 0 || first.Channel != "sms" || first.Purpose != "reset" {
		t.Errorf("%+v", first)
	}
	for _, args := range [][]string{{"list"}, {"show", first.ID}, {"show", first.ID, "--json"}} {
		if printed := d.run(t, "", append([]string{"messages"}, args...)...); !strings.Contains(printed, first.ID) || !strings.Contains(printed, why) ||
			strings.Contains(printed, all[0].phone) {
			t.Errorf("%q: %s", args, printed)
		}
	}
	if printed := d.printed(t, "", "messages", "show", first.ID, "--address"); !strings.Contains(printed, all[0].phone) {
		t.Errorf("no address in %s", printed)
	}
	ask(all[1])
	second := until("two", func(r []notify.Record) bool { return len(r) == 2 })[0]
	if second.ID == first.ID {
		t.Error("the newest is not the first")
	}
	// A message that is being sent at this moment is left to it.
	for patience := time.Now().Add(time.Minute); d.tried(t, "messages", "drop", second.ID) != ""; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(patience) {
			t.Fatal("it cannot be given up")
		}
	}
	broke.Store(false)
	d.tried(t, "messages", "retry", first.ID) // perhaps it is being sent at this moment
	records := until("sent", func(r []notify.Record) bool { return r[1].State == notify.IsSent })
	if records[0].State != notify.IsDropped || records[0].Reason != "given up by an operator" || records[1].Receipt != "ref-7" {
		t.Errorf("%+v", records)
	}
	if said := d.tried(t, "messages", "retry", first.ID); !strings.Contains(said, "the message is closed") {
		t.Errorf("a message that has left is hurried: %q", said)
	}
	log := strings.Join(s.log(), "\n")
	for want, times := range map[string]int{`"look_at":"the credit of the account"`: 1, `"msg":"the gateway is well again"`: 1, `"waited":"`: 1} {
		if n := strings.Count(log, want); n != times {
			t.Errorf("%d lines with %s", n, want)
		}
	}
	for _, never := range []string{all[0].phone, all[1].phone, "errorString", `"took":1`, `"took":2`} {
		if strings.Contains(log, never) {
			t.Errorf("the log says %s", never)
		}
	}
	audit := d.run(t, "", "audit", "export")
	for _, what := range []string{"address of a message read", "message given up"} {
		if !strings.Contains(audit, what) {
			t.Errorf("the audit log has no %q", what)
		}
	}
}
