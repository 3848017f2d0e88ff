package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"moncompte/server/notify/notifytest"
	"moncompte/server/store/storetest"
)

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// A recovery is rows in the database: after kill -9 at any step the next server goes on where the last one was. Messages may
// come more than once, with the same code; a code opens one new password.
func TestARecoveryOutlivesKilledServers(t *testing.T) {
	mail := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	all := people(2)
	nathalie, other := all[0], all[1]
	d := deploy(t, storetest.SQLiteURL(t), all, cheap)
	d.env = append(d.env, "MONCOMPTE_SMTP_URL=smtp://"+mail.Addr)
	b := newBrowser(t)
	const way = "/mot-de-passe-oublie"
	leads := func(what string, a answer, path string) {
		t.Helper()
		if a.status != http.StatusSeeOther || a.header.Get("Location") != path {
			t.Fatalf("%s: status %d, to %q; want %s", what, a.status, a.header.Get("Location"), path)
		}
	}

	// The mail server is down while the code is asked for, and the server is killed before it is back.
	mail.Stop()
	s := d.serve(t)
	leads("asking for a code", b.post(t, s.site+way, url.Values{"identifiant": {nathalie.identifier}, "canal": {"email"}}), way+"/code")
	s.kill()
	mail.Start()
	s = d.serve(t)
	// The killed server may have held the message: it is free again when its lease is over.
	next := func() notifytest.Parsed {
		t.Helper()
		select {
		case m := <-mail.Mails:
			return m.Parse(t)
		case <-time.After(2 * time.Minute):
			t.Fatal("the message was lost")
			panic("not reached")
		}
	}
	code := sixDigits.FindString(next().Subject)
	if code == "" {
		t.Fatal("the message holds no code")
	}
	s.kill()

	s = d.serve(t)
	stranger := newBrowser(t)
	leads("asking for another account", stranger.post(t, s.site+way, url.Values{"identifiant": {other.identifier}, "canal": {"email"}}), way+"/code")
	if a := stranger.post(t, s.site+way+"/code", url.Values{"code": {code}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the code of another flow: status %d", a.status)
	}
	leads("the code", b.post(t, s.site+way+"/code", url.Values{"code": {code}}), way+"/nouveau")
	s.kill()

	s = d.serve(t)
	const chosen, again = "girafe cactus 3 lanterne", "tambour violet 47 nuages"
	logged.secret("password", chosen)
	logged.secret("password", again)
	leads("the password", b.post(t, s.site+way+"/nouveau", url.Values{"mot_de_passe": {chosen}}), "/mon-compte")
	s.kill()

	s = d.serve(t)
	leads("a second password", b.post(t, s.site+way+"/nouveau", url.Values{"mot_de_passe": {again}}), way)
	leads("the code once more", b.post(t, s.site+way+"/code", url.Values{"code": {code}}), way)
	form := pair(nathalie)
	for _, c := range []struct {
		password string
		status   int
	}{{nathalie.password, http.StatusUnauthorized}, {again, http.StatusUnauthorized}, {chosen, http.StatusSeeOther}} {
		form.Set("mot_de_passe", c.password)
		if a := newBrowser(t).post(t, s.site+"/connexion", form); a.status != c.status {
			t.Errorf("signing in: status %d, want %d", a.status, c.status)
		}
	}
	// What else comes is the notice, which was not lost, the other account's code, or the same code again.
	for {
		if strings.Contains(next().Subject, "a changé") {
			break
		}
	}
}
