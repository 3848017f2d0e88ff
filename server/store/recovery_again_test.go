package store_test

import (
	"errors"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// finished follows a flow from its code to a minute after its password.
func finished(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	token, ended := r.given(account.Identifier), r.given(account.Identifier)
	since := d.Clock().Add(-time.Second)
	look := func(token keys.Secret, since time.Time) (portal.Finished, error) {
		return d.store.FinishedFlow(t.Context(), token, since)
	}
	if _, err := look(token, since); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("before the password: %v", err)
	}
	check.OK(t, r.set(token))
	got, err := look(token, since)
	if err != nil || got.Purpose != portal.Reset || got.Identifier.Canonical() != account.Identifier.Canonical() || got.Hash.Reveal() != r.hash(account.Identifier) {
		t.Errorf("the flow that set the password: %v, purpose %q", err, got.Purpose)
	}
	for what, err := range map[string]error{
		"a minute later":            failure(look(token, d.Clock())),
		"the flow that it ended":    failure(look(ended, since)),
		"a token that nobody holds": failure(look(portal.NewToken(), since)),
	} {
		if !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func failure(_ portal.Finished, err error) error { return err }
