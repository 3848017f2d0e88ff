package notify

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"regexp"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/idna"
)

// defaultSelector is where the public key stands when the address does not say: moncompte._domainkey.DOMAIN.
const defaultSelector = "moncompte"

var selectorForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)*$`)

// signedFields are the fields that a reader sees and those that say how to read the body (RFC 6376 §5.4.1). From, To and Subject stand
// twice, so that nobody can add another one (§5.4.2).
var signedFields = strings.Fields("from from to to subject subject date message-id mime-version content-type content-language auto-submitted")

// newSigner reads a private key (PEM: PKCS #8 or PKCS #1) and tries it. Mail is signed for the domain of its sender: only then does
// the signature count for DMARC (RFC 7489 §3.1.1). The errors say nothing of the key.
func newSigner(key, from, selector string) (*dkim.SignOptions, error) {
	signer, err := signingKey(key)
	if err != nil {
		return nil, settingError{"MONCOMPTE_DKIM_KEY_FILE", err}
	}
	domain, err := idna.Lookup.ToASCII(from[strings.LastIndexByte(from, '@')+1:])
	if err != nil || !strings.Contains(domain, ".") {
		return nil, errors.New("the domain of from= cannot publish the key of MONCOMPTE_DKIM_KEY_FILE")
	}
	selector = cmp.Or(selector, defaultSelector)
	if !selectorForm.MatchString(selector) {
		return nil, errors.New("selector= is not a name of the DNS")
	}
	o := &dkim.SignOptions{Domain: strings.ToLower(domain), Selector: selector, Signer: signer, HeaderKeys: signedFields,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed}
	if err := dkim.Sign(new(bytes.Buffer), strings.NewReader("From: a@b.fr\r\n\r\nx\r\n"), o); err != nil {
		return nil, settingError{"MONCOMPTE_DKIM_KEY_FILE", errors.New("the key cannot sign")}
	}
	return o, nil
}

func signingKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("not a private key in PEM")
	}
	if strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "" {
		return nil, errors.New("the key is encrypted: the server has no password for it")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if rsaKey, old := x509.ParsePKCS1PrivateKey(block.Bytes); old == nil {
		key, err = rsaKey, nil
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		// Shorter ones are refused by whoever verifies (RFC 8301 §3.2).
		if key.N.BitLen() < 1024 {
			return nil, errors.New("an RSA key of less than 1024 bits cannot sign; 2048 is usual")
		}
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	}
	if err != nil {
		return nil, errors.New("not a private key in PEM")
	}
	return nil, errors.New("the key is neither RSA nor Ed25519")
}

// sign puts a DKIM-Signature before a message, when there is a key.
func (g *smtpGateway) sign(raw []byte) ([]byte, error) {
	if g.dkim == nil {
		return raw, nil
	}
	var signed bytes.Buffer
	err := dkim.Sign(&signed, bytes.NewReader(raw), g.dkim)
	return signed.Bytes(), err
}
