package link

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// test is a network whose times are easy to tell apart: a full packet takes 12 ms.
var test = Profile{"test", time.Second, 1_000_000}

const packetTime = 12 * time.Millisecond

// ends are a client and a server joined by a link.
func ends(t *testing.T, l *Link) (client, server net.Conn) {
	client, near := net.Pipe()
	far, server := net.Pipe()
	l.carry(near, far)
	t.Cleanup(func() {
		client.Close()
		server.Close()
		time.Sleep(time.Minute) // what is under way arrives
	})
	return client, server
}

// receive reads so many bytes and returns how long that took from began.
func receive(t *testing.T, from net.Conn, n int, began time.Time) time.Duration {
	t.Helper()
	if _, err := io.ReadFull(from, make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if d := got - want; d < -time.Millisecond || d > time.Millisecond {
		t.Errorf("%s: after %v, not %v", what, got, want)
	}
}

func TestARequestAndItsAnswerTakeTwoRoundTripsOnANewConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := ends(t, New(test))
		began := time.Now()
		go client.Write(make([]byte, segment))
		near(t, "the request", receive(t, server, segment, began), 1500*time.Millisecond+packetTime)
		go server.Write(make([]byte, segment))
		near(t, "the answer", receive(t, client, segment, began), 2*time.Second+2*packetTime)
	})
}

func TestTheFirstFlightHasTenSegmentsAndTheNextTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := ends(t, New(test))
		go server.Write(make([]byte, 40*segment))
		began := time.Now()
		connected := 1500 * time.Millisecond // and half a round trip
		near(t, "10 segments", receive(t, client, 10*segment, began), connected+10*packetTime)
		// The eleventh waits for the acknowledgement of the first, a round trip after that was sent.
		near(t, "the eleventh", receive(t, client, segment, began), connected+time.Second+2*packetTime)
		near(t, "30 segments", receive(t, client, 19*segment, began), connected+time.Second+21*packetTime)
		near(t, "the next", receive(t, client, segment, began), connected+2*time.Second+3*packetTime)
	})
}

func TestConnectionsShareTheBandwidth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(test)
		began := time.Now()
		took := make(chan time.Duration)
		for range 2 {
			client, server := ends(t, l)
			go server.Write(make([]byte, 10*segment))
			go func() { took <- receive(t, client, 10*segment, began) }()
		}
		<-took
		near(t, "the slower of two", <-took, 1500*time.Millisecond+20*packetTime)
	})
}

func TestALongTransferReachesTheBandwidth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := ends(t, New(test))
		go server.Write(make([]byte, 1000*segment))
		began := time.Now()
		receive(t, client, 500*segment, began)
		near(t, "the second half", receive(t, client, 500*segment, time.Now()), 500*packetTime)
	})
}

func TestAnEndThatClosesIsSeenAfterWhatItSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := ends(t, New(test))
		sent := bytes.Repeat([]byte("abc"), 10_000)
		go func() {
			server.Write(sent)
			server.Close()
		}()
		got, err := io.ReadAll(client)
		if err != nil || !bytes.Equal(got, sent) {
			t.Errorf("%d of %d bytes arrived: %v", len(got), len(sent), err)
		}
	})
}

func TestTheFloorIsThreeRoundTripsAndTheBytes(t *testing.T) {
	for profile, want := range map[Profile]time.Duration{Slow4G: 520, Slow3G: 1480, GPRS: 3740} {
		near(t, profile.Name, profile.Floor(14_000), want*time.Millisecond)
	}
}

func TestAConnectionOfTheMachineGoesThrough(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		c, err := server.Accept()
		if err == nil {
			io.Copy(c, c)
		}
	}()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	address, err := New(Profile{"quick", time.Millisecond, 1_000_000_000}).Listen(ctx, server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Write([]byte("bonjour")); err != nil {
		t.Fatal(err)
	}
	receive(t, client, 7, time.Now())
	stop()
	ended := time.Now().Add(10 * time.Second)
	if err := client.SetReadDeadline(ended); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, client); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still there")
	}
	// The connection may end before the listener does.
	dialer := net.Dialer{Deadline: ended}
	for {
		again, err := dialer.DialContext(t.Context(), "tcp", address)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			again.Close()
		}
		if time.Now().After(ended) {
			t.Fatalf("the link is still there: %v", err)
		}
	}
}
