package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// alone is an account without a password or an address, which the identity of FranceConnect opens.
func (f *federated) alone() portal.AccountID {
	f.t.Helper()
	a := storetest.Nathalie(f.t)
	a.Identifier, a.Password, a.Phone, a.Email = storetest.Number(f.t, nobody), keys.Secret{}, keys.Secret{}, keys.Secret{}
	id := storetest.Add(f.t, f.store, a)
	tx, err := f.store.Begin(f.t.Context())
	check.OK(f.t, err)
	defer tx.Rollback()
	if _, err = tx.ReplaceLinks(f.t.Context(), id, f.fc.identity, f.Clock()); err == nil {
		err = tx.Commit()
	}
	check.OK(f.t, err)
	return id
}

// Nobody shuts themselves out by a click: the last way into an account stays.
func TestTheLastLinkIntoAnAccountStays(t *testing.T) {
	s := openFederated(t, local)
	id := s.alone()
	b := s.browser()
	b.comeBack(b.depart()).expect(t, "by the link", http.StatusSeeOther, header{"Location": "/mon-compte"})
	unlink := url.Values{"action": {"delier"}}
	a := b.do(http.MethodPost, "/mon-compte/securite", unlink)
	a.expect(t, "the last way", http.StatusUnprocessableEntity, nil)
	a.says(t, "the last way", "FranceConnect est votre seul moyen de vous connecter.")
	other := s.browser()
	other.comeBack(other.depart()).expect(t, "the link afterwards", http.StatusSeeOther, header{"Location": "/mon-compte"})
	now := time.Now()
	s.login.Now = func() time.Time { return now.Add(portal.FreshFor) }
	page := b.get("/mon-compte/securite")
	page.says(t, "without a password", "déconnectez-vous, reconnectez-vous")
	if strings.Contains(page.body, "mot_de_passe_actuel") {
		t.Error("who has no password is asked for it")
	}
	s.login.Now = nil
	s.gives(id, "ONE")
	b.do(http.MethodPost, "/mon-compte/securite", unlink).expect(t, "one of two ways", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
}
