package web

import (
	"encoding/json"
	"net/http"

	"moncompte/components"
)

// messages shows what dev mode would have sent.
func (s *site) messages(w http.ResponseWriter, r *http.Request) error {
	view := components.MessagesView{Page: s.page(r)}
	for _, m := range s.Sent() {
		view.Messages = append(view.Messages, components.MessageView{Channel: channelOf(m.Channel), To: m.To, Subject: m.Subject,
			Body: m.Body, At: m.At.In(s.paris)})
	}
	return s.render(w, r, http.StatusOK, components.Messages(view))
}

// messagesJSON is the same for programs: a list of {channel, to, subject, body, at}, newest first.
func (s *site) messagesJSON(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(s.Sent())
}
