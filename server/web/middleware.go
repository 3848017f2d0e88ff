package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"
)

// bodyLimit is far above the largest form, and low enough that nobody can fill memory with bodies.
const bodyLimit = 10 << 10

// policy is the page policy of design.md: nothing inline but the style of critical.go, nothing from elsewhere (W3C CSP
// Level 3).
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; " +
	"frame-ancestors 'none'; form-action 'self'"

// markHeader tells the page script and the service worker that an answer is ours. A proxy, a firewall or a Wi-Fi portal that
// answers in our place does not send it.
const markHeader = "Mon-Compte"

// withHeaders sets what every answer carries (OWASP ASVS 5.0 V3.4).
func (s *site) withHeaders(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set(markHeader, "1")
		h.Set("Content-Security-Policy", s.policy(r))
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// withOrigin refuses a form sent from another site. It keeps no token, so a page left open for days still works
// (OWASP ASVS 5.0 V3.5.1). The site's own address is trusted by name because a proxy may rewrite the Host header. A browser that sends
// neither Sec-Fetch-Site nor Origin with a form, as some did until 2020, is judged by the page that it says it comes from; without
// that too it is let through, since it may be an agent that acts for nobody.
func (s *site) withOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if err := protection.AddTrustedOrigin(s.BaseURL.Scheme + "://" + s.BaseURL.Host); err != nil {
		panic(err) // the configuration has checked the address
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Log.WarnContext(r.Context(), "cross-origin request refused", "event", "refused")
		s.errorPage(w, r, http.StatusForbidden, 0)
	}))
	judged := protection.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
			if from, err := url.Parse(r.Referer()); err != nil {
				r.Header.Set("Origin", "null")
			} else if from.Host != "" {
				r.Header.Set("Origin", from.Scheme+"://"+from.Host)
			}
		}
		judged.ServeHTTP(w, r)
	})
}

// withLimit bounds the body of a request.
func withLimit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
		next.ServeHTTP(w, r)
	})
}

// withPanicPage turns a panic into the page of a fault.
func (s *site) withPanicPage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch fault := recover(); fault {
			case nil:
			case http.ErrAbortHandler:
				panic(fault)
			default:
				// The value of a panic may hold what was typed: its place says enough.
				s.Log.ErrorContext(r.Context(), "panic", "stack", string(debug.Stack()))
				s.errorPage(w, r, http.StatusInternalServerError, 0)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// withLog gives each request an id and logs one line for it, with the route and never the address that was asked for, which may hold
// what a person typed. A proxy that was told who is signed in has none.
func (s *site) withLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &recorder{ResponseWriter: w, status: http.StatusOK}
		about := &request{id: rand.Text()[:12], client: forwardedAddress(r, s.TrustedProxies), route: "none"}
		ctx, span := s.Traces.Request(context.WithValue(r.Context(), requestKey{}, about), s.traceparent(r))
		r = r.WithContext(ctx)
		next.ServeHTTP(seen, r)
		took := time.Since(began)
		about.describe(span, method(r), seen.status)
		s.Observe(about.route, seen.status, took)
		if about.route == verifyRoute && seen.status == http.StatusOK {
			return // a line for every request to a service would drown the others
		}
		s.Log.InfoContext(r.Context(), "request", "method", method(r), "route", about.route, "status", seen.status,
			"took", took.Round(time.Microsecond).String())
	})
}

// method keeps what a client makes up out of the log.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
		return r.Method
	}
	return "other"
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap serves http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
