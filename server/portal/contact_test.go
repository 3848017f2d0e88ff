package portal_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

const elsewhere = "ailleurs@example.org"

// inside signs Nathalie in and returns her session.
func (s *site) inside() portal.SessionRow {
	s.t.Helper()
	p := s.pair(nathalie, keys.Secret{})
	r := row(p)
	data, err := json.Marshal(map[string]any{"values": map[string]string{portal.SessionID: "one", portal.SessionAccount: string(p.Account), portal.SessionEpoch: "1"}})
	check.OK(s.t, err)
	r.Data, r.Expires = data, p.At.Add(24*time.Hour)
	check.OK(s.t, s.login.Enter(s.t.Context(), p, r))
	return r
}

// moving begins a change of Nathalie's e-mail address.
func (s *site) moving(by portal.SessionRow) keys.Secret {
	s.t.Helper()
	token, err := s.recovery.BeginContact(s.t.Context(), by, portal.Email, keys.NewSecret(elsewhere))
	check.OK(s.t, err)
	return token
}

func (s *site) email(id portal.AccountID) string {
	s.t.Helper()
	a, err := s.store.Account(s.t.Context(), id)
	check.OK(s.t, err)
	return a.Email.Reveal()
}

// Neither strangers nor a full address keep somebody who is in from a new address; an account that is in a thief's hands writes to few.
func TestNewAddressesHaveAPaceOfTheirOwn(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	by := s.inside()
	for err := error(nil); err == nil; {
		_, err = s.recovery.Start(t.Context(), portal.StartRequest{Identifier: number(t, nathalie), Channel: portal.Email, Purpose: portal.Reset, Address: s.anywhere()})
		if err != nil && portal.ErrorKind(err) != portal.KindThrottled {
			t.Fatal(err)
		}
	}
	for range portal.MostSends {
		s.moving(by)
	}
	_, err := s.recovery.BeginContact(t.Context(), by, portal.Email, keys.NewSecret("encore."+elsewhere)) // the other one has had its three
	if e, ok := errors.AsType[*portal.Error](err); !ok || e.Kind != portal.KindThrottled || !e.Paced || e.Wait != 15*time.Minute {
		t.Errorf("the next one: %+v", err)
	}
	s.Turn(15 * time.Minute)
	s.moving(by)
	if _, err := s.recovery.BeginContact(t.Context(), by, portal.Email, keys.NewSecret("nathalie.durand@example.org")); !errors.Is(err, portal.ErrSameContact) {
		t.Errorf("the address that there is: %v", err)
	}
}

func TestANewAddressIsTakenWithinAMomentOfItsCode(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		want  error
	}{{portal.StepGrace, nil}, {portal.StepGrace + time.Microsecond, portal.ErrNoFlow}} {
		s := newSite(t)
		s.withContacts("nathalie.durand@example.org", "+33639980001")
		by := s.inside()
		token := s.moving(by)
		if err := s.recovery.ChangeContact(t.Context(), by, token); !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("without the code: %v", err)
		}
		s.mustGive(token, s.code(token), portal.CodeRight)
		s.Turn(c.after)
		if err := s.recovery.ChangeContact(t.Context(), by, token); !errors.Is(err, c.want) {
			t.Errorf("%s after the code: %v, want %v", c.after, err, c.want)
		}
		if got := s.email(by.Account); (got == elsewhere) != (c.want == nil) {
			t.Errorf("%s after the code the address is %q", c.after, got)
		}
	}
}

// A session that ends between the code and the change changes nothing.
func TestASessionThatHasEndedTakesNoNewAddress(t *testing.T) {
	for what, end := range map[string]func(*site, portal.SessionRow) error{
		"every session of the account": func(s *site, by portal.SessionRow) error {
			return s.unit(func(tx portal.Tx) error { return tx.EndSessions(t.Context(), by.Account) })
		},
		"this session": func(s *site, by portal.SessionRow) error {
			_, err := s.db.Exec(`DELETE FROM sessions`)
			return err
		},
		"its time": func(s *site, by portal.SessionRow) error {
			_, err := s.db.Exec(`UPDATE sessions SET expires_at = $1`, s.Clock().UnixMicro())
			return err
		},
	} {
		s := newSite(t)
		s.withContacts("nathalie.durand@example.org", "+33639980001")
		by := s.inside()
		token := s.moving(by)
		s.mustGive(token, s.code(token), portal.CodeRight)
		check.OK(t, end(s, by))
		if err := s.recovery.ChangeContact(t.Context(), by, token); !errors.Is(err, portal.ErrUnauthorized) {
			t.Errorf("%s: %v", what, err)
		}
		if got := s.email(by.Account); got != "nathalie.durand@example.org" {
			t.Errorf("%s: the address is %q", what, got)
		}
	}
}
