package web

import (
	"context"
	"io"
	"net/http"
	"time"
)

// healthz says that the process answers.
func (s *site) healthz(w http.ResponseWriter, r *http.Request) error {
	return plain(w, http.StatusOK, "ok\n")
}

// readyz says that the database answers too, and by which channels codes cannot leave. The latter is for people and not for the load
// balancer, hence still a 200: the gateways are the same for every instance, so that to take one away would only take the site from
// those who sign in without a code.
func (s *site) readyz(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.Accounts.Ping(ctx); err != nil {
		s.Log.WarnContext(r.Context(), "not ready", "reason", err)
		return plain(w, http.StatusServiceUnavailable, "database\n")
	}
	text := "ok\n"
	if s.Away != nil {
		for _, channel := range s.Away() {
			text += "codes cannot leave by " + string(channel) + "\n"
		}
	}
	return plain(w, http.StatusOK, text)
}

func plain(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	io.WriteString(w, text)
	return nil
}
