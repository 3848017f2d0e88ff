// Package http stands for net/http in the WASM, where nobody serves or asks by it: go-app and templ name it in signatures, and
// with it come TLS and certificates, a quarter of the bytes. It declares what they name; what would go to the network refuses.
package http

import (
	"context"
	"errors"
	"io"
	"net/url"
)

// The statuses that are named.
const (
	StatusOK                  = 200
	StatusNotModified         = 304
	StatusNotFound            = 404
	StatusInternalServerError = 500
)

// ErrNotHere is the answer to every request.
var ErrNotHere = errors.New("net/http is not in the WASM: the browser asks")

// Header holds fields by their name as written.
type Header map[string][]string

// Get returns the first value of a field, or "".
func (h Header) Get(name string) string {
	if values := h[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// Set replaces a field.
func (h Header) Set(name, value string) { h[name] = []string{value} }

// A Handler answers a request.
type Handler interface {
	ServeHTTP(ResponseWriter, *Request)
}

// A ResponseWriter takes an answer.
type ResponseWriter interface {
	Header() Header
	Write([]byte) (int, error)
	WriteHeader(status int)
}

// A Flusher sends what it holds.
type Flusher interface{ Flush() }

// A Request is what a handler answers.
type Request struct {
	URL    *url.URL
	Header Header
	Host   string
	TLS    *struct{}
	ctx    context.Context
}

// Context returns the context of the request, never nil.
func (r *Request) Context() context.Context {
	if r.ctx == nil {
		return context.Background()
	}
	return r.ctx
}

// WithContext returns a copy with another context.
func (r *Request) WithContext(ctx context.Context) *Request {
	other := *r
	other.ctx = ctx
	return &other
}

// A Response is what Get never returns.
type Response struct {
	StatusCode int
	Header     Header
	Body       io.ReadCloser
}

// Get returns ErrNotHere.
func Get(string) (*Response, error) { return nil, ErrNotHere }

// Dir is a directory that nobody serves.
type Dir string

// FileServer returns a handler that finds nothing.
func FileServer(Dir) Handler { return nothing{} }

type nothing struct{}

func (nothing) ServeHTTP(w ResponseWriter, r *Request) { NotFound(w, r) }

// NotFound answers 404.
func NotFound(w ResponseWriter, _ *Request) { Error(w, "404 page not found", StatusNotFound) }

// Error answers a text and a status.
func Error(w ResponseWriter, text string, status int) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // there is nobody to tell
}
