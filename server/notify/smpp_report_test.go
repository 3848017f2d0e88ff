package notify_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

func TestDeliveryReceiptsAreAnsweredAndLoggedWithoutTheText(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	logs := &lines{next: journal, found: make(chan map[string]any, 64)}
	o := options()
	o.Log = logs.logger()
	g := openSMSC(t, s, o)
	receipt := send(t, g, message("a", portal.SMS))
	quoted := " submit date:2611221000 done date:2611221001 stat:DELIVRD err:000 text:" + code + " est votre cod"
	rows := []struct {
		text                    string
		esm                     int
		tlv                     map[string]any
		message, id, status, er string
	}{
		{"id:" + receipt + " sub:001 dlvrd:001" + quoted, 4, nil, "sms delivery report", receipt, "DELIVRD", "000"},
		{"id:other" + quoted, 4, map[string]any{"receipted_message_id": receipt, "message_state": 5}, "sms delivery report", receipt, "UNDELIV", "000"},
		{"id:" + code + number + quoted, 4, nil, "sms delivery report", sha256Of(code + number), "DELIVRD", "000"},
		{"STOP " + code, 0, nil, "sms received and ignored", "", "", ""},
	}
	for _, r := range rows {
		s.Deliver(r.text, r.esm, r.tlv)
		if status := <-s.Delivered; status != 0 {
			t.Errorf("answered with %d", status)
		}
		line := logs.wait(t, r.message)
		if r.status != "" && (line["receipt"] != r.id || line["status"] != r.status || line["error"] != r.er) {
			t.Errorf("logged %v", line)
		}
	}
}

// lines passes each line of a log on, and lets a test wait for one.
type lines struct {
	next  *check.Log
	found chan map[string]any
}

func (l *lines) Write(p []byte) (int, error) {
	var line map[string]any
	if json.Unmarshal(p, &line) == nil {
		l.found <- line
	}
	return l.next.Write(p)
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(l, nil)) }

func (l *lines) wait(t *testing.T, message string) map[string]any {
	t.Helper()
	for {
		select {
		case line := <-l.found:
			if line["msg"] == message {
				return line
			}
		case <-time.After(notifytest.Patience):
			t.Fatalf("%q was not logged", message)
		}
	}
}

func TestAReportIsKeptWithItsMessage(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	o := new(notifytest.Outbox)
	w := quick(o, g, nil)
	defer run(t, w)()
	reported := func(id string) string {
		t.Helper()
		patience := time.Now().Add(notifytest.Patience)
		for row(t, o, id).Report == "" && time.Now().Before(patience) {
			time.Sleep(10 * time.Millisecond)
		}
		return row(t, o, id).Report
	}
	for id, how := range map[string]struct {
		deliver func(receipt string)
		want    string
	}{
		"in words": {func(r string) { s.Deliver("id:"+r+" stat:DELIVRD err:000 text:"+code, 4, nil) }, "delivered"},
		"by data_sm": {func(r string) {
			s.Alert() // has no answer, and ends nothing
			s.Data(map[string]any{"receipted_message_id": r, "message_state": 5})
		}, "not delivered"},
		"by data_sm in words": {func(r string) {
			s.Data(map[string]any{"message_payload": "id:" + r + " stat:REJECTD err:000 text:" + code})
		}, "rejected by the network"},
		"with an error": {func(r string) { s.Deliver("id:"+r+" stat:UNDELIV err:034 text:"+code, 4, nil) }, "not delivered, error 034"},
	} {
		add(t, o, message(id, portal.SMS))
		w.Wake()
		how.deliver(s.Next(t).ID) // perhaps before the message is closed as sent
		if status := <-s.Delivered; status != 0 {
			t.Errorf("%s: answered with %d", id, status)
		}
		if got := reported(id); got != how.want {
			t.Errorf("%s: %q, want %q", id, got, how.want)
		}
	}
	if s.Binds() != 1 {
		t.Errorf("%d binds", s.Binds())
	}
}

// sha256Of is the reference of an id that may hold anything.
func sha256Of(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "sha256-" + hex.EncodeToString(sum[:16])
}

func TestAReportFindsItsMessageWhateverTheSMSCCallsIt(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	sms := openSMSC(t, s, options())
	reports := sms.(notify.Reporting).Reports()
	other := "33612345679"
	rows := []struct {
		taken, reported, to string
	}{
		{"0000001f", "0000000031", number}, {"31", "1F", "+" + other}, // and not the other way round
		{strings.Repeat("a1", 32), strings.Repeat("a1", 32), number}, {strings.Repeat("long", 24), strings.Repeat("long", 24), number},
		{"{6e0d:ab@12+3}", "{6e0d:ab@12+3}", number}, {"sms_7", "sms_7", number}, {"12 34", "12 34", number}, {"18446744073709551617", "10000000000000001", number},
	}
	receipts := map[string]string{}
	for _, r := range rows {
		s.Name(r.taken)
		m := message(r.taken, portal.SMS)
		m.To = keys.NewSecret(r.to)
		if receipts[r.taken] = send(t, sms, m); receipts[r.taken] == "" {
			t.Errorf("%q is lost", r.taken)
		}
	}
	for _, r := range rows {
		about := map[string]any{"source_addr": r.to[1:]}
		s.Deliver("id:"+r.reported+" sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:DELIVRD err:000 text:"+code, 4, about)
		about["receipted_message_id"], about["message_state"] = r.reported, 2
		s.Data(about)
		for _, way := range []string{"deliver_sm", "data_sm"} {
			select {
			case report := <-reports:
				if !slices.Equal(report.Receipts, []string{receipts[r.taken]}) || report.Text != "delivered" {
					t.Errorf("%s: %q by %s is about %q, want %q", report.Text, r.reported, way, report.Receipts, receipts[r.taken])
				}
			case <-time.After(notifytest.Patience):
				t.Fatalf("no report of %q by %s", r.reported, way)
			}
		}
	}
}
