package notify_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

const account = notifytest.User + ":" + notifytest.Password

func openSMSC(t *testing.T, s *notifytest.NodeSMPP, o notify.Options) notify.Gateway {
	t.Helper()
	g, _ := open(t, "", "smpp://"+account+"@"+s.Addr+"?from=CAF", o)
	return g
}

func TestAnSMSArrivesAsWritten(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	rows := []struct {
		name, body string
		coding     int
	}{
		{"a code", message("x", portal.SMS).Text.Reveal(), 0},
		{"the extension table", "€[]{}~|^\\ à é è ù Ç ñ @ _ $ £ ß Ω", 0},
		{"UCS-2", "Bientôt, ça ira très bien… œ 😀", 8},
		{"160 septets", strings.Repeat("a", 158) + "€", 0},
	}
	for _, r := range rows {
		receipt := send(t, g, text(r.name, r.body))
		got := s.Next(t)
		if got.Text != r.body || got.Coding != r.coding {
			t.Errorf("%s: %q in data_coding %d", r.name, got.Text, got.Coding)
		}
		if got.ID != receipt || got.To != number[1:] || got.ToTon != 1 || got.From != "CAF" || got.FromTon != 5 || got.Registered != 1 ||
			got.Esm != 0 || len(got.UDH) != 0 {
			t.Errorf("%s: receipt %s, %+v", r.name, receipt, got)
		}
		// The SMSC too forgets a code when it has expired.
		if got.ValidFor < 590 || got.ValidFor > 601 {
			t.Errorf("%s: valid for %d s", r.name, got.ValidFor)
		}
	}
}

func TestTheSenderHasTheTypeOfItsForm(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	for setting, want := range map[string]notifytest.SMS{
		"from=CAF+34":                        {From: "CAF 34", FromTon: 5, FromNpi: 0},
		"from=%2B33612345678":                {From: "33612345678", FromTon: 1, FromNpi: 1},
		"from=38656":                         {From: "38656", FromTon: 3, FromNpi: 1},
		"":                                   {From: "", FromTon: 0, FromNpi: 0},
		"from=38656&source_ton=6":            {From: "38656", FromTon: 6, FromNpi: 1},
		"from=CAF&source_ton=0&source_npi=9": {From: "CAF", FromTon: 0, FromNpi: 9},
	} {
		g, _ := open(t, "", "smpp://"+account+"@"+s.Addr+"?"+setting, options())
		send(t, g, message("a", portal.SMS))
		if got := s.Next(t); got.From != want.From || got.FromTon != want.FromTon || got.FromNpi != want.FromNpi {
			t.Errorf("%s: %q, TON %d, NPI %d", setting, got.From, got.FromTon, got.FromNpi)
		}
	}
}

func TestABindSaysWhoWeAreAndAsWhat(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	for setting, want := range map[string]notifytest.Bind{
		"system_type=OTP": {Kind: "bind_transceiver", SystemType: "OTP"}, "bind=transmitter": {Kind: "bind_transmitter"}, "bind=transceiver": {Kind: "bind_transceiver"},
	} {
		g, _ := open(t, "", "smpp://"+account+"@"+s.Addr+"?"+setting, options())
		send(t, g, message("a", portal.SMS))
		s.Next(t)
		if got := s.LastBind(); got != want {
			t.Errorf("%s: %+v", setting, got)
		}
	}
}

func TestWhereATransceiverIsNotKnownATransmitterBinds(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	s.Only("bind_transmitter")
	g := openSMSC(t, s, options())
	send(t, g, message("a", portal.SMS))
	s.Drop()
	for range 2 { // the loss may be noticed only by the message that meets it
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		g.Send(ctx, message("b", portal.SMS))
		cancel()
	}
	if s.LastBind().Kind != "bind_transmitter" || s.Binds() != 3 { // the transceiver is asked for once
		t.Errorf("%d binds, the last as %s", s.Binds(), s.LastBind().Kind)
	}
	// An operator who asks for the one gets no other.
	strict, _ := open(t, "", "smpp://"+account+"@"+s.Addr+"?bind=transceiver", options())
	wantFailure(t, failed(t, strict, message("a", portal.SMS), 10*time.Second), "smpp: bind refused: ESME_RINVCMDID", false)
}

func TestALongSMSIsCutAndKeepsItsReferenceOverAttempts(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	for _, body := range []string{strings.Repeat("é€", 90), strings.Repeat("ç", 100)} {
		m := text("long", body)
		var headers [2]string
		for attempt := range headers {
			receipt := send(t, g, m)
			first, second := s.Next(t), s.Next(t)
			if first.ID != receipt || first.Text+second.Text != body || first.Esm&0x40 == 0 || second.Esm&0x40 == 0 {
				t.Fatalf("receipt %s, %+v, %+v", receipt, first, second)
			}
			headers[attempt] = first.UDH[0]
			if len(first.UDH[0]) != 10 || first.UDH[0][:4] != "0003" || first.UDH[0][6:] != "0201" || second.UDH[0] != first.UDH[0][:6]+"0202" ||
				first.Reference < 0 || first.Reference != second.Reference {
				t.Errorf("headers %s, %s, references %d, %d", first.UDH[0], second.UDH[0], first.Reference, second.Reference)
			}
		}
		if headers[0] != headers[1] {
			t.Error("a second attempt has another reference")
		}
	}
	wantFailure(t, failed(t, g, text("huge", strings.Repeat("a", 3000)), 10*time.Second), "smpp: text too long", true)
}

func TestSMPPStatusesAreSorted(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	rows := []struct {
		status int
		reason string
		fault  notify.Fault
	}{
		{0x58, "smpp: ESME_RTHROTTLED", notify.OfRate}, {0x14, "smpp: ESME_RMSGQFUL", notify.OfRate},
		{0x08, "smpp: ESME_RSYSERR", notify.OfGateway}, {0x04, "smpp: ESME_RINVBNDSTS", notify.OfGateway},
		{0x45, "smpp: ESME_RSUBMITFAIL", notify.OfMoment}, {0x64, "smpp: ESME_RX_T_APPN", notify.OfMoment}, {0xFF, "smpp: ESME_RUNKNOWNERR", notify.OfMoment},
		{0x0A, "smpp: ESME_RINVSRCADR", notify.OfAccount}, {0x59, "smpp: ESME_RPROVNOTALLWD", notify.OfAccount},
		{0x430, "smpp: status 0x00000430", notify.OfAccount}, {0x104, "smpp: status 0x00000104", notify.OfAccount},
		{0x0B, "smpp: ESME_RINVDSTADR", notify.OfMessage}, {0x01, "smpp: ESME_RINVMSGLEN", notify.OfMessage}, {0x65, "smpp: ESME_RX_P_APPN", notify.OfMessage},
	}
	for _, r := range rows {
		s.Status(r.status, 1)
		f := failed(t, g, message("a", portal.SMS), 10*time.Second)
		if f.Reason != r.reason || f.Fault != r.fault || (f.Mend != "") != (r.fault == notify.OfAccount) || !f.Whole {
			t.Errorf("0x%x: %+v", r.status, f)
		}
	}
	s.Enquire() // the gateway answers the SMSC's own question
	send(t, g, message("b", portal.SMS))
	if s.Next(t); s.Waiting() != 0 || s.Binds() != 1 {
		t.Errorf("%d SMS more, %d binds", s.Waiting(), s.Binds())
	}
}

func TestARefusedBindIsNotRepeatedAtOnce(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	s.RefuseBinds(2)
	now := time.Now()
	o := options()
	o.Now = func() time.Time { return now }
	g := openSMSC(t, s, o)
	wantFailure(t, failed(t, g, message("a", portal.SMS), 10*time.Second), "smpp: bind refused: ESME_RBINDFAIL", false)
	for _, pause := range []time.Duration{time.Second, 1500 * time.Millisecond} {
		f := failed(t, g, message("a", portal.SMS), 10*time.Second)
		wantFailure(t, f, "smpp: waiting before the next bind", false)
		if f.After != pause {
			t.Errorf("come back after %v, want %v", f.After, pause)
		}
		now = now.Add(pause)
		if pause == time.Second {
			wantFailure(t, failed(t, g, message("a", portal.SMS), 10*time.Second), "smpp: bind refused: ESME_RBINDFAIL", false)
		}
	}
	send(t, g, message("a", portal.SMS))
	if s.Next(t); s.Binds() != 3 {
		t.Errorf("%d binds, want 3", s.Binds())
	}
	wrong, _ := open(t, "", "smpp://"+notifytest.User+":wrong@"+s.Addr, options())
	wantFailure(t, failed(t, wrong, message("a", portal.SMS), 10*time.Second), "smpp: bind refused: ESME_RINVPASWD", false)
}

func TestAnSMSCThatIsDownOrSilentTimesOut(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	s.Kill()
	wantFailure(t, failed(t, g, message("a", portal.SMS), 10*time.Second), "smpp: connection refused", false)
	hung := notifytest.NewHung(t)
	g, _ = open(t, "", "smpp://"+account+"@"+hung.Addr, options())
	wantFailure(t, failed(t, g, message("a", portal.SMS), 300*time.Millisecond), "smpp: bind: no answer in time", false)
	secure, _ := open(t, "", "smpps://"+account+"@"+hung.Addr, options())
	wantFailure(t, failed(t, secure, message("a", portal.SMS), 100*time.Millisecond), "smpp: no answer in time", false)
}

func TestAHalfDeadSMSCIsBoundAgain(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	o := options()
	o.Answer = 3 * time.Second // the bind after it has as long, also on a busy machine
	g := openSMSC(t, s, o)
	send(t, g, message("a", portal.SMS))
	s.Silence(true)
	// A message that dies while it waits leaves the link to the others; the response timer ends it.
	for _, limit := range []time.Duration{100 * time.Millisecond, notifytest.Patience} {
		if f := failed(t, g, message("b", portal.SMS), limit); f.Reason != "smpp: no answer in time" || f.Fault != notify.Unknown || s.Binds() != 1 {
			t.Errorf("%+v, %d binds", f, s.Binds())
		}
	}
	s.Silence(false)
	send(t, g, message("b", portal.SMS))
	if s.Next(t); s.Next(t).ID == "" || s.Binds() != 2 {
		t.Errorf("%d binds, want 2", s.Binds())
	}
}

func TestALinkWithoutSignOfLifeEndsByItself(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	o := options()
	o.Enquire = 500 * time.Millisecond
	g := openSMSC(t, s, o)
	send(t, g, message("a", portal.SMS))
	s.Silence(true)
	// Without an answer to its enquire_link the gateway hangs up, and fails a waiting message long before its time.
	wantFailure(t, failed(t, g, message("b", portal.SMS), notifytest.Patience), "smpp: no sign of life", false)
	s.Silence(false)
	send(t, g, message("b", portal.SMS))
	if s.Binds() < 2 {
		t.Error("the dead link was used again")
	}
}

func TestACutLinkIsMadeAgainForTheNextMessage(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	for range 3 {
		s.Drop()
		// The loss may be noticed only by the message that meets it; the worker tries that one again.
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if _, err := g.Send(ctx, message("a", portal.SMS)); err != nil {
			send(t, g, message("a", portal.SMS))
		}
		cancel()
		s.Next(t)
	}
}

func TestSMPPOverTLSWantsARightCertificate(t *testing.T) {
	authority := notifytest.NewAuthority(t)
	s := notifytest.NewNodeSMPP(t, authority)
	_, port, _ := net.SplitHostPort(s.Addr)
	setting := "smpps://" + account + "@" + notifytest.Domain + ":" + port
	o := options()
	g, _ := open(t, "", setting, o)
	wantFailure(t, failed(t, g, message("a", portal.SMS), 10*time.Second), "smpp: certificate not trusted", false)
	o.Roots = authority.Roots
	g, _ = open(t, "", setting, o)
	send(t, g, message("a", portal.SMS))
	s.Next(t)
}

func TestANumberOutsideThePlanIsNeverSubmitted(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	for to, reason := range map[string]string{"+12025550123": "outside France", "+33123456789": "not a mobile", "0612345678": "not an E.164"} {
		m := message("a", portal.SMS)
		m.To = keys.NewSecret(to)
		f := failed(t, g, m, 10*time.Second)
		if f.Fault != notify.OfMessage || !strings.Contains(f.Reason, reason) {
			t.Errorf("%s: %q, permanent %v", to, f.Reason, f.Fault == notify.OfMessage)
		}
	}
	if s.Binds() != 0 {
		t.Error("the SMSC was called")
	}
}

func TestAClosedGatewaySendsNothing(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	send(t, g, message("a", portal.SMS))
	notify.Close(g, nil)
	notify.Close(g)
	for end := time.Now().Add(notifytest.Patience); s.Unbinds() != 1; { // without it an SMSC keeps the bind for a while
		if time.Now().After(end) {
			t.Fatal("the gateway left without a goodbye")
		}
	}
	wantFailure(t, failed(t, g, message("a", portal.SMS), 10*time.Second), "smpp: gateway closed", false)
}

func TestAServerThatDoesNotUnderstandUsIsLeft(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	send(t, g, message("a", portal.SMS))
	s.Silence(true)
	nacked := make(chan struct{})
	time.AfterFunc(100*time.Millisecond, func() {
		defer close(nacked)
		s.Nack()
	})
	// Whatever waits for an answer may have been taken.
	if f := failed(t, g, message("b", portal.SMS), notifytest.Patience); f.Fault != notify.Unknown || f.Reason != "smpp: the server did not understand us" {
		t.Errorf("%+v", f)
	}
	<-nacked // the server's own test ends with this one
}

func TestAGenericNackToOneSubmitEndsThatOneAlone(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	g := openSMSC(t, s, options())
	s.NackSubmit(0x02) // ESME_RINVCMDLEN
	if f := failed(t, g, message("a", portal.SMS), 10*time.Second); f.Reason != "smpp: ESME_RINVCMDLEN" || f.Fault != notify.OfMoment {
		t.Errorf("%+v", f)
	}
	send(t, g, message("b", portal.SMS))
	if s.Next(t); s.Binds() != 1 {
		t.Errorf("%d binds", s.Binds())
	}
}

func TestABindThatAnotherInstanceHasIsSoonAskedForAgain(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	s.Alone()
	send(t, openSMSC(t, s, options()), message("a", portal.SMS))
	now := time.Now()
	o := options()
	o.Now = func() time.Time { return now }
	g := openSMSC(t, s, o)
	for range 8 {
		wantFailure(t, failed(t, g, message("b", portal.SMS), 10*time.Second), "smpp: bind refused: ESME_RALYBND", false)
		f := failed(t, g, message("b", portal.SMS), 10*time.Second)
		if f.After <= 0 || f.After > 5*time.Second {
			t.Errorf("asked again after %v", f.After)
		}
		now = now.Add(f.After)
	}
}
