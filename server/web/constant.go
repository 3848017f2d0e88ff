package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"

	"moncompte/static"
)

// How long a constant page may be shown without asking. The help is asked for anew each time and answered with 304 when it has not
// changed; a form is not kept at all, so that the Back button never shows one from before a sign-in.
const (
	revalidate = "no-cache"
	never      = "no-store"
)

// constant keeps what h answers to somebody who comes for the first time, for everybody who is signed out, and compresses it once.
//
// Only such a page is compressed, and what a person who is signed out asks of it in its address: it holds nothing that an attacker
// could guess by the length of the answer. A page of a session or of a recovery does, next to what the attacker can make it repeat
// (BREACH, CVE-2013-3587), so it goes out as it is, as does every answer to a form.
func (s *site) constant(keep string, h handlerFunc) handlerFunc {
	var pages sync.Map // *content by path: 200 answers alone, so there are no more of them than pages
	return func(w http.ResponseWriter, r *http.Request) error {
		if s.account(r) != "" {
			return h(w, r)
		}
		if s.special(r) {
			about(r.Context()).impersonal = true
			return h(w, r)
		}
		page, known := pages.Load(r.URL.Path)
		if !known {
			var answer captured
			if err := h(&answer, stranger(r)); err != nil {
				return err
			}
			if cmp.Or(answer.status, http.StatusOK) != http.StatusOK {
				return h(w, r)
			}
			page, _ = pages.LoadOrStore(r.URL.Path, newContent(answer.Header(), answer.body.Bytes()))
		}
		w.Header().Set("Cache-Control", keep)
		page.(*content).send(w, r, keep != never)
		return nil
	}
}

// special reports whether a request may get another page than the constant one.
func (s *site) special(r *http.Request) bool {
	_, noNotice := r.Cookie(s.cookieName(noticeCookie))
	if _, noStep := r.Cookie(s.cookieName(stepCookie)); noStep == nil {
		return true // the sign-in page leads on to the second step
	}
	return r.URL.RawQuery != "" || r.Header.Get("HX-Request") != "" || noNotice == nil
}

// stranger is the request without anything that tells browsers apart.
func stranger(r *http.Request) *http.Request {
	clean := r.Clone(context.WithValue(r.Context(), requestKey{}, &request{}))
	clean.Method, clean.Header = http.MethodGet, http.Header{}
	return clean
}

// content is an answer that stays the same, in every coding. It does not change once made and may be used from many goroutines.
type content struct {
	header   http.Header
	revision string
	forms    map[string]func() form
}

// form is the body in the coding that it really has.
type form struct {
	coding string
	body   []byte
}

// newContent returns the content of that body. It is compressed when it is first asked for, coding by coding.
func newContent(header http.Header, body []byte) *content {
	c := &content{header: header.Clone(), revision: revision(body), forms: map[string]func() form{}}
	c.header.Del("Content-Length")
	c.header.Del("Cache-Control")
	for _, name := range static.Codings {
		c.forms[name] = sync.OnceValue(func() form {
			coding, compressed := thorough.compress(name, body)
			return form{coding, compressed}
		})
	}
	return c
}

// revision names a content.
func revision(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8])
}

// send answers GET and HEAD with the content, which has a tag where it may be kept.
func (c *content) send(w http.ResponseWriter, r *http.Request, tagged bool) {
	f := c.forms[coding(r)]()
	for name, values := range c.header {
		for _, value := range values {
			w.Header().Add(name, value)
		}
	}
	tag := ""
	if tagged {
		tag = c.revision + "." + f.coding
	}
	static.Send(w, r, f.coding, tag, bytes.NewReader(f.body))
}

// captured is an answer, kept whole.
type captured struct {
	discarded
	body bytes.Buffer
}

func (c *captured) Write(b []byte) (int, error) { return c.body.Write(b) }
