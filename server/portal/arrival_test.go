package portal_test

import (
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// told are the notices that were written since it was asked last, by channel, each by the words that tell it from others.
func (s *site) told(words ...string) map[string]int {
	s.t.Helper()
	rows, err := s.db.Query(`SELECT id, channel, body_sealed FROM outbox WHERE notice = 1 AND state = 'open'`)
	check.OK(s.t, err)
	defer rows.Close()
	told := map[string]int{}
	for rows.Next() {
		var id, channel string
		var sealed []byte
		check.OK(s.t, rows.Scan(&id, &channel, &sealed))
		body, err := s.store.Keys().Open("outbox", id, sealed)
		check.OK(s.t, err)
		what := "another notice"
		for _, w := range words {
			if strings.Contains(string(body), w) {
				what = w
				break
			}
		}
		told[channel+" "+what]++
	}
	check.OK(s.t, check.ErrOf(s.db.Exec(`UPDATE outbox SET state = 'void' WHERE notice = 1`)))
	return told
}

// Each way in tells every address of a browser that is new, once, by one notice, and says nothing of one that has entered before.
func TestEveryAddressIsToldOfABrowserThatIsNew(t *testing.T) {
	const news, linked, failures, password = "ouvelle connexion", "FranceConnect relié", "essais", "mot de passe"
	enter := func(s *site, p portal.Proven) portal.Proven {
		s.t.Helper()
		kept := row(p)
		kept.Data = []byte(`{"values":{"browser":"Firefox/Android"}}`)
		check.OK(s.t, s.login.Enter(s.t.Context(), p, kept))
		return p
	}
	for _, c := range []struct {
		name  string
		first func(s *site) keys.Secret // enters, and returns the browser's token
		word  string                    // of the notice; "" = nobody is told
		again bool                      // by the password in the same browser, which is told as well
	}{
		{"a password", func(s *site) keys.Secret { return enter(s, s.pair(nathalie, keys.Secret{})).Device }, news, false},
		{"a computer of several people", func(s *site) keys.Secret {
			p := s.pair(nathalie, keys.Secret{})
			p.Shared = true
			return enter(s, p).Device
		}, news, true},
		{"a second step", func(s *site) keys.Secret {
			step := s.secondStep(portal.StepForNewBrowser)
			token := s.step(step, nathalie, false)
			s.mustGive(token, s.code(token), portal.CodeRight)
			session, err := s.finish(step, token, keys.Secret{}, false)
			check.OK(s.t, err)
			return session.Device
		}, news, false},
		{"a code before the password", func(s *site) keys.Secret {
			step := s.secondStep(portal.StepForNewBrowser)
			token := s.first(step, nathalie, right, keys.Secret{})
			s.mustGive(token, s.code(token), portal.CodeRight)
			device, _, err := step.Admit(s.t.Context(), token, keys.Secret{})
			check.OK(s.t, err)
			if told := s.told(news); len(told) != 0 {
				s.t.Errorf("told of a browser that has not entered: %v", told)
			}
			return enter(s, s.pair(nathalie, device)).Device
		}, news, false},
		{"an identity", func(s *site) keys.Secret {
			if proof, entry := s.link(s.begin(), s.proven(storetest.Number(s.t, nathalie), portal.Proof)); proof != nil || entry != nil {
				s.t.Fatal(proof, entry)
			}
			if told := s.told(news, linked); told["sms "+linked] != 1 || told["sms "+news] != 0 || told["email "+news] != 0 {
				s.t.Errorf("of a first time and its link: %v", told)
			}
			s.Turn(time.Minute)
			p, err := s.linking.Recognise(s.t.Context(), s.federated(), keys.Secret{})
			if err == nil {
				err = s.linking.Enter(s.t.Context(), p, row(p))
			}
			check.OK(s.t, err)
			return p.Device
		}, news, false},
		{"a new password", func(s *site) keys.Secret {
			token := s.proven(storetest.Number(s.t, nathalie), portal.Reset)
			entering, err := s.recovery.Entering(s.t.Context(), token)
			check.OK(s.t, err)
			_, device, err := s.recovery.SetPassword(s.t.Context(), portal.NewPassword{Token: token, Typed: right, Session: row(entering)})
			check.OK(s.t, err)
			return device
		}, password, false},
		{"a password after wrong ones", func(s *site) keys.Secret {
			for range portal.NoticeAfter {
				s.signIn(nathalie, wrong, keys.Secret{})
			}
			s.Turn(time.Hour)
			return enter(s, s.pair(nathalie, keys.Secret{})).Device
		}, failures, false},
		{"a browser that a new password has forgotten", func(s *site) keys.Secret {
			device := enter(s, s.pair(nathalie, keys.Secret{})).Device
			s.set(s.proven(storetest.Number(s.t, nathalie), portal.Reset), right)
			s.told()
			s.Turn(time.Minute)
			return enter(s, s.pair(nathalie, device)).Device
		}, news, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.withContacts("nathalie.durand@example.org", "+33639980001")
			s.login.Reach = s.recovery.Reach
			wakes := s.wakes
			device := c.first(s)
			if told := s.told(news, linked, failures, password); len(told) != 2 || told["sms "+c.word] != 1 || told["email "+c.word] != 1 {
				t.Errorf("told %v, want %q by both channels", told, c.word)
			}
			if s.wakes == wakes {
				t.Error("nobody was woken")
			}
			s.Turn(time.Minute)
			p := s.pair(nathalie, device)
			enter(s, p)
			if told := s.told(news); (len(told) != 0) != c.again {
				t.Errorf("in the same browser again: %v", told)
			}
			s.Turn(time.Minute)
			if _, err := s.login.Confirm(t.Context(), p.Account, keys.NewSecret(right), keys.Secret{}, s.anywhere()); err != nil || len(s.told()) != 0 {
				t.Errorf("a proof in the account is told as an entry: %v", err)
			}
		})
	}
}

func TestAPasskeyInANewBrowserIsTold(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	k.withContacts("nathalie.durand@example.org", "+33639980001")
	made := k.make(a)
	k.told()
	for _, want := range []int{2, 0} {
		k.Turn(time.Minute)
		proven, err := k.Recognise(t.Context(), k.browser, a.get(made, k.ask()), k.device)
		if err == nil {
			err = k.keep(proven)
		}
		if told := k.told(); err != nil || len(told) != want {
			t.Errorf("told %v, want %d, %v", told, want, err)
		}
		k.device = proven.Device
	}
}

// Whoever has a password rings its owner's phone no more often than a stranger may.
func TestNoticesOfNewBrowsersHaveTheLimitsOfCodes(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	s.login.Reach = s.recovery.Reach
	flood := func() map[string]int {
		for range 6 {
			s.Turn(time.Second)
			check.OK(t, check.ErrOf(s.enter(t.Context(), s.request(nathalie, right, keys.Secret{}))))
		}
		return s.told("ouvelle connexion")
	}
	sms := 0
	for hour := range 24 {
		told := flood()
		if want := 3; hour == 0 && (told["sms ouvelle connexion"] != want || told["email ouvelle connexion"] != want) {
			t.Errorf("at once: %v, want %d each", told, want)
		}
		if told["email ouvelle connexion"] == 0 {
			t.Errorf("in hour %d nobody is told by e-mail", hour)
		}
		sms += told["sms ouvelle connexion"]
		s.Turn(50 * time.Minute)
	}
	if sms != portal.StandardLimits.SMSDay {
		t.Errorf("%d SMS a day, want %d", sms, portal.StandardLimits.SMSDay)
	}
}
