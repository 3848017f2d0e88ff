package portal

import (
	"fmt"
	"io"
	"log/slog"

	"moncompte/server/keys"
)

// Identity is who FranceConnect says that a person is, once every signature and claim was verified. It does not print: fmt, slog
// and the encoders show "[identity]".
type Identity struct {
	Issuer  string
	Subject keys.Secret // names the person at this issuer, and changes with their civil status
	ACR     string      // how sure the identity is: "eidas1", "eidas2" or "eidas3"
	Civil   Civil       // the pivot identity, as the issuer writes it
	IDToken keys.Secret // the hint of the sign-out, nothing else
	Shared  bool        // the visit was made on a computer of several people: ours, not FranceConnect's
}

const hiddenIdentity = "[identity]"

// String returns "[identity]".
func (Identity) String() string { return hiddenIdentity }

// GoString returns "[identity]", for %#v.
func (Identity) GoString() string { return hiddenIdentity }

// Format writes "[identity]" for every verb.
func (Identity) Format(f fmt.State, _ rune) { io.WriteString(f, hiddenIdentity) }

// LogValue returns "[identity]", for slog.
func (Identity) LogValue() slog.Value { return slog.StringValue(hiddenIdentity) }

// MarshalText returns "[identity]", for JSON, XML and the like.
func (Identity) MarshalText() ([]byte, error) { return []byte(hiddenIdentity), nil }
