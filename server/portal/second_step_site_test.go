package portal_test

import (
	"context"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// secondStep is the second step of the site, as the setting says.
func (s *site) secondStep(when portal.SecondStepRule) *portal.SecondStep {
	return &portal.SecondStep{Login: s.login, Codes: s.recovery, When: when}
}

// pair verifies the right pair.
func (s *site) pair(identifier string, device keys.Secret) portal.Proven {
	s.t.Helper()
	p, err := s.login.Verify(s.t.Context(), s.request(identifier, right, device))
	check.OK(s.t, err)
	return p
}

// step begins a second step, in a browser that has none under way.
func (s *site) step(step *portal.SecondStep, identifier string, shared bool) keys.Secret {
	s.t.Helper()
	token, err := step.Begin(s.t.Context(), s.pair(identifier, keys.Secret{}), keys.Secret{}, shared)
	check.OK(s.t, err)
	return token
}

// finish signs in by a second step whose code was given.
func (s *site) finish(step *portal.SecondStep, token, device keys.Secret, remember bool) (portal.Session, error) {
	p, err := step.Proven(context.Background(), token, device, remember)
	if err == nil {
		err = step.Enter(context.Background(), p, row(p))
	}
	return p.Session, err
}

// withContacts imports Nathalie with those addresses and the right password.
func (s *site) withContacts(email, phone string) {
	s.t.Helper()
	a := storetest.Nathalie(s.t)
	a.Email, a.Phone, a.Password = keys.NewSecret(email), keys.NewSecret(phone), keys.NewSecret(argon(s.t, right, small))
	check.OK(s.t, check.ErrOf(portal.ImportRows(s.t.Context(), s.store, []portal.ImportRow{{Account: a, Scheme: small.Scheme()}}, portal.ImportOptions{})))
}

func (s *site) unit(write func(portal.Tx) error) error {
	tx, err := s.store.Begin(context.Background())
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := write(tx); err != nil {
		return err
	}
	return tx.Commit()
}
