package notify_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// newKey returns a private key in PKCS #8.
func newKey(t *testing.T, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check.OK(t, err)
	return inPEM("PRIVATE KEY", der)
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestAnEmailIsSignedAndNothingOfItCanBeChanged(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	check.OK(t, err)
	rsaPublic, err := x509.MarshalPKIXPublicKey(rsaKey.Public())
	check.OK(t, err)
	edPublic, edKey, err := ed25519.GenerateKey(rand.Reader)
	check.OK(t, err)
	rows := map[string]struct {
		key, record, settings, at, domain string
	}{
		"RSA": {newKey(t, rsaKey), "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(rsaPublic), "?from=caf@Example.fr",
			"moncompte._domainkey.example.fr", "example.fr"},
		"RSA as it used to be": {inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)),
			"v=DKIM1; p=" + base64.StdEncoding.EncodeToString(rsaPublic), "", "moncompte._domainkey.moncompte.example.fr", "moncompte.example.fr"},
		"Ed25519": {newKey(t, edKey), "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(edPublic), "?from=a@%C3%A9t%C3%A9.fr&selector=k2.mail",
			"k2.mail._domainkey.xn--t-9fab.fr", "xn--t-9fab.fr"},
	}
	for name, r := range rows {
		t.Run(name, func(t *testing.T) {
			verify := func(t *testing.T, raw string) error {
				t.Helper()
				asked := ""
				found, err := dkim.VerifyWithOptions(strings.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
					asked = name
					return []string{r.record}, nil
				}})
				if err != nil || len(found) != 1 || asked != r.at || found[0].Domain != r.domain {
					t.Fatalf("%v, %d signatures, the key is looked for at %q", err, len(found), asked)
				}
				return found[0].Err
			}
			eachMailServer(t, notifytest.SMTPOptions{}, func(t *testing.T, address string, s mailServer) {
				o := options()
				o.DKIMKey = r.key
				_, g := open(t, "smtp://"+address+r.settings, "", o)
				m := message("a", portal.Email)
				if name == "Ed25519" {
					m.Subject = keys.NewSecret(strings.Repeat("été ", 40))
				}
				send(t, g, m)
				raw := string(s.Next(t).Raw)
				if err := verify(t, raw); err != nil {
					t.Fatalf("%v in\n%s", err, raw)
				}
				for what, changed := range map[string]string{
					"another From": "From: x@example.org\r\n" + raw, "another Subject": "Subject: x\r\n" + raw,
					"a code changed": strings.Replace(raw, code, "000000", 2), "more text": strings.TrimRight(raw, "\r\n") + "\r\nx\r\n",
					"another type": strings.Replace(raw, "multipart/alternative", "multipart/mixed", 1),
				} {
					if changed == raw || verify(t, changed) == nil {
						t.Errorf("%s is not noticed", what)
					}
				}
			})
		})
	}
}

func TestAKeyThatCannotSignIsRefusedAtTheStart(t *testing.T) {
	small := "-----BEGIN RSA PRIVATE KEY-----\nMGMCAQACEQCk7b2ek0brwzo6XNlq7KXfAgMBAAECEDhqSQwHvSCiR1Sh2+3HLrkC\nCQDO5pT7v3ObFQIJAMwPtSFXe5AjAggNTdxaJ4nSvQIJAMQWm4RZk13JAggQXZxw\nFIkT2A==\n-----END RSA PRIVATE KEY-----\n"
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check.OK(t, err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	check.OK(t, err)
	good := newKey(t, edKey)
	const here, there = "MONCOMPTE_DKIM_KEY_FILE: ", "MONCOMPTE_SMTP_URL: "
	for _, r := range []struct{ key, smtp, want string }{
		{"hunter-2-pass", "smtp://host", here + "not a private key"}, {inPEM("PRIVATE KEY", []byte("x")), "smtp://host", here + "not a private key"},
		{inPEM("CERTIFICATE", []byte("x")), "smtp://host", here + "not a private key"},
		{inPEM("ENCRYPTED PRIVATE KEY", []byte("x")), "smtp://host", here + "the key is encrypted"},
		{newKey(t, elliptical), "smtp://host", here + "the key is neither"}, {small, "smtp://host", here},
		{good, "", here + "it signs e-mails"}, {good, "smtp://host?from=a@localhost", there + "the domain of from="},
		{good, "smtp://host?selector=a%20b", there + "selector= is not"}, {good, "smtp://host?selector=a%3Bd%3Dx", there + "selector= is not"},
		{good, "smtp://host?selector=.", there + "selector= is not"}, {good, "smtp://host?selector=%C3%A9", there + "selector= is not"},
		{"", "smtp://host?selector=a", there + "selector= says where"},
	} {
		_, _, err := notify.Open(r.smtp, "", notify.Options{Host: "moncompte.example.fr", DKIMKey: r.key})
		if err == nil || !strings.HasPrefix(err.Error(), r.want) || strings.Contains(err.Error(), "\n") || len(leaks(err.Error())) > 0 {
			t.Errorf("%q: %v, want %q", r.smtp, err, r.want)
		}
	}
	if _, _, err := notify.Open("smtp://host?selector=k-2.mail", "", notify.Options{Host: "moncompte.example.fr", DKIMKey: good}); err != nil {
		t.Error(err)
	}
}

func TestFieldsBeginOnTheirFirstLine(t *testing.T) {
	s := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	long := strings.Repeat("Caisse d’allocations familiales de l’Hérault ", 4)
	for _, name := range []string{"Caf", "Caf (34), « l’Hérault »", strings.TrimSpace(long), strings.Repeat("a", 70), strings.Repeat("é", 90)} {
		for _, subject := range []string{code + " est votre code", "FranceConnect est relié", strings.TrimSpace(long), strings.Repeat("œ", 200), strings.Repeat("word ", 40) + "end"} {
			o := options()
			o.OrgName, o.Host = name, "a-very-long-host-name-of-a-portal.departement.example.fr"
			_, g := open(t, "smtp://"+s.Addr+"?from=a-very-long-name-of-a-sender@"+o.Host, "", o)
			m := message("a", portal.Email)
			m.Subject = keys.NewSecret(subject)
			receipt := send(t, g, m)
			got := s.Next(t)
			head, _, _ := bytes.Cut(got.Raw, []byte("\r\n\r\n"))
			var fields []string
			for line := range strings.SplitSeq(string(head), "\r\n") {
				field, value, ok := strings.Cut(line, ":")
				if strings.HasPrefix(line, " ") {
					field, ok = "", true
				} else {
					fields = append(fields, field)
				}
				if strings.TrimSpace(value) == "" && field != "" || !ok || len(line) > 78 && strings.Contains(line, "=?") {
					t.Errorf("%q", line)
				}
			}
			slices.Sort(fields)
			if unique := len(slices.Compact(slices.Clone(fields))); unique != len(fields) {
				t.Errorf("fields that stand twice: %q", fields)
			}
			p := got.Parse(t)
			from, err := p.Header.AddressList("From")
			if err != nil || len(from) != 1 || from[0].Name != name || !strings.HasPrefix(from[0].Address, "a-very-long-name-of-a-sender@") ||
				p.Subject != subject || p.Header.Get("Message-Id") != "<"+receipt+">" || len(p.Header["To"]) != 1 {
				t.Errorf("From %v, %v; Subject %q", from, err, p.Subject)
			}
		}
	}
}
