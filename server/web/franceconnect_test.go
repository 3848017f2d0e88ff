package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestWithoutFranceConnectThereIsNoTraceOfIt(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	for _, path := range []string{"connexion", "retour", "rattachement", "deconnexion", "deconnecte", "jwks"} {
		b.get("/franceconnect/"+path).expect(t, path, http.StatusNotFound, nil)
	}
	if strings.Contains(b.get("/connexion").body, "FranceConnect") {
		t.Error("the sign-in page names it")
	}
	b.signIn(nathalie, right)
	if strings.Contains(b.get("/mon-compte/securite").body, "FranceConnect") {
		t.Error("Mon Compte names it")
	}
}

func TestTheKeysOfFranceConnectPlusArePublished(t *testing.T) {
	a := openFederated(t, local).browser().get("/franceconnect/jwks")
	a.expect(t, "keys", http.StatusOK, header{"Content-Type": "application/jwk-set+json", "Cache-Control": "public, max-age=600"})
	if a.body != `{"keys":[]}` {
		t.Errorf("%q", a.body)
	}
}
