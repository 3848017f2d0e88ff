package web_test

import (
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
	"moncompte/server/web"
)

// soon is within which a person is told that the database does not answer.
const soon = 3 * time.Second

// A lock that another process holds on the database is no fault of ours and passes: it is told as such, and in time.
func TestADatabaseThatAnotherProcessHoldsIsToldInTime(t *testing.T) {
	t.Parallel()
	address := storetest.SQLiteURL(t)
	ring := storetest.Keys(t)
	s := open(t, public, func(o *web.Options) {
		db := storetest.Open(t, store.Options{URL: address, Keys: ring})
		o.Login.Store, o.Login.Keys, o.Recovery.Store, o.Accounts, o.Sessions = db, ring, db, db, db
	})
	s.store = storetest.Open(t, store.Options{URL: address, Keys: ring})
	s.add(nathalie, right)
	signedIn := s.browser()
	signedIn.signIn(nathalie, right)

	db, err := sql.Open("sqlite", address+"?_txlock=exclusive")
	check.OK(t, err)
	defer db.Close()
	held, err := db.BeginTx(t.Context(), nil)
	check.OK(t, err)
	defer held.Rollback()

	for what, ask := range map[string]func() answer{
		"a sign-in":           func() answer { return s.browser().try(nathalie, right) },
		"a sign-in by htmx":   func() answer { return s.browser().try(nathalie, right, hx) },
		"of somebody unknown": func() answer { return s.browser().try(nobody, wrong) },
		"a sign-out":          func() answer { return signedIn.do(http.MethodPost, "/deconnexion", url.Values{}) },
		"whether it is ready": func() answer { return s.browser().get("/readyz") },
	} {
		began := time.Now()
		a := ask()
		if took := time.Since(began); took > soon {
			t.Errorf("%s: told after %s", what, took)
		}
		wait := "5"
		if strings.Contains(what, "ready") {
			wait = ""
		}
		a.expect(t, what, http.StatusServiceUnavailable, header{"Retry-After": wait, "Location": "", "HX-Redirect": ""})
		if strings.Contains(a.body, "locked") || strings.Contains(a.body, "store:") {
			t.Errorf("%s: the page holds a detail", what)
		}
	}
	if signedIn.cookie("__Host-session") != "" {
		t.Error("the browser still holds the cookie of the session that it wanted to end")
	}
	s.browser().get("/connexion").expect(t, "a page of everybody", http.StatusOK, nil)
	check.OK(t, held.Rollback())
	s.browser().get("/readyz").expect(t, "whether it is ready again", http.StatusOK, nil)
	s.browser().try(nathalie, right).expect(t, "a sign-in afterwards", http.StatusSeeOther, nil)
}
