package web

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheClientAddressIsTheLastOneThatTrustedProxiesSaw(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	for _, c := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"no proxy", "192.0.2.1:1234", nil, "192.0.2.1"},
		{"a header that a client made up", "192.0.2.1:1234", []string{"198.51.100.1"}, "192.0.2.1"},
		{"one proxy", "10.0.0.1:1234", []string{"198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.0.0.1:1234", []string{"198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"two proxies, two headers", "10.0.0.1:1234", []string{"198.51.100.1", "10.0.0.2"}, "198.51.100.1"},
		{"an address that the client put before its own", "10.0.0.1:1234", []string{"1.2.3.4, 198.51.100.1"}, "198.51.100.1"},
		{"our proxy's address that the client put before its own", "10.0.0.1:1234", []string{"1.2.3.4, 10.0.0.9, 198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"a visitor inside", "10.0.0.1:1234", []string{"10.0.0.2"}, "10.0.0.2"},
		{"a proxy that says nothing", "10.0.0.1:1234", nil, "invalid IP"},
		{"an empty header", "10.0.0.1:1234", []string{""}, "invalid IP"},
		{"RFC 7239's word for not known", "10.0.0.1:1234", []string{"unknown"}, "invalid IP"},
		{"a made-up name (RFC 7239)", "10.0.0.1:1234", []string{"_gazonk"}, "invalid IP"},
		{"junk before an address", "10.0.0.1:1234", []string{"' OR 1=1, 198.51.100.1"}, "198.51.100.1"},
		{"junk after an address", "10.0.0.1:1234", []string{"198.51.100.1, junk"}, "invalid IP"},
		{"an unreadable hop between our own", "10.0.0.1:1234", []string{"198.51.100.1, unknown, 10.0.0.2"}, "invalid IP"},
		{"a comma too many", "10.0.0.1:1234", []string{"198.51.100.1,"}, "198.51.100.1"},
		{"two commas", "10.0.0.1:1234", []string{"198.51.100.1, ,10.0.0.2"}, "198.51.100.1"},
		{"with a port", "10.0.0.1:1234", []string{"198.51.100.7:50123"}, "198.51.100.7"},
		{"with a port, behind another proxy with one", "10.0.0.1:1234", []string{"198.51.100.7:50123, 10.0.0.2:443"}, "198.51.100.7"},
		{"with a port that is made up", "10.0.0.1:1234", []string{"198.51.100.7:_http"}, "198.51.100.7"},
		{"in quotes", "10.0.0.1:1234", []string{`"198.51.100.7"`}, "198.51.100.7"},
		{"in quotes with a port", "10.0.0.1:1234", []string{`"198.51.100.7:80"`}, "198.51.100.7"},
		{"IPv6 in brackets", "10.0.0.1:1234", []string{"[2001:db8:1::2]"}, "2001:db8:1::2"},
		{"IPv6 in brackets with a port", "10.0.0.1:1234", []string{"[2001:DB8:1::2]:4711"}, "2001:db8:1::2"},
		{"IPv6 in brackets and quotes with a port", "10.0.0.1:1234", []string{`"[2001:db8:1::2]:4711"`}, "2001:db8:1::2"},
		{"IPv6 in brackets with a zone", "10.0.0.1:1234", []string{"[fe80::1%25eth0]:80"}, "fe80::1"},
		{"IPv4 written as IPv6 in brackets", "10.0.0.1:1234", []string{"[::ffff:198.51.100.7]:80"}, "198.51.100.7"},
		{"as in Forwarded", "10.0.0.1:1234", []string{`For="[2001:db8:1::2]:80"`}, "2001:db8:1::2"},
		{"a name", "10.0.0.1:1234", []string{"www.example.org:80"}, "invalid IP"},
		{"a bracket alone", "10.0.0.1:1234", []string{"["}, "invalid IP"},
		{"octets with zeros before them", "10.0.0.1:1234", []string{"198.051.100.007"}, "invalid IP"},
		{"spaces", "10.0.0.1:1234", []string{"  198.51.100.1 \t"}, "198.51.100.1"},
		{"IPv6", "[2001:db8:1::1]:1234", nil, "2001:db8:1::1"},
		{"IPv6 proxy", "[2001:db8:ffff::1]:1234", []string{"2001:db8:1::2"}, "2001:db8:1::2"},
		{"IPv4 written as IPv6", "[::ffff:192.0.2.1]:1234", nil, "192.0.2.1"},
		{"proxy's IPv4 written as IPv6", "[::ffff:10.0.0.1]:1234", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"zone", "10.0.0.1:1234", []string{"fe80::1%eth0"}, "fe80::1"},
		{"no address", "@", []string{"198.51.100.1"}, "invalid IP"},
		{"no port", "192.0.2.1", nil, "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		for _, f := range c.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		if got := forwardedAddress(r, trusted).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:1234"
	r.Header.Set("X-Forwarded-For", "198.51.100.1")
	if got := forwardedAddress(r, nil).String(); got != "10.0.0.1" {
		t.Errorf("without trusted proxies: %s, want the connection's own address", got)
	}
}

// What cannot be read is said, seldom and without itself: it may be what an attacker wrote.
func TestAnAddressThatCannotBeReadIsLoggedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &site{Options: Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Log: slog.New(slog.NewTextHandler(&log, nil))}}
		ask := func(forwarded string) {
			r := httptest.NewRequest("POST", "/connexion", nil)
			r.RemoteAddr = "10.0.0.1:1234"
			r.Header.Set("X-Forwarded-For", forwarded)
			s.clientAddress(r)
		}
		for range 3 {
			for range 50 {
				ask("stranger-wrote-this")
				ask("198.51.100.7")
			}
			time.Sleep(time.Minute)
		}
		if n := strings.Count(log.String(), "level=WARN"); n != 3 || strings.Count(log.String(), "\n") != 3 {
			t.Errorf("%d lines in three minutes:\n%s", n, log.String())
		}
		if strings.Contains(log.String(), "stranger-wrote") {
			t.Error("what was sent is in the log")
		}
	})
}
