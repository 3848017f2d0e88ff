package components

import (
	"time"

	"moncompte/app/words"
)

// MessagesView lists the messages of dev mode, newest first. It is a page for developers who play the person: nothing of
// it exists outside dev mode.
type MessagesView struct {
	Page
	Messages []MessageView
}

// MessageView is one message as the person would have received it.
type MessageView struct {
	Channel Channel
	To      string
	Subject string // empty for an SMS
	Body    string
	At      time.Time
}

func (m MessageView) heading(w *words.Messages) string {
	if m.Channel == SMS {
		return w.SMS(m.To)
	}
	return w.Mail(m.To)
}

func (v MessagesView) titled(title string) Page {
	v.Page.Title = title
	return v.Page
}
