package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/store/storetest"
)

func TestDevModeIsForThisMachineAlone(t *testing.T) {
	for _, setting := range []string{"MONCOMPTE_BASE_URL=https://moncompte.example.org", "MONCOMPTE_BASE_URL=https://localhost", "MONCOMPTE_BASE_URL=http://moncompte.example.org",
		"MONCOMPTE_BASE_URL=http://192.0.2.1:8080", "MONCOMPTE_LISTEN=0.0.0.0:8080", "MONCOMPTE_LISTEN=:8080", "MONCOMPTE_LISTEN=[::]:8080", "MONCOMPTE_LISTEN=192.0.2.1:8080"} {
		if _, err := configured("MONCOMPTE_DEV=1", setting); err == nil || !strings.HasPrefix(err.Error(), "MONCOMPTE_DEV: must be off") {
			t.Errorf("%s: %v", setting, err)
		}
	}
	for _, setting := range []string{"MONCOMPTE_LISTEN=127.0.0.1:0", "MONCOMPTE_LISTEN=[::1]:8080", "MONCOMPTE_LISTEN=localhost:8080", "MONCOMPTE_BASE_URL=http://moncompte.localhost:8080"} {
		if _, err := configured("MONCOMPTE_DEV=1", setting); err != nil {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

func TestWhatShouldNotStayIsSaid(t *testing.T) {
	dir := t.TempDir()
	secret := func(name string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		write(t, path, "smtps://u:hunter2secret@mail.example.org")
		check.OK(t, os.Chmod(path, mode))
		return path
	}
	elsewhere := "MONCOMPTE_KEYS_FILE=" + filepath.Join(dir, "keys", "moncompte.keys")
	database := "MONCOMPTE_DATABASE_URL=file:" + filepath.Join(dir, "moncompte.db")
	for what, test := range map[string]struct {
		settings []string
		says     string // "" = nothing
	}{
		"as documented":                   {[]string{database, elsewhere, "MONCOMPTE_SMTP_URL_FILE=" + secret("own", 0o600)}, ""},
		"a secret of its group":           {[]string{database, elsewhere, "MONCOMPTE_SMTP_URL_FILE=" + secret("group", 0o640)}, ""},
		"a secret of everybody's":         {[]string{database, elsewhere, "MONCOMPTE_SMTP_URL_FILE=" + secret("all", 0o644)}, "MONCOMPTE_SMTP_URL_FILE: every user"},
		"what is no secret":               {[]string{database, elsewhere, "MONCOMPTE_ORG_NAME_FILE=" + secret("name", 0o644)}, ""},
		"keys beside the database":        {[]string{database, "MONCOMPTE_KEYS_FILE=" + filepath.Join(dir, "moncompte.keys")}, "MONCOMPTE_KEYS_FILE: it lies beside"},
		"by the standard":                 {nil, "MONCOMPTE_KEYS_FILE: it lies beside"},
		"as the operator wants":           {[]string{"MONCOMPTE_ALLOW_KEYS_BESIDE_DATABASE=1"}, ""},
		"in dev mode":                     {[]string{"MONCOMPTE_DEV=1"}, ""},
		"SMPP to another machine":         {[]string{database, elsewhere, "MONCOMPTE_SMS_URL=smpp://u:hunter2secret@sms.example.org:2775"}, "smpp:// sends"},
		"SMPP to this machine":            {[]string{database, elsewhere, "MONCOMPTE_SMS_URL=smpp://u:p@127.0.0.1:2775"}, ""},
		"SMPP over TLS":                   {[]string{database, elsewhere, "MONCOMPTE_SMS_URL=smpps://u:p@sms.example.org:3550"}, ""},
		"a collector in clear":            {[]string{database, elsewhere, "OTEL_EXPORTER_OTLP_ENDPOINT=http://c.example.org", "OTEL_EXPORTER_OTLP_HEADERS=k=hunter2secret"}, "OTEL_EXPORTER_OTLP_HEADERS: they go"},
		"a collector told nothing secret": {[]string{database, elsewhere, "OTEL_EXPORTER_OTLP_ENDPOINT=http://c.example.org"}, ""},
		"a collector of this machine":     {[]string{database, elsewhere, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_HEADERS=k=v"}, ""},
		"PostgreSQL as it comes":          {[]string{"MONCOMPTE_DATABASE_URL=postgres://u:hunter2secret@db.example.org/m"}, "PostgreSQL on another"},
		"PostgreSQL in clear":             {[]string{"MONCOMPTE_DATABASE_URL=postgres://u:p@db.example.org/m?sslmode=disable"}, "PostgreSQL on another"},
		"PostgreSQL, unverified":          {[]string{"MONCOMPTE_DATABASE_URL=postgres://u:p@db.example.org/m?sslmode=require"}, "PostgreSQL on another"},
		"PostgreSQL, one of two":          {[]string{"MONCOMPTE_DATABASE_URL=postgres://u:p@localhost,db.example.org/m?sslmode=prefer"}, "PostgreSQL on another"},
		"PostgreSQL, verified":            {[]string{"MONCOMPTE_DATABASE_URL=postgres://u:p@db.example.org/m?sslmode=verify-full"}, ""},
		"PostgreSQL by its socket":        {[]string{"MONCOMPTE_DATABASE_URL=postgres://m@/m?host=/run/postgresql"}, ""},
		"PostgreSQL on this machine":      {[]string{"MONCOMPTE_DATABASE_URL=postgres://u:p@127.0.0.1/m?sslmode=disable"}, ""},
		"PostgreSQL, keys in one folder":  {[]string{"MONCOMPTE_DATABASE_URL=postgres://u:p@localhost/m", "MONCOMPTE_KEYS_FILE=moncompte.keys"}, ""},
	} {
		c, err := configured(test.settings...)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		risks := c.risks()
		said := strings.Join(risks, "\n")
		if strings.Contains(said, "hunter2secret") || (test.says == "") != (len(risks) == 0) || len(risks) > 1 || !strings.Contains(said, test.says) {
			t.Errorf("%s: %q", what, risks)
		}
	}
}

// An account whose password is published must not exist outside a demonstration (OWASP ASVS 5.0 V6.3.2).
func TestAServerWithDemonstrationAccountsSaysSo(t *testing.T) {
	t.Parallel()
	d := deploy(t, storetest.SQLiteURL(t), nil, cheap)
	const shouted = "not safe: the database holds demonstration accounts"
	clean := d.serve(t)
	if err := clean.stop(); err != nil || strings.Contains(strings.Join(clean.log(), "\n"), "not safe") {
		t.Fatalf("before: %v\n%s", err, strings.Join(clean.log(), "\n"))
	}
	real := d.env
	d.env = append(d.env[:len(d.env):len(d.env)], "MONCOMPTE_DEV=1")
	d.printed(t, "", "demo") // the pairs are published, and another test takes one for a secret
	d.env = real
	s := d.serve(t)
	for began := time.Now(); !strings.Contains(strings.Join(s.log(), "\n"), shouted); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("nothing is said:\n%s", strings.Join(s.log(), "\n"))
		}
	}
}
