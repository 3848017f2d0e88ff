package main

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify/notifytest"
	"moncompte/server/store/storetest"
)

// A certificate is renewed every few weeks, by a program that knows nothing of ours.
func TestTheServerSpeaksTLSAndTakesARenewedCertificate(t *testing.T) {
	first, renewed := notifytest.NewAuthority(t), notifytest.NewAuthority(t)
	folder := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(folder, name)
		check.OK(t, os.WriteFile(path+".new", []byte(text), 0o600))
		check.OK(t, os.Rename(path+".new", path))
		return path
	}
	cert, key := put("cert.pem", first.CertPEM), put("key.pem", first.KeyPEM)
	d := deploy(t, storetest.SQLiteURL(t), people(1), cheap)
	settings := []string{"MONCOMPTE_BASE_URL=https://" + notifytest.Domain, "MONCOMPTE_TLS_CERT_FILE=" + cert, "MONCOMPTE_TLS_KEY_FILE=" + key}
	s := d.serve(t, settings...)
	host := strings.TrimPrefix(s.site, "http://")
	// ask returns the version of HTTP and why there was no answer, as a browser that trusts that certificate alone.
	ask := func(trusted *notifytest.Authority, most uint16) (int, error) {
		to := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: trusted.Roots, ServerName: notifytest.Domain, MaxVersion: most}}
		defer to.CloseIdleConnections()
		r, err := (&http.Client{Transport: to}).Get("https://" + host + "/connexion")
		if err != nil {
			return 0, err
		}
		defer r.Body.Close()
		if r.StatusCode != http.StatusOK || r.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("status %d, Strict-Transport-Security %q", r.StatusCode, r.Header.Get("Strict-Transport-Security"))
		}
		return r.ProtoMajor, nil
	}
	if version, err := ask(first, 0); err != nil || version != 2 {
		t.Errorf("HTTP/%d: %v", version, err)
	}
	if _, err := ask(first, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is spoken")
	}

	until := func(what string, done func() bool) {
		t.Helper()
		for began := time.Now(); !done(); time.Sleep(20 * time.Millisecond) {
			if time.Since(began) > time.Minute {
				t.Fatal("never: " + what)
			}
		}
	}
	// Its key comes a moment later: meanwhile the pair before goes on.
	put("cert.pem", renewed.CertPEM)
	until("the half of a pair is said", func() bool {
		check.OK(t, check.ErrOf(ask(first, 0)))
		return strings.Contains(strings.Join(s.log(), "\n"), "the new certificate is not used")
	})
	put("key.pem", renewed.KeyPEM)
	until("the renewed certificate is shown", func() bool {
		_, err := ask(renewed, 0)
		return err == nil
	})
	os.Remove(key)
	time.Sleep(certificateCheckEvery)
	if _, err := ask(renewed, 0); err != nil {
		t.Errorf("once its file is gone: %v", err)
	}
	put("key.pem", renewed.KeyPEM)

	for _, row := range []struct{ name, want string }{
		{"MONCOMPTE_TLS_KEY_FILE=", "MONCOMPTE_TLS_KEY_FILE: it must be given"},
		{"MONCOMPTE_TLS_CERT_FILE=", "MONCOMPTE_TLS_CERT_FILE: it must be given"},
		{"MONCOMPTE_TLS_KEY_FILE=" + cert, "MONCOMPTE_TLS_CERT_FILE and MONCOMPTE_TLS_KEY_FILE: "},
		{"MONCOMPTE_TLS_CERT_FILE=" + folder + "/none", "MONCOMPTE_TLS_CERT_FILE: no such file"},
		{"MONCOMPTE_BASE_URL=http://localhost:1", "MONCOMPTE_TLS_CERT_FILE: is of use with an https"},
	} {
		wrong := *d
		wrong.env = append(d.env[:len(d.env):len(d.env)], append(settings, row.name)...)
		if said := wrong.tried(t, "serve"); !strings.Contains(said, row.want) || strings.Count(said, "\n") != 1 {
			t.Errorf("%s: %q", row.name, said)
		}
	}
	for name, want := range map[string]string{
		notifytest.Domain:    "ok    certificate   holds until " + time.Now().Add(24*time.Hour).UTC().Format(time.DateOnly),
		"other.example.test": "mend  certificate   MONCOMPTE_TLS_CERT_FILE: x509: certificate is valid for ",
	} {
		var said strings.Builder
		(&doctor{out: &said}).certificate(config{BaseURL: &url.URL{Scheme: "https", Host: name}, TLSCert: cert, TLSKey: key})
		if !strings.HasPrefix(said.String(), want) {
			t.Errorf("%s: %s", name, said.String())
		}
	}
}
