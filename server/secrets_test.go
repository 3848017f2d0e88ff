package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/store/storetest"
)

// The whole way, and each mistake on it, leaves no secret in the log of the server that answered.
func TestNothingPersonalIsInTheLogOfAServer(t *testing.T) {
	all := people(6)
	stranger := person{"2690549588157", "tambour-violet-47-nuages", "Landerneau-9999", "ailleurs@example.org", "+33639989999"}
	stranger.register()
	d := deploy(t, storetest.SQLiteURL(t), all, cheap)
	s := d.serve(t)
	b := newBrowser(t)
	for _, step := range []struct {
		what string
		path string
		form url.Values
		want int
	}{
		{"an identifier that nobody has", "/connexion", pair(stranger), http.StatusUnauthorized},
		{"the password of another", "/connexion", url.Values{"identifiant": {all[0].identifier}, "mot_de_passe": {all[1].password}}, http.StatusUnauthorized},
		{"a wrong key", "/connexion", url.Values{"identifiant": {all[2].identifier + "99"}, "mot_de_passe": {all[2].password}}, http.StatusUnprocessableEntity},
		{"the password in the field of the identifier", "/connexion", url.Values{"identifiant": {all[2].password}, "mot_de_passe": {all[2].identifier}}, http.StatusUnprocessableEntity},
		{"no password", "/connexion", url.Values{"identifiant": {all[2].identifier}}, http.StatusUnprocessableEntity},
		{"too much", "/connexion", url.Values{"identifiant": {all[2].identifier}, "mot_de_passe": {strings.Repeat(all[2].password, 1000)}}, http.StatusRequestEntityTooLarge},
		{"a form in the address", "/connexion?" + pair(all[3]).Encode(), url.Values{}, http.StatusUnprocessableEntity},
		{"an address that does not exist", "/" + url.PathEscape(all[3].identifier+" "+all[3].password), nil, http.StatusNotFound},
		{"a help page that does not exist", "/aide/" + all[3].identifier, nil, http.StatusNotFound},
		{"a method that is not there", "/mon-compte?" + pair(all[3]).Encode(), url.Values{}, http.StatusMethodNotAllowed},
		{"the right pair", "/connexion", pair(all[4]), http.StatusSeeOther},
		{"the account", "/mon-compte", nil, http.StatusOK},
		{"the open sessions", "/mon-compte/securite", nil, http.StatusOK},
		{"signing out", "/deconnexion", url.Values{}, http.StatusSeeOther},
	} {
		if a := b.must(t, s.site+step.path, step.form); a.status != step.want {
			t.Errorf("%s: status %d, want %d", step.what, a.status, step.want)
		}
	}
	for range 6 {
		b.guess(t, s.site, all[5])
	}
	for _, command := range []string{"show", "disable", "enable", "unlock", "sign-out"} {
		d.run(t, all[4].identifier, "accounts", command, "-")
	}
	// What is kept about a person is for that person, and for no log.
	if kept := d.printed(t, all[4].identifier, "accounts", "export", "-"); !strings.Contains(kept, `"email": "`+all[4].email) || strings.Contains(kept, all[3].identifier) {
		t.Errorf("exported: %s", kept)
	}
	d.run(t, all[4].identifier, "accounts", "erase", "-")
	if a := b.must(t, s.site+"/connexion", pair(all[4])); a.status != http.StatusUnauthorized {
		t.Errorf("an erased account signs in: status %d", a.status)
	}
	check.OK(t, s.stop())
	text := strings.Join(s.log(), "\n")
	for _, event := range []string{"signed in", "wrong pair", "too many attempts", `"status":404`, `"status":413`} {
		if !strings.Contains(text, event) {
			t.Errorf("%s is not in the log:\n%s", event, text)
		}
	}
	for _, leak := range logged.leaks() {
		t.Error("a secret is in the log:", leak)
	}
}
