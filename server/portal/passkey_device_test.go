package portal_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// authenticator makes passkeys as a device does (W3C Web Authentication §6), and lies when a test tells it to.
type authenticator struct {
	t      *testing.T
	flags  protocol.AuthenticatorFlags
	origin string
	aaguid [16]byte
}

// held is a passkey on it.
type held struct {
	id, handle []byte
	key        *ecdsa.PrivateKey
	count      uint32
}

const (
	verified = protocol.FlagUserPresent | protocol.FlagUserVerified
	eligible = protocol.FlagBackupEligible
	backedUp = protocol.FlagBackupState
	siteURL  = "https://moncompte.example"
)

func newAuthenticator(t *testing.T) *authenticator {
	return &authenticator{t: t, flags: verified, origin: siteURL, aaguid: [16]byte{7}}
}

var base64url = base64.RawURLEncoding

func (a *authenticator) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// clientData is what a browser says of the page that asks.
func (a *authenticator) clientData(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	a.must(err)
	return b
}

func (a *authenticator) data(more protocol.AuthenticatorFlags, count uint32) []byte {
	site := sha256.Sum256([]byte("moncompte.example"))
	return append(append(site[:], byte(a.flags|more)), binary.BigEndian.AppendUint32(nil, count)...)
}

// create answers a question for a new passkey.
func (a *authenticator) create(question []byte) (*held, []byte) {
	a.t.Helper()
	var asked protocol.CredentialCreation
	a.must(json.Unmarshal(question, &asked))
	handle, err := base64url.DecodeString(asked.Response.User.ID.(string))
	a.must(err)
	k := &held{id: make([]byte, 16), handle: handle}
	rand.Read(k.id)
	k.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	a.must(err)
	point, err := k.key.PublicKey.Bytes()
	a.must(err)
	public, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	a.must(err)
	data := append(a.data(protocol.FlagAttestedCredentialData, 0), a.aaguid[:]...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(k.id))), k.id...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": append(data, public...)})
	a.must(err)
	return k, a.answer(k, map[string][]byte{
		"clientDataJSON":    a.clientData("webauthn.create", asked.Response.Challenge.String()),
		"attestationObject": object,
	})
}

// get answers a question for a sign-in.
func (a *authenticator) get(k *held, question []byte) []byte {
	a.t.Helper()
	var asked protocol.CredentialAssertion
	a.must(json.Unmarshal(question, &asked))
	if len(asked.Response.AllowedCredentials) > 0 || asked.Response.UserVerification != protocol.VerificationRequired {
		a.t.Errorf("the question names passkeys, or wants nobody to be verified: %s", question)
	}
	k.count++
	client, data := a.clientData("webauthn.get", asked.Response.Challenge.String()), a.data(0, k.count)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, sum[:])
	a.must(err)
	return a.answer(k, map[string][]byte{"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": k.handle})
}

func (a *authenticator) answer(k *held, response map[string][]byte) []byte {
	texts := map[string]string{}
	for name, b := range response {
		texts[name] = base64url.EncodeToString(b)
	}
	id := base64url.EncodeToString(k.id)
	b, err := json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "clientExtensionResults": map[string]any{}, "response": texts})
	a.must(err)
	return b
}
