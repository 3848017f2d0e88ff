package store_test

import (
	"errors"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// given is a flow whose code was given.
func (f *flows) given(n nir.Number, code string) keys.Secret {
	f.t.Helper()
	token := f.begin(n, portal.SMS, code)
	if got := f.try(token, code); got != portal.CodeRight {
		f.t.Fatalf("the right code: %v", got)
	}
	return token
}

// finished follows a flow from its code to a minute after its password.
func finished(t *testing.T, d *database) {
	f := newFlows(t, d)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	token, ended := f.given(account.Identifier, "12345678"), f.given(account.Identifier, "23456789")
	since := d.clock().Add(-time.Second)
	look := func(token keys.Secret, since time.Time) (portal.Finished, error) {
		return d.store.FinishedFlow(t.Context(), token, since)
	}
	if _, err := look(token, since); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("before the password: %v", err)
	}
	if err := f.finish(token, id, "$hash$new"); err != nil {
		t.Fatal(err)
	}
	got, err := look(token, since)
	if err != nil || got.Purpose != portal.Reset || got.Identifier.Canonical() != account.Identifier.Canonical() || got.Hash.Reveal() != "$hash$new" {
		t.Errorf("the flow that set the password: %v, purpose %q", err, got.Purpose)
	}
	for what, err := range map[string]error{
		"a minute later":            failure(look(token, d.clock())),
		"the flow that it ended":    failure(look(ended, since)),
		"a token that nobody holds": failure(look(portal.NewToken(), since)),
	} {
		if !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func failure(_ portal.Finished, err error) error { return err }
