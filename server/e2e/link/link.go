// Package link carries TCP connections as a slow network would: with its round trip, its bandwidth, and TCP's slow start. It works
// between two programs of one machine, without privileges and without touching the machine's own network.
//
// What it does not do: lose, reorder or corrupt anything.
package link

import (
	"context"
	"net"
	"time"
)

// Profile is a network.
type Profile struct {
	Name      string
	RoundTrip time.Duration
	Bandwidth int // bits a second, each way
}

// The networks that people have where there is little (the first two are those of WebPageTest and Lighthouse).
var (
	Slow4G = Profile{"Slow 4G", 150 * time.Millisecond, 1_600_000}
	Slow3G = Profile{"Slow 3G", 400 * time.Millisecond, 400_000}
	GPRS   = Profile{"GPRS", 500 * time.Millisecond, 50_000}
)

// Profiles are all of them, the fastest first.
var Profiles = []Profile{Slow4G, Slow3G, GPRS}

const (
	segment       = 1460         // bytes of a full packet on Ethernet
	overhead      = 40           // its IP and TCP headers
	initialWindow = 10 * segment // RFC 6928
)

// Floor is the least time in which so many bytes come over a new connection: one round trip each for TCP, for TLS 1.3 and for the
// request, and the bytes over the bandwidth.
func (p Profile) Floor(bytes int) time.Duration {
	return 3*p.RoundTrip + p.transfer(bytes)
}

func (p Profile) transfer(bytes int) time.Duration {
	return time.Duration(float64(bytes) * 8 / float64(p.Bandwidth) * float64(time.Second))
}

// Link is a network of that profile. All its connections share the bandwidth.
type Link struct {
	profile  Profile
	up, down wire
}

// New returns a link that nobody uses yet.
func New(p Profile) *Link {
	return &Link{profile: p, up: wire{profile: p}, down: wire{profile: p}}
}

// Listen carries every connection to a loopback port to the address, until ctx is done. It returns the address of the port.
func (l *Link) Listen(ctx context.Context, to string) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				client.Close()
				continue
			}
			context.AfterFunc(ctx, func() { client.Close(); server.Close() })
			l.carry(client, server)
		}
	}()
	return listener.Addr().String(), nil
}

// carry begins to carry a connection both ways. The machine has connected the client at once; on the network that takes a round trip.
func (l *Link) carry(client, server net.Conn) {
	connected := time.Now().Add(l.profile.RoundTrip)
	go l.up.carry(server, client, connected)
	go l.down.carry(client, server, connected)
}
