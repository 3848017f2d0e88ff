package notifytest

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"

	"moncompte/server/check"
)

// Mail is an e-mail as a server took it.
type Mail struct {
	From string
	To   []string
	Raw  []byte
	TLS  bool
	User string // who signed in, empty for nobody
	UTF8 bool   // SMTPUTF8 was asked for; known of SMTP alone
}

// Parsed is a Mail read as a mail program does.
type Parsed struct {
	Header  mail.Header
	Subject string
	Text    string
	HTML    string
}

// Parse reads m and fails the test when it is malformed.
func (m Mail) Parse(t testing.TB) Parsed {
	t.Helper()
	message, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	check.OK(t, err)
	p := Parsed{Header: message.Header}
	if p.Subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	kind, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %q, %v", kind, err)
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return p
		}
		check.OK(t, err)
		if encoding := part.Header.Get("Content-Transfer-Encoding"); encoding != "quoted-printable" {
			t.Fatalf("part in %q", encoding)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		check.OK(t, err)
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		switch kind := part.Header.Get("Content-Type"); {
		case strings.EqualFold(kind, "text/plain; charset=UTF-8"):
			p.Text = text
		case strings.EqualFold(kind, "text/html; charset=UTF-8"):
			p.HTML = text
		default:
			t.Fatalf("unexpected part %q", kind)
		}
	}
}
