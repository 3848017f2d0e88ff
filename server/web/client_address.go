package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// clientAddress is the address that a request comes from, the zero Addr when a proxy that is trusted does not tell it in a form that
// can be read: that is logged, once a minute and without what was sent, which may come from anybody.
func (s *site) clientAddress(r *http.Request) netip.Addr {
	if s.throughStranger(r) && s.untrusted.Due(time.Now()) {
		s.Log.ErrorContext(r.Context(), "not safe: a proxy that MONCOMPTE_TRUSTED_PROXIES does not name forwards requests: everybody seems to come from "+
			"its address, and one person's mistakes slow down all")
	}
	address := forwardedAddress(r, s.TrustedProxies)
	if !address.IsValid() && s.unreadable.Due(time.Now()) {
		s.Log.WarnContext(r.Context(), "a trusted proxy forwards no address that can be read: what comes through it is not limited by address")
	}
	return address
}

// throughStranger tells whether a proxy of the operator's own network forwards the request without being trusted. From elsewhere the header
// says nothing: anybody can write it.
func (s *site) throughStranger(r *http.Request) bool {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || r.Header.Get("X-Forwarded-For") == "" {
		return false
	}
	address := port.Addr().Unmap()
	return (address.IsLoopback() || address.IsPrivate()) && !slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

// forwardedAddress reads X-Forwarded-For from its end, where our own proxies write, and only through proxies that are trusted: anybody
// can write its beginning.
func forwardedAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := port.Addr().Unmap()
	hops := strings.FieldsFunc(strings.Join(r.Header.Values("X-Forwarded-For"), ","), func(c rune) bool { return c == ',' })
	hops = slices.DeleteFunc(hops, func(hop string) bool { return strings.TrimSpace(hop) == "" }) // none, by RFC 9110 §5.6.1
	believed := func() bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(address) })
	}
	if len(hops) == 0 && believed() {
		return netip.Addr{} // the proxy's own address is nobody's
	}
	for _, hop := range slices.Backward(hops) {
		if !believed() {
			break
		}
		address = readHop(strings.TrimSpace(hop))
	}
	return address
}

// readHop reads an address as proxies write it (RFC 7239 §6): alone, in quotes, with a port, which may be made up, IPv6 in brackets or
// not, with a zone. It returns the zero Addr for everything else, such as "unknown".
func readHop(hop string) netip.Addr {
	if len(hop) >= 4 && strings.EqualFold(hop[:4], "for=") {
		hop = hop[4:]
	}
	hop = strings.Trim(hop, `"`)
	if inside, ok := strings.CutPrefix(hop, "["); ok {
		hop, _, _ = strings.Cut(inside, "]")
	} else if address, _, ok := strings.Cut(hop, ":"); ok && strings.Contains(address, ".") {
		hop = address
	}
	address, err := netip.ParseAddr(hop)
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap().WithZone("")
}
