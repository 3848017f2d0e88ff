package link

import (
	"net"
	"sync"
	"time"
)

// wire is one direction of a link. One packet is on it at a time.
type wire struct {
	profile Profile
	mu      sync.Mutex
	free    time.Time // when the last packet is through
}

// occupy puts a packet on the wire as soon as it is free, and returns when the whole packet is on it.
func (w *wire) occupy(bytes int) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); w.free.Before(now) {
		w.free = now
	}
	w.free = w.free.Add(w.profile.transfer(bytes + overhead))
	return w.free
}

// packet is on its way.
type packet struct {
	body    []byte
	arrives time.Time
}

// carry sends what it reads from one end to the other, from the time when they are connected, until an end closes.
func (w *wire) carry(to, from net.Conn, connected time.Time) {
	way := make(chan packet, 1<<12) // more than any window of a slow network
	go func() {
		defer to.Close()
		for p := range way {
			time.Sleep(time.Until(p.arrives))
			if _, err := to.Write(p.body); err != nil {
				from.Close()
			}
		}
	}()
	defer close(way)
	time.Sleep(time.Until(connected))
	window := slowStart{size: initialWindow}
	for {
		body := make([]byte, segment)
		n, err := from.Read(body)
		if n > 0 {
			window.wait(n)
			arrives := w.occupy(n).Add(w.profile.RoundTrip / 2)
			window.sent(n, arrives.Add(w.profile.RoundTrip/2))
			way <- packet{body[:n], arrives}
		}
		if err != nil {
			return
		}
	}
}

// slowStart is how much a sender may have under way: it grows by what is acknowledged (RFC 5681 §3.1).
type slowStart struct {
	size, flying int
	unanswered   []flight
}

type flight struct {
	bytes    int
	answered time.Time
}

// wait returns when so many bytes may be sent.
func (s *slowStart) wait(bytes int) {
	for len(s.unanswered) > 0 {
		first := s.unanswered[0]
		if time.Until(first.answered) > 0 {
			if s.flying+bytes <= s.size {
				return
			}
			time.Sleep(time.Until(first.answered))
		}
		s.unanswered = s.unanswered[1:]
		s.flying -= first.bytes
		s.size += first.bytes
	}
}

func (s *slowStart) sent(bytes int, answered time.Time) {
	s.flying += bytes
	s.unanswered = append(s.unanswered, flight{bytes, answered})
}
