// Package notifytest holds the servers that the tests of messages send to: SMTP in the process by emersion/go-smtp, SMTP and
// SMPP as processes of Node by npm smtp-server and smpp, a port that hangs, and an outbox in memory.
package notifytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	"moncompte/server/check"
)

// Domain is a name that the certificates are good for and that is not loopback: what a test reaches under it is dialled with
// Dial, and treated as the outside world.
const Domain = "gateway.example.test"

// Authority is a self-signed certificate for loopback and Domain.
type Authority struct {
	Roots       *x509.CertPool
	Certificate tls.Certificate
	KeyPEM      string
	CertPEM     string
}

// NewAuthority makes a fresh certificate.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check.OK(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: Domain},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{Domain, "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	check.OK(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	check.OK(t, err)
	a := &Authority{
		Roots:   x509.NewCertPool(),
		KeyPEM:  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		CertPEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
	}
	a.Roots.AppendCertsFromPEM([]byte(a.CertPEM))
	if a.Certificate, err = tls.X509KeyPair([]byte(a.CertPEM), []byte(a.KeyPEM)); err != nil {
		t.Fatal(err)
	}
	return a
}
