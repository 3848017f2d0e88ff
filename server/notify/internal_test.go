package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

func TestTheBackoffDoublesWithinItsBounds(t *testing.T) {
	rows := []struct {
		failures int
		random   float64
		want     time.Duration
	}{
		{1, 0, time.Second}, {1, 1, time.Second}, {2, 0, time.Second}, {2, 1, 2 * time.Second}, {3, 0.5, 3 * time.Second},
		{7, 1, 64 * time.Second}, {8, 1, 2 * time.Minute}, {8, 0, time.Minute}, {1000000, 1, 2 * time.Minute}, {0, 0, time.Second},
	}
	for _, r := range rows {
		if got := (Backoff{}).delay(r.failures, r.random); got != r.want {
			t.Errorf("%d failures, random %v: %v, want %v", r.failures, r.random, got, r.want)
		}
	}
	if got := (Backoff{Min: time.Millisecond, Max: 8 * time.Millisecond}).delay(9, 1); got != 8*time.Millisecond {
		t.Errorf("own bounds: %v", got)
	}
}

func TestAValidityIsARelativeTime(t *testing.T) {
	for left, want := range map[time.Duration]string{
		10 * time.Minute: "000000001000000R", 90*time.Minute + 5*time.Second: "000000013005000R",
		0: "000000000001000R", -time.Hour: "000000000001000R", 25 * time.Hour: "000001010000000R", 1000 * time.Hour: "000002000000000R",
	} {
		if got := smppValidity(left); got != want {
			t.Errorf("%v: %s, want %s", left, got, want)
		}
	}
}

func TestAReceiptIsReadUpToTheQuotedText(t *testing.T) {
	for text, want := range map[string][3]string{
		"id:0A1b sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:undeliv err:00A Text:stat:DELIVRD id:918273": {"0A1b", "UNDELIV", "00A"},
		"id:a/b=|#c stat:DEL\x00IVRD":     {"a/b=|#c", "", ""},
		"ID: 12 34  Sub:001 STAT:DELIVRD": {reference("12 34"), "DELIVRD", ""},
		"stat:DELIVRD id:context:1":       {reference("context:1"), "DELIVRD", ""},
		"nothing of the kind":             {},
		"id: stat:":                       {},
	} {
		id, status, code := parseReceipt(text)
		if got := [3]string{id, status, code}; got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestAReferenceThatMayHoldAnythingIsKeptAsItsFingerprint(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range []string{"+33612345678", "marie@example.org", "a b", "a\nb", "{é}", strings.Repeat("a", 65), strings.Repeat("a", 66)} {
		got := reference(id)
		if !strings.HasPrefix(got, "sha256-") || len(got) != 39 || got != reference(id) || seen[got] {
			t.Errorf("%q: %q", id, got)
		}
		seen[got] = true
	}
	for _, id := range []string{"", "0", strings.Repeat("a", 64), "6e0d-AB_12.x/y=z|#"} {
		if got := reference(id); got != id {
			t.Errorf("%q: %q", id, got)
		}
	}
}

func FuzzAnythingFromTheSMSCIsSurvived(f *testing.F) {
	for _, p := range []pdu.PDU{pdu.NewSubmitSMResp(), pdu.NewDeliverSM(), pdu.NewEnquireLink(), pdu.NewUnbind(), pdu.NewQuerySM(), pdu.NewGenericNack()} {
		b := pdu.NewBuffer(nil)
		p.Marshal(b)
		f.Add(b.Bytes())
	}
	udh := pdu.NewDeliverSM().(*pdu.DeliverSM)
	udh.EsmClass = data.SM_UDH_GSM | data.SM_SMSC_DLV_RCPT_TYPE
	udh.Message.SetMessageDataWithEncoding([]byte{5, 0, 3, 1}, data.GSM7BIT)
	b := pdu.NewBuffer(nil)
	udh.Marshal(b)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		go func() {
			theirs.Write(raw)
			theirs.Close()
		}()
		s := newSMPPSession(ours, slog.New(slog.DiscardHandler), 10, time.Minute, time.Minute)
		s.conn = &sink{Conn: ours} // answers go nowhere
		s.start()
		<-s.done
		if s.over() == nil {
			t.Error("over without a cause")
		}
		if _, err := s.submit(context.Background(), pdu.NewSubmitSM().(*pdu.SubmitSM)); err == nil {
			t.Error("a dead session took a message")
		}
	})
}

type sink struct{ net.Conn }

func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

func TestARefusalWithoutBodyIsUnderstood(t *testing.T) {
	refused := []byte{0, 0, 0, 16, 0x80, 0, 0, 9, 0, 0, 0, 0x0D, 0, 0, 0, 1}
	f, err := readSMPPFrame(bytes.NewReader(refused))
	if err != nil || f.CommandStatus != data.ESME_RBINDFAIL || !f.isAnswer() {
		t.Errorf("%+v, %v", f, err)
	}
	for _, length := range []string{"\x00\x00\x00\x0f", "\x7f\xff\xff\xff", "\xff\xff\xff\xff"} {
		if _, err := readSMPPFrame(strings.NewReader(length + strings.Repeat("\x00", 12))); err != errSMPPLength {
			t.Errorf("length %x: %v", length, err)
		}
	}
}

func TestAReceiptIsKnownInEveryNotation(t *testing.T) {
	for _, r := range []struct{ taken, reported string }{
		{"31", "31"}, {"1f", "31"}, {"1F", "0000000031"}, {"0000001f", "31"}, {"0000001F", "0000000031"}, {"31", "1F"}, {"0000000031", "1f"},
		{"31", "0000000031"}, {"0000000031", "31"}, {"ab12", "AB12"}, {"AB12", "ab12"}, {"18446744073709551616", "10000000000000000"},
		{"ffffffffffffffffffffffff", "79228162514264337593543950335"}, {"a-b", "a-b"}, {"-31", "-31"},
	} {
		if got := notations(r.reported); got[0] != r.reported || !slices.Contains(got, r.taken) {
			t.Errorf("taken as %s, reported as %s: %q", r.taken, r.reported, got)
		}
	}
	for _, id := range []string{"a-b", "-31", reference("a b"), "x"} {
		if got := notations(id); len(got) != 1 {
			t.Errorf("%s: %q", id, got)
		}
	}
}

func TestTheNumberOfAReportSaysWhichOfTwoMessagesItIsAbout(t *testing.T) {
	taken := new(takenSMS)
	taken.note("1f", "33600000001")
	taken.note("31", "33600000002")
	for _, r := range []struct {
		from string
		want []string
	}{
		{"33600000001", []string{"1f"}}, {"+33600000002", []string{"31"}}, {"0600000001", []string{"1f"}}, {"", notations("31")}, {"38656", notations("31")},
	} {
		if got := taken.receipts(deliveryReceipt{id: "31", from: r.from}); !slices.Equal(got, r.want) {
			t.Errorf("from %q: %q, want %q", r.from, got, r.want)
		}
	}
	for i := range mostTaken {
		taken.note("x"+strconv.Itoa(i), "33600000003")
	}
	if got := taken.receipts(deliveryReceipt{id: "31", from: "33600000001"}); len(got) == 1 || len(taken.to) != mostTaken || len(taken.order) != mostTaken {
		t.Errorf("%q, %d and %d are remembered", got, len(taken.to), len(taken.order))
	}
}

func TestAReportIsPutInWords(t *testing.T) {
	for r, want := range map[deliveryReceipt]string{
		{status: "DELIVRD", code: "000"}: "delivered", {status: "EXPIRED"}: "expired before it was delivered", {status: "UNDELIV", code: "0A1"}: "not delivered, error 0A1",
		{}: "of an unknown fate", {status: "UNKNOWN", code: "5"}: "of an unknown fate, error 5",
	} {
		if got := r.report([]string{"a"}); got.Text != want || !slices.Equal(got.Receipts, []string{"a"}) {
			t.Errorf("%+v: %+v", r, got)
		}
	}
}

func TestAGatewayThatRefusesAMessageIsThere(t *testing.T) {
	now := time.Now()
	for _, fault := range []Fault{OfMessage, OfMoment} {
		p := newPace(Limits{})
		if !p.note("", now, now, unreachable("away")) || p.down == nil || p.free(now) != 0 {
			t.Fatal("it is not away")
		}
		if !p.note("", now.Add(2*time.Second), now.Add(2*time.Second), &Failure{Fault: fault}) || p.down != nil || p.free(now.Add(2*time.Second)) == 0 {
			t.Errorf("fault %d: %+v", fault, p)
		}
	}
}

func TestAFieldIsLeftOutWhenAnythingInItIsEmpty(t *testing.T) {
	d, err := parseDescription([]byte(`{"path": "/", "taken": [{"status": 200}], "json": {"text": "{text}", "to": ["{to}"],
		"from?": {"name": "{sender}", "kind": "alpha"}, "tags?": [["fixed", "{tag}"]], "ttl": "{seconds}", "flash": false}}`))
	if err != nil {
		t.Fatal(err)
	}
	if d.Headers = map[string]string{"X-Team?": "{team}", "X-Both?": "{both}", "X-Both": "{both}"}; d.needs("team") || !d.needs("both") {
		t.Errorf("uses %v", d.uses())
	}
	if uses := d.uses(); !uses["sender"] || !uses["tag"] || uses["text"] || !d.needs("to") {
		t.Errorf("uses %v", uses)
	}
	for want, v := range map[string]values{
		`{"flash":false,"text":"t","to":["+33"],"ttl":9}`:                                    {"text": "t", "to": "+33", "seconds": "9"},
		`{"flash":false,"tags":[["fixed","x"]],"text":"t","to":["+33"],"ttl":9}`:             {"text": "t", "to": "+33", "seconds": "9", "tag": "x"},
		`{"flash":false,"from":{"kind":"alpha","name":"C"},"text":"t","to":["+33"],"ttl":9}`: {"text": "t", "to": "+33", "seconds": "9", "sender": "C"},
	} {
		filled, _ := v.body(d.JSON)
		if got, err := json.Marshal(filled); err != nil || string(got) != want {
			t.Errorf("%s, want %s (%v)", got, want, err)
		}
	}
}

func TestSequenceNumbersBeginAgainAtOne(t *testing.T) {
	s := &smppSession{last: math.MaxInt32 - 1}
	if a, b, c := s.next(), s.next(), s.next(); a != math.MaxInt32 || b != 1 || c != 2 {
		t.Errorf("%d, %d, %d", a, b, c)
	}
}

func TestAStarStandsForAnyText(t *testing.T) {
	for value, want := range map[string]bool{"KO bad number 12": true, "ko: BAD ... number": true, "KO number bad": false, "bad number": false, "KO bad": false} {
		if matches("KO*bad*number*", value) != want {
			t.Errorf("%q: want %v", value, want)
		}
	}
	if matches("a*b*c", "a--c--b") || !matches("a*b*c", "abbc") || matches("a*a", "a") || !matches("*", "") {
		t.Error("what stands between two stars is read twice, or not in order")
	}
}

func TestTheStatusesOfAnSMSCsOwnAreOfTheAccount(t *testing.T) {
	for status, want := range map[data.CommandStatusType]Fault{0x3ff: OfMoment, 0x400: OfAccount, 0x4ff: OfAccount, 0x500: OfMoment} {
		if f := statusFailure("", status); f.Fault != want {
			t.Errorf("%s: %v", f.Reason, f.Fault)
		}
	}
}

func TestOnlySomeReportsSayThatAnotherSMSWouldNotArriveEither(t *testing.T) {
	for status, want := range map[string]bool{"UNDELIV": true, "REJECTD": true, "DELIVRD": false, "EXPIRED": false, "DELETED": false, "?": false} {
		if report := (deliveryReceipt{status: status, code: "034"}).report(nil).Text; Undelivered(report) != want {
			t.Errorf("%s: %q", status, report)
		}
	}
}
