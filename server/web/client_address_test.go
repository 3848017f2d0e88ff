package web

import (
	"net/http/httptest"
	"net/netip"
	"testing"
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
		{"a proxy that says nothing", "10.0.0.1:1234", nil, "10.0.0.1"},
		{"an empty header", "10.0.0.1:1234", []string{""}, "10.0.0.1"},
		{"junk", "10.0.0.1:1234", []string{"unknown"}, "10.0.0.1"},
		{"junk before an address", "10.0.0.1:1234", []string{"' OR 1=1, 198.51.100.1"}, "198.51.100.1"},
		{"junk after an address", "10.0.0.1:1234", []string{"198.51.100.1, junk"}, "10.0.0.1"},
		{"a comma too many", "10.0.0.1:1234", []string{"198.51.100.1,"}, "10.0.0.1"},
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
		if got := clientAddress(r, trusted).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:1234"
	r.Header.Set("X-Forwarded-For", "198.51.100.1")
	if got := clientAddress(r, nil).String(); got != "10.0.0.1" {
		t.Errorf("without trusted proxies: %s, want the connection's own address", got)
	}
}
