package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/web"
)

// delayed is a body that comes once something else has happened.
type delayed struct {
	*strings.Reader
	before func()
}

func (s *delayed) Read(p []byte) (int, error) {
	if s.before != nil {
		s.before()
		s.before = nil
	}
	return s.Reader.Read(p)
}

// The session is loaded before the body: whoever has stolen one could keep a request open over the owner's « ce n'était pas moi ».
func TestASessionThatEndsWhileTheBodyComesChangesNothing(t *testing.T) {
	t.Parallel()
	links := &portal.Linking{}
	o := openRecoverySite(t, public, withPasskeys, func(o *web.Options) {
		*links = portal.Linking{Store: o.Login.Store, Login: o.Login, Recovery: o.Recovery, Composer: nil, Reach: o.Recovery.Reach, Log: o.Log, Now: o.Login.Now}
		o.FranceConnect = &web.FranceConnect{Provider: &counter{}, Linking: links, Issuer: issuer}
	})
	id := o.id(nathalie)
	o.gives(id, "ONE")
	tx, err := o.store.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	check.OK(t, check.ErrOf(tx.ReplaceLinks(t.Context(), id, identity(), o.Clock())))
	check.OK(t, tx.Commit())
	owner := o.browser()
	owner.signIn(nathalie, right)
	others, err := o.store.OpenSessions(t.Context(), id)
	if err != nil || len(others) != 1 {
		t.Fatalf("%d sessions, %v", len(others), err)
	}
	for what, c := range map[string]struct {
		path string
		form url.Values
	}{
		"a passkey removed":    {"/mon-compte/cles", url.Values{"action": {"supprimer"}, "cle": {"ONE"}}},
		"the others ended":     {"/mon-compte/securite", url.Values{}},
		"one ended":            {"/mon-compte/securite", url.Values{"action": {"deconnecter"}, "session": {others[0].ID}}},
		"unlinked":             {"/mon-compte/securite", url.Values{"action": {"delier"}}},
		"the password changed": {changing, url.Values{"mot_de_passe_actuel": {right}, "mot_de_passe": {fresh}}},
	} {
		thief := o.browser()
		thief.signIn(nathalie, right)
		body := &delayed{strings.NewReader(c.form.Encode()), func() {
			o.with("__Host-session", thief.cookie("__Host-session")).do(http.MethodPost, "/deconnexion", url.Values{})
		}}
		a := thief.send(thief.request(http.MethodPost, c.path, body))
		a.leads(t, what, "/connexion")
		thief.get("/connexion").says(t, what, "Votre session a pris fin")
	}
	if !owner.isSignedIn() {
		t.Error("the owner's session has ended")
	}
	if has, err := o.store.Passkeys(t.Context(), id); err != nil || len(has) != 1 {
		t.Errorf("%d passkeys, %v", len(has), err)
	}
	if link, err := links.Link(t.Context(), id, issuer); err != nil || link.At.IsZero() {
		t.Errorf("the link is %+v, %v", link, err)
	}
	o.browser().signIn(nathalie, right)
}
