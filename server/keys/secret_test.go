package keys

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const secretText = "AZERTY12"

// forms are the secret as text, as hexadecimal and as bytes in decimal: %s, %x and %d of the same string.
var forms = []string{secretText, "415a455254593132", "415A455254593132", "65 90 69", "0x41, 0x5a", "65, 90"}

func leaked(text string) bool {
	for _, form := range forms {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

type form struct {
	Exported Secret
	hidden   Secret
	Pointer  *Secret
	List     []Secret
	Map      map[string]Secret
	Any      any
}

type element struct{ S Secret }

func newForm() form {
	s := NewSecret(secretText)
	return form{s, s, &s, []Secret{s}, map[string]Secret{"k": s}, s}
}

func TestNoVerbPrintsASecret(t *testing.T) {
	s := NewSecret(secretText)
	for _, verb := range "vsqxXdcobOtTUeEfFgGpw" {
		for _, flag := range []string{"", "+", "#", "-20", "020", " ", ".3"} {
			format := "%" + flag + string(verb)
			for _, value := range []any{s, &s, newForm(), new(newForm()), []Secret{s}, []any{s, newForm()}} {
				if leaked(fmt.Sprintf(format, value)) {
					t.Errorf("%s of %T shows the secret", format, value)
				}
			}
			if !strings.ContainsRune("Tpw", verb) { // these never call a method
				if got := fmt.Sprintf(format, s); got != "[secret]" {
					t.Errorf("%s prints %q", format, got)
				}
			}
		}
	}
	for _, got := range []string{s.String(), s.GoString(), fmt.Sprint(s), fmt.Errorf("x %v", s).Error()[2:], fmt.Sprint(NewSecret(""))} {
		if got != "[secret]" {
			t.Errorf("printed as %q", got)
		}
	}
}

func TestNoEncoderWritesASecret(t *testing.T) {
	s := NewSecret(secretText)
	text, err := json.Marshal(newForm())
	if err != nil {
		t.Fatal(err)
	}
	if leaked(string(text)) {
		t.Errorf("JSON shows the secret: %s", text)
	}
	if text, err := json.Marshal(s); err != nil || string(text) != `"[secret]"` {
		t.Errorf("JSON of a secret is %s, %v", text, err)
	}
	if text, err := xml.Marshal(element{s}); err != nil || leaked(string(text)) || !strings.Contains(string(text), "[secret]") {
		t.Errorf("XML of a secret is %s, %v", text, err)
	}
	// A session store may encode with gob: it must fail rather than store the secret in clear.
	var stored bytes.Buffer
	if err := gob.NewEncoder(&stored).Encode(s); err == nil || leaked(stored.String()) {
		t.Errorf("gob stored %q, %v", stored.String(), err)
	}
}

func TestNoLogShowsASecret(t *testing.T) {
	s := NewSecret(secretText)
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		log.Reset()
		logger := slog.New(handler).With("with", s)
		logger.Info("x", "secret", s, "pointer", &s, "form", newForm(), slog.Group("g", "s", s), "error", errors.New(fmt.Sprint("for ", s)))
		if leaked(log.String()) {
			t.Errorf("%T shows the secret: %s", handler, log.String())
		}
		if strings.Count(log.String(), "[secret]") < 4 {
			t.Errorf("%T does not say that there is a secret: %s", handler, log.String())
		}
	}
}

func TestRevealGivesTheText(t *testing.T) {
	if got := NewSecret(secretText).Reveal(); got != secretText {
		t.Errorf("revealed %q", got)
	}
	if NewSecret(secretText).IsZero() {
		t.Error("a text is zero")
	}
	for _, s := range []Secret{{}, NewSecret("")} {
		if !s.IsZero() || s.Reveal() != "" {
			t.Errorf("zero %v, text %q", s.IsZero(), s.Reveal())
		}
	}
}
