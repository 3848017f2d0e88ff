package web_test

import (
	_ "embed"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/franceconnect"
	"moncompte/server/franceconnect/fctest"
	"moncompte/server/web"
)

// shown is what a person is shown for one case of fctest.
type shown struct {
	status    int
	sentence  string
	reference bool // that of the provider's support, in the log
	seen      bool
}

//go:embed testdata/franceconnect.txt
var shownTable string

// readShown reads the table: a line with the status and the sentence, then a line with a tab for each case.
func readShown(t *testing.T) map[string]*shown {
	t.Helper()
	_, table, _ := strings.Cut(shownTable, "\n\n")
	rows := map[string]*shown{}
	var page shown
	for line := range strings.Lines(table) {
		line = strings.TrimSuffix(line, "\n")
		name, isCase := strings.CutPrefix(line, "\t")
		switch {
		case isCase:
			row := page
			name, row.reference = strings.CutPrefix(name, "+ ")
			if rows[name] != nil {
				t.Fatalf("%q is in the table twice", name)
			}
			rows[name] = &row
		case line != "":
			status, sentence, _ := strings.Cut(line, " ")
			sentence, _, _ = strings.Cut(sentence, "   (")
			var err error
			if page.status, err = strconv.Atoi(status); err != nil || sentence == "" {
				t.Fatalf("no status and sentence: %q", line)
			}
			page.sentence = sentence
		}
	}
	return rows
}

// liar is a real client of a provider that lies.
type liar struct {
	web.Provider
	fc *fctest.Provider
}

// registrations are the ways to be registered at FranceConnect.
var registrations = map[string]fctest.Options{
	"FranceConnect ES256": {},
	"FranceConnect RS256": {Alg: "RS256"},
	"FranceConnect+ RSA":  {Profile: franceconnect.Plus},
	"FranceConnect+ ECDH": {Profile: franceconnect.Plus, EncryptionAlg: "ECDH-ES"},
}

var encryptionKeys = sync.OnceValues(func() (*franceconnect.EncryptionKeys, error) {
	return franceconnect.CreateEncryptionKeys(filepath.Join(keysDir(), "franceconnect.keys"))
})

// renew makes the client anew: what it had learnt of its provider is forgotten.
func (l *liar) renew(t *testing.T, c fctest.Case) {
	t.Helper()
	o := l.fc.Client()
	o.Log = slog.New(slog.NewJSONHandler(&run, nil))
	if c.Hangs {
		o.Timeout = 200 * time.Millisecond
	}
	if o.Profile == franceconnect.Plus {
		var err error
		if o.EncryptionKeys, err = encryptionKeys(); err != nil {
			t.Fatal(err)
		}
	}
	client, err := franceconnect.New(o)
	check.OK(t, err)
	l.Provider = client
	l.fc.Play(c)
}

// TestEveryHostileCaseEndsWithItsSentenceAndWithoutASession goes through the whole site with every case, for every way to
// be registered. The table names each of them: a new case without a line there fails, and so does a line without a case.
func TestEveryHostileCaseEndsWithItsSentenceAndWithoutASession(t *testing.T) {
	rows := readShown(t)
	for name, options := range registrations {
		t.Run(name, func(t *testing.T) {
			if options.Profile == franceconnect.Plus {
				keys, err := encryptionKeys()
				check.OK(t, err)
				options.JWKS = keys.JWKS // the client is made anew while an answer of the provider may be under way
			}
			l := &liar{fc: fctest.New(t, options)}
			s := openFederatedBy(t, local, l)
			l.renew(t, fctest.Case{})
			if a, _ := s.browser().visit(t, l); a.Header.Get("Location") != "/franceconnect/rattachement" {
				t.Fatalf("an honest provider: status %d", a.StatusCode) // or nothing below would mean anything
			}
			played := map[string]bool{}
			for _, c := range fctest.Cases(l.fc.Client().Profile) {
				if played[c.Name] {
					t.Errorf("two cases are called %q", c.Name)
				}
				played[c.Name] = true
				t.Run(c.Name, func(t *testing.T) {
					row := rows[c.Name]
					if row == nil {
						t.Fatal("testdata/franceconnect.txt does not say what the person is shown")
					}
					row.seen = true
					l.renew(t, c)
					s.t = t
					s.lies(t, l, *row)
				})
			}
		})
	}
	for name, row := range rows {
		if !row.seen {
			t.Errorf("fctest has no case %q any more", name)
		}
	}
}

// visit goes to FranceConnect and comes back. secrets are what it brought along, and must not be shown or logged.
func (b *browser) visit(t *testing.T, l *liar) (a answer, secrets []string) {
	t.Helper()
	a = b.get("/franceconnect/connexion")
	if a.StatusCode != http.StatusSeeOther {
		return a, nil
	}
	address, err := a.Location()
	check.OK(t, err)
	q, err := l.fc.Visit(t.Context(), address.String())
	check.OK(t, err)
	for _, secret := range []string{address.Query().Get("state"), address.Query().Get("nonce"), q.Get("code")} {
		if len(secret) > 20 { // an honest one, which could not be there by chance
			secrets = append(secrets, secret)
		}
	}
	return b.get("/franceconnect/retour?"+q.Encode(), header{"Sec-Fetch-Site": "cross-site"}), secrets
}

// lies plays one case.
func (s *federated) lies(t *testing.T, l *liar, want shown) {
	b := s.browser()
	var a answer
	var secrets []string
	log := since(func() { a, secrets = b.visit(t, l) })
	a.expect(t, "the end", want.status, header{"Cache-Control": "no-store"})
	if want.status == http.StatusSeeOther { // to the sign-in page, which says it
		a.expect(t, "the end", want.status, header{"Location": "/connexion"})
		a = b.get("/connexion")
	}
	for _, text := range []string{want.sentence, `"/connexion"`} {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not hold %q", text)
		}
	}
	if b.isSignedIn() || b.cookie("rattachement") != "" {
		t.Error("a session or a linking was opened")
	}
	if strings.Count(log, `"msg":"no FranceConnect sign-in"`) != 1 {
		t.Errorf("the log does not say once why: %s", log)
	}
	if found := strings.Contains(log, fctest.ErrorID); found != want.reference {
		t.Errorf("the reference of the support is in the log: %v, want %v", found, want.reference)
	}
	secrets = append(secrets, fctest.ClientSecret, fctest.Description, "description of the provider", "alert(1)", "DUBOIS", "angela@",
		"Angela", "eyJ", strings.Repeat("5a", 32))
	for _, secret := range secrets {
		if strings.Contains(log, secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
	for _, secret := range append(secrets, fctest.ErrorID, l.fc.Issuer, "access_denied", "invalid_") {
		if strings.Contains(a.body, secret) {
			t.Errorf("the page repeats %q", secret)
		}
	}
}
