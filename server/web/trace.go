package web

import (
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"moncompte/server/tracing"
)

// traceparent is the trace that a request belongs to, "" for one of its own. Only proxies that are trusted say so: a stranger would choose
// which requests are told to the collector, and put their own into the traces of others.
func (s *site) traceparent(r *http.Request) string {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(port.Addr().Unmap()) }) {
		return ""
	}
	return r.Header.Get("Traceparent")
}

var errAnswer = errors.New("the answer says that it is our fault")

// describe ends the span of the request: it is called like the log's line, by the route and never by the address that was asked for.
func (a *request) describe(span tracing.Span, method string, status int) {
	_, path, found := strings.Cut(a.route, " ")
	if !found {
		path = a.route
	}
	span.Name(method + " " + path)
	span.Text("http.request.method", method)
	span.Text("http.route", path)
	span.Number("http.response.status_code", status)
	span.Text("moncompte.request", a.id)
	if status >= 500 {
		span.End(errAnswer)
	} else {
		span.End(nil)
	}
}
