package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/store/storetest"
)

// What a form holds is never more than a wrong text, also where the database would take it for none: PostgreSQL refuses zeros and what is
// no UTF-8.
func TestNoTextThatIsSentIsAFaultOfOurs(t *testing.T) {
	t.Parallel()
	all := people(1)
	s := deploy(t, storetest.PostgresURL(t), all, cheap).serve(t)
	b := newBrowser(t)
	b.signIn(t, s.site, all[0])
	number := all[0].identifier
	for _, form := range []struct {
		path, field string
		rest        url.Values
	}{
		{"/connexion", "identifiant", url.Values{"mot_de_passe": {"x"}}},
		{"/connexion", "mot_de_passe", url.Values{"identifiant": {number}}},
		{"/connexion", "retour", url.Values{"identifiant": {number}, "mot_de_passe": {"x"}}},
		{"/connexion/code", "code", nil},
		{"/mot-de-passe-oublie", "identifiant", url.Values{"canal": {"email"}}},
		{"/mot-de-passe-oublie", "canal", url.Values{"identifiant": {number}}},
		{"/mot-de-passe-oublie/nouveau", "mot_de_passe", nil},
		{"/mon-compte/mot-de-passe", "mot_de_passe", nil},
		{"/mon-compte/mot-de-passe", "mot_de_passe_actuel", url.Values{"mot_de_passe": {"x"}}},
		{"/mon-compte/coordonnees", "email", nil},
		{"/mon-compte/coordonnees", "telephone", nil},
		{"/mon-compte/securite", "session", url.Values{"action": {"deconnecter"}}},
		{"/mon-compte/cles", "cle", url.Values{"action": {"nommer"}, "nom": {"x"}}},
		{"/mon-compte/cles", "cle", url.Values{"action": {"supprimer"}}},
		{"/mon-compte/cles", "nom", url.Values{"action": {"nommer"}, "cle": {"x"}}},
		{"/mon-compte/cles", "reponse", url.Values{"action": {"ajouter"}}},
		{"/ce-n-etait-pas-moi", "jeton", nil},
	} {
		for name, typed := range map[string]string{"a zero": "a\x00b", "no UTF-8": "\xff\xfe", "half a pair": "\xed\xa0\x80", "an emoji": "😀",
			"turned round": "\u202e1", "long": strings.Repeat("a", 60_000)} {
			sent := url.Values{form.field: {typed}}
			for key, value := range form.rest {
				sent[key] = value
			}
			for _, who := range []*browser{b, newBrowser(t)} {
				a := who.post(t, s.site+form.path, sent)
				if a.status >= http.StatusInternalServerError && a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "SQLSTATE") {
					t.Errorf("%s, %s, %s: status %d", form.path, form.field, name, a.status)
				}
			}
		}
	}
}
