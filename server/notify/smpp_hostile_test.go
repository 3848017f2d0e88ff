package notify_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
)

// scriptedSMSC takes every bind, and gives each connection's submits to serve, one after the other, until it returns false.
func scriptedSMSC(t *testing.T, serve func(conn net.Conn, s *pdu.SubmitSM) bool) (notify.Gateway, func() int) {
	t.Helper()
	pipes := notifytest.NewPipes()
	var mu sync.Mutex
	binds := 0
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := pipes.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				for {
					p, err := pdu.Parse(conn)
					if err != nil {
						return
					}
					switch p := p.(type) {
					case *pdu.BindRequest:
						mu.Lock()
						binds++
						mu.Unlock()
						conn.Write(octets(p.GetResponse()))
					case *pdu.SubmitSM:
						if !serve(conn, p) {
							return
						}
					}
				}
			})
		}
	})
	o := options()
	o.Dial = pipes.Dial
	g, _ := open(t, "", "smpp://"+account+"@127.0.0.1?from=CAF", o)
	t.Cleanup(func() {
		notify.Close(g)
		pipes.Close()
		all.Wait()
	})
	return g, func() int { mu.Lock(); defer mu.Unlock(); return binds }
}

func octets(p pdu.PDU) []byte {
	b := pdu.NewBuffer(nil)
	p.Marshal(b)
	return b.Bytes()
}

// taken is the answer that a submit was taken.
func taken(s *pdu.SubmitSM) []byte {
	answer := s.GetResponse().(*pdu.SubmitSMResp)
	answer.MessageID = "id-" + fmt.Sprint(s.GetSequenceNumber())
	return octets(answer)
}

func TestAnswersBelongToTheirSubmitsHoweverTheyCome(t *testing.T) {
	var kept []*pdu.SubmitSM
	g, binds := scriptedSMSC(t, func(conn net.Conn, s *pdu.SubmitSM) bool {
		if kept = append(kept, s); len(kept) < 5 {
			return true
		}
		stranger := pdu.NewSubmitSMResp()
		stranger.SetSequenceNumber(77777)
		conn.Write(octets(stranger)) // of nothing that was asked
		for i := len(kept) - 1; i >= 0; i-- {
			for _, one := range append(taken(kept[i]), taken(kept[i])...) { // twice, an octet at a time
				conn.Write([]byte{one})
			}
		}
		kept = nil
		return true
	})
	for range 2 {
		var all sync.WaitGroup
		var mu sync.Mutex
		receipts := map[string]bool{}
		for i := range 5 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), notifytest.Patience)
				defer cancel()
				receipt, err := g.Send(ctx, text(fmt.Sprint(i), "bonjour"))
				mu.Lock()
				defer mu.Unlock()
				if receipts[receipt] || err != nil {
					t.Errorf("message %d: receipt %q, %v", i, receipt, err)
				}
				receipts[receipt] = true
			})
		}
		all.Wait()
	}
	if binds() != 1 {
		t.Errorf("%d binds", binds())
	}
}

// OVHcloud unbinds once a day.
func TestAnSMSCThatUnbindsIsBoundAgainForTheNextMessage(t *testing.T) {
	unbound := make(chan error, 1)
	first := true
	g, binds := scriptedSMSC(t, func(conn net.Conn, s *pdu.SubmitSM) bool {
		conn.Write(taken(s))
		if !first {
			return true
		}
		first = false
		go func() { // a pipe has no buffer
			goodbye := pdu.NewUnbind()
			goodbye.SetSequenceNumber(1)
			conn.Write(octets(goodbye))
		}()
		p, err := pdu.Parse(conn)
		if _, ok := p.(*pdu.UnbindResp); err == nil && !ok {
			err = fmt.Errorf("answered with %T", p)
		}
		unbound <- err
		return false
	})
	send(t, g, text("a", "bonjour"))
	select {
	case err := <-unbound:
		check.OK(t, err)
	case <-time.After(notifytest.Patience):
		t.Fatal("no answer to unbind")
	}
	for end := time.Now().Add(notifytest.Patience); binds() != 2; { // the first that meets the loss may fail before anything is written
		ctx, cancel := context.WithTimeout(t.Context(), notifytest.Patience)
		_, err := g.Send(ctx, text("b", "bonjour"))
		cancel()
		if err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	if binds() != 2 {
		t.Errorf("%d binds", binds())
	}
}

func TestWhatAnSMSCCannotMeanEndsTheLinkAndNotTheMessage(t *testing.T) {
	for name, rubbish := range map[string][]byte{
		"two gigabytes to come":     {0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1},
		"shorter than its header":   {0, 0, 0, 3, 0x80, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1},
		"another protocol":          []byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
		"a nack to nothing (§4.3)":  {0, 0, 0, 16, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0},
		"half of an answer and end": {0, 0, 0, 20, 0x80, 0, 0, 4},
	} {
		t.Run(name, func(t *testing.T) {
			first := true
			g, binds := scriptedSMSC(t, func(conn net.Conn, s *pdu.SubmitSM) bool {
				if first {
					first = false
					conn.Write(rubbish)
					return false
				}
				conn.Write(taken(s))
				return true
			})
			if f := failed(t, g, text("a", "bonjour"), notifytest.Patience); f.Fault != notify.Unknown || f.Reason == "" {
				t.Errorf("%+v", f)
			}
			send(t, g, text("a", "bonjour"))
			if binds() != 2 {
				t.Errorf("%d binds", binds())
			}
		})
	}
}

func TestAReportIsAnsweredInItsOwnKind(t *testing.T) {
	answers := make(chan string, 2)
	g, _ := scriptedSMSC(t, func(conn net.Conn, s *pdu.SubmitSM) bool {
		conn.Write(taken(s))
		for _, report := range []pdu.PDU{pdu.NewDeliverSM(), pdu.NewDataSM()} {
			report.SetSequenceNumber(41)
			go conn.Write(octets(report)) // a pipe has no buffer
			p, err := pdu.Parse(conn)
			if err != nil {
				answers <- err.Error()
				return false
			}
			answers <- fmt.Sprintf("%T %d", p, p.GetSequenceNumber())
		}
		return true
	})
	send(t, g, text("a", "bonjour"))
	for _, want := range []string{"*pdu.DeliverSMResp 41", "*pdu.DataSMResp 41"} {
		select {
		case got := <-answers:
			if got != want {
				t.Errorf("%s, want %s", got, want)
			}
		case <-time.After(notifytest.Patience):
			t.Fatal("no answer")
		}
	}
}

// peer serves the only connection that is made.
func peer(t *testing.T, serve func(conn net.Conn)) notify.Gateway {
	pipes := notifytest.NewPipes()
	go func() {
		if conn, err := pipes.Accept(); err == nil {
			serve(conn)
		}
	}()
	o := options()
	o.Dial = pipes.Dial
	g, _ := open(t, "", "smpp://"+account+"@127.0.0.1?from=CAF", o)
	return g
}

func TestAnSMSCThatReadsNoMoreIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := peer(t, func(conn net.Conn) {
			if p, err := pdu.Parse(conn); err == nil {
				conn.Write(octets(p.(*pdu.BindRequest).GetResponse()))
			}
		})
		defer notify.Close(g)
		began := time.Now()
		if f := failed(t, g, text("a", "bonjour"), time.Hour); f.Fault != notify.OfGateway || f.Reason != "smpp: no answer in time" {
			t.Errorf("%+v", f)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("after %v", took)
		}
	})
}

func TestABindThatIsNotUnderstoodIsRefused(t *testing.T) {
	left := make(chan error, 1)
	g := peer(t, func(conn net.Conn) {
		if p, err := pdu.Parse(conn); err == nil {
			nack := pdu.NewGenericNack().(*pdu.GenericNack)
			nack.SetSequenceNumber(p.GetSequenceNumber())
			nack.CommandStatus = data.ESME_RINVSYSTYP
			conn.Write(octets(nack))
		}
		_, err := pdu.Parse(conn)
		left <- err
	})
	if f := failed(t, g, text("a", "bonjour"), notifytest.Patience); f.Fault != notify.OfAccount || f.Reason != "smpp: bind refused: ESME_RINVSYSTYP" {
		t.Errorf("%+v", f)
	}
	select {
	case err := <-left:
		if err == nil {
			t.Error("and more is said")
		}
	case <-time.After(notifytest.Patience):
		t.Error("the connection is kept")
	}
}

func TestABindOfARefusedAccountIsAskedForEverMoreRarely(t *testing.T) {
	pipes := notifytest.NewPipes()
	defer pipes.Close()
	go func() {
		for {
			conn, err := pipes.Accept()
			if err != nil {
				return
			}
			if p, err := pdu.Parse(conn); err == nil {
				refusal := p.(*pdu.BindRequest).GetResponse().(*pdu.BindResp)
				refusal.CommandStatus = data.ESME_RINVPASWD
				conn.Write(octets(refusal))
			}
		}
	}()
	now := time.Now()
	o := options()
	o.Dial, o.Now = pipes.Dial, func() time.Time { return now }
	g, _ := open(t, "", "smpp://"+account+"@127.0.0.1?from=CAF", o)
	var wait time.Duration
	for range 10 {
		if f := failed(t, g, text("a", "bonjour"), notifytest.Patience); f.Fault != notify.OfAccount {
			t.Fatalf("%+v", f)
		}
		wait = failed(t, g, text("a", "bonjour"), notifytest.Patience).After
		now = now.Add(wait)
	}
	if wait < time.Minute {
		t.Errorf("the tenth time after %v: an SMSC may lock an account that insists", wait)
	}
}
