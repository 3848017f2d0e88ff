package notify

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"slices"
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
	got := parseReceipt("id:0A1b sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:undeliv err:00A Text:stat:DELIVRD id:918273")
	if want := (deliveryReceipt{"0A1b", "UNDELIV", "00A"}); got != want {
		t.Errorf("%+v", got)
	}
	if got := parseReceipt("stat:DEL\x00IVRD id:a/b"); got != (deliveryReceipt{}) {
		t.Errorf("%+v", got)
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

func TestAReceiptIsKnownInBothNotations(t *testing.T) {
	for _, r := range []struct {
		id   string
		want []string
	}{{"31", []string{"31", "1f", "1F", "49"}}, {"1f", []string{"1f", "31"}}, {"a-b", []string{"a-b"}}} {
		if got := (deliveryReceipt{id: r.id}).report().Receipts; !slices.Equal(got, r.want) {
			t.Errorf("%s: %q, want %q", r.id, got, r.want)
		}
	}
}
