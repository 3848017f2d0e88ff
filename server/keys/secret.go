package keys

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what every way of printing shows, also for the empty secret.
const hidden = "[secret]"

// Secret is a text that is not printed by accident: an identifier, e-mail, phone number, password, code or token. All fmt verbs,
// slog and the text, JSON and XML encoders show "[secret]"; only Reveal gives the text. The zero Secret is the empty text.
//
// Secrets do not compare with ==, which would compare addresses; compare what Reveal returns, in constant time where it matters.
type Secret struct {
	_ [0]func() // makes == a compile error
	// A pointer, because fmt calls no method on a field that is not exported: it walks through, and prints an address here.
	text *string
}

// NewSecret hides text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text. Each call is a place to look at in a review.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero tells whether the text is empty.
func (s Secret) IsZero() bool { return s.text == nil }

// String returns "[secret]".
func (s Secret) String() string { return hidden }

// GoString returns "[secret]", for %#v.
func (s Secret) GoString() string { return hidden }

// Format writes "[secret]" for every verb and flag, also %d and %x, which would pass String by.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, hidden) }

// LogValue returns "[secret]", for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns "[secret]", for JSON, XML and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
