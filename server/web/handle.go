package web

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"moncompte/components"
	"moncompte/server/portal"
)

// handlerFunc answers a request or returns why it cannot.
type handlerFunc func(w http.ResponseWriter, r *http.Request) error

// statusError is an error that is the request's own, such as a page that does not exist.
type statusError int

func (e statusError) Error() string { return http.StatusText(int(e)) }

// statuses turns the kinds of the domain's errors into statuses.
var statuses = map[portal.Kind]int{
	portal.KindInvalid:      http.StatusUnprocessableEntity,
	portal.KindUnauthorized: http.StatusUnauthorized,
	portal.KindThrottled:    http.StatusTooManyRequests,
	portal.KindBusy:         http.StatusServiceUnavailable,
	portal.KindNotFound:     http.StatusNotFound,
	portal.KindInternal:     http.StatusInternalServerError,
}

// statusOf returns the status for an error, and how long to wait when waiting helps.
func (s *site) statusOf(err error) (status int, wait time.Duration) {
	var own statusError
	var large *http.MaxBytesError
	var domain *portal.Error
	switch {
	case errors.As(err, &own):
		return int(own), 0
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, 0
	case errors.As(err, &domain):
		return statuses[domain.Kind], domain.Wait
	case errors.Is(err, context.DeadlineExceeded), s.Unavailable(err):
		return http.StatusServiceUnavailable, 5 * time.Second
	}
	return http.StatusInternalServerError, 0
}

// handle runs h and shows the page of the error that it returns.
func (s *site) handle(h handlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		about(r.Context()).route = r.Pattern
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// fail shows an error as a neutral page. What went wrong on our side is logged whole and never shown.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, wait := s.statusOf(err)
	if status >= 500 && r.Context().Err() == nil {
		s.Log.ErrorContext(r.Context(), "request failed", "reason", err)
	}
	s.errorPage(w, r, status, wait)
}

func (s *site) errorPage(w http.ResponseWriter, r *http.Request, status int, wait time.Duration) {
	retryAfter(w, wait)
	view := components.ErrorView{Page: s.page(r), Status: status, RequestID: about(r.Context()).id, Wait: wait}
	if r.Method == http.MethodGet && !strings.HasPrefix(r.URL.Path, "/franceconnect/") { // a return from there opens once
		view.Again = r.URL.Path
	}
	page := components.ErrorPage(view)
	if htmx(w, r) {
		page = components.ErrorMessages(view)
	}
	if err := s.render(w, r, status, page); err != nil {
		if r.Context().Err() != nil {
			return // the person has left: this is no fault of ours
		}
		s.Log.ErrorContext(r.Context(), "error page failed", "reason", err)
		http.Error(w, "Une erreur est survenue.", http.StatusInternalServerError)
	}
}

// render writes a whole page, once it is known to be whole.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var page bytes.Buffer
	if err := c.Render(r.Context(), &page); err != nil {
		return err
	}
	h, body := w.Header(), page.Bytes()
	if about(r.Context()).impersonal && status == http.StatusOK {
		var name string
		if name, body = moderate.compress(coding(r), body); name != "identity" {
			h.Set("Content-Encoding", name)
		}
		h.Add("Vary", "Accept-Encoding")
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", challenge)
	}
	w.WriteHeader(status)
	w.Write(body) // when the person has left there is nobody to tell
	return nil
}

// challenge goes with every 401 (RFC 9110 §15.5.2). The scheme is of our own making: browsers pass over one that they do not know, where
// one that they do know would have them ask for a password in a window of theirs.
const challenge = `Form realm="Mon Compte"`

// retryAfter says when to come back, in whole seconds (RFC 9110 §10.2.3).
func retryAfter(w http.ResponseWriter, wait time.Duration) {
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
}

// htmx reports whether the answer goes to HTMX. One address then has two answers, which caches must not mix up.
func htmx(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Add("Vary", "HX-Request")
	return r.Header.Get("HX-Request") == "true"
}

// redirect leads to one of our own pages, or to where mayLeadTo allows: by 303, or by HX-Redirect, which loads the page whole so that a page of a
// session is never swapped into another.
func redirect(w http.ResponseWriter, r *http.Request, path string) error {
	w.Header().Set("Cache-Control", "no-store")
	if htmx(w, r) {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusOK)
		return nil
	}
	w.Header().Set("Location", path)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// orErrorPage gives the mux's own 404 and 405 answers our page.
func (s *site) orErrorPage(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		if clean, ok := withoutSlash(mux, r); ok {
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, clean, http.StatusPermanentRedirect)
			return
		}
		var answer discarded
		h.ServeHTTP(&answer, r)
		if allow := answer.Header().Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
		}
		s.fail(w, r, statusError(answer.status))
	})
}

// withoutSlash is the address of a page that was asked for with a slash behind it, as people and tools type it; false when there is none.
func withoutSlash(mux *http.ServeMux, r *http.Request) (clean string, ok bool) {
	shorter := *r.URL
	shorter.Path, shorter.RawPath = strings.TrimSuffix(r.URL.Path, "/"), ""
	if shorter.Path == "" || shorter.Path != path.Clean(r.URL.Path) {
		return "", false // the page itself, or what the mux cleans: "//host/" must never lead elsewhere
	}
	without := r.Clone(r.Context())
	without.URL = &shorter
	_, pattern := mux.Handler(without)
	return (&url.URL{Path: shorter.Path, RawQuery: r.URL.RawQuery}).RequestURI(), pattern != ""
}

// discarded takes an answer's status and headers and drops its body.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header {
	if d.header == nil {
		d.header = http.Header{}
	}
	return d.header
}

func (d *discarded) WriteHeader(status int)      { d.status = status }
func (d *discarded) Write(b []byte) (int, error) { return len(b), nil }
