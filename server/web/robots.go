package web

import (
	"io"
	"net/http"
)

// robots keeps search engines (RFC 9309) away from addresses that begin a sign-in at FranceConnect, and from pages that lead
// them to the sign-in only. It protects nothing: whoever asks is answered as anybody.
func (s *site) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, err := io.WriteString(w, "User-agent: *\nDisallow: /franceconnect/\nDisallow: /mon-compte\n")
	return err
}
