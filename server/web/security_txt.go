package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// securityTXTLife is how long the answer may be relied on (RFC 9116 §2.5.5 asks for less than a year).
const securityTXTLife = 90 * 24 * time.Hour

// securityTXT tells whoever finds a weakness where to say so: at the body that runs the portal (RFC 9116). A body that has named no
// address of its own, or none under https, has none to give.
func (s *site) securityTXT(w http.ResponseWriter, _ *http.Request) error {
	if !strings.HasPrefix(s.Org.URL, "https://") {
		return statusError(http.StatusNotFound)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, err := fmt.Fprintf(w, "Contact: %s\nExpires: %s\nPreferred-Languages: fr, en\nCanonical: %s\n",
		s.Org.URL, time.Now().Add(securityTXTLife).UTC().Format(time.RFC3339), s.BaseURL.JoinPath(securityTXTPath))
	return err
}

const securityTXTPath = "/.well-known/security.txt"
