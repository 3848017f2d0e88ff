package portal_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// What was tried with a number is told once, by a message with nothing to follow, and by the same statements where there is nobody to tell.
func TestAnOwnerIsToldOnceOfManyTriesAndAStrangerSeesNothing(t *testing.T) {
	for _, c := range []struct{ mail, phone, want string }{
		{"nathalie.durand@example.org", "+33639980001", "email"},
		{"", "+33639980001", "sms"},
		{"", "", ""},
	} {
		t.Run("by "+c.want, func(t *testing.T) {
			s := newSite(t)
			s.login.Reach = s.recovery.Reach
			s.withContacts(c.mail, c.phone)
			numbers := []string{nathalie, nobody}
			var traces [2][]string
			hundredth := func(ctx context.Context) {
				t.Helper()
				for i, n := range numbers {
					storetest.Count(t, s.store, s.Clock(), portal.MostInRow-2, portal.AccountSubject(storetest.Number(t, n)))
					for range 2 {
						s.Turn(portal.AccountLimit.MaxWait)
						if told := s.told(); len(told) != 0 {
							t.Errorf("told too early: %v", told)
						}
						traces[i] = s.Traced(func() {
							if _, err := s.login.Verify(ctx, s.request(n, wrong, keys.Secret{})); !errors.Is(err, portal.ErrUnauthorized) {
								t.Fatal(err)
							}
						})
					}
					want := map[string]int{}
					if n == nathalie && c.want != "" {
						want[c.want+" essais refusés"] = 1
					}
					if told := s.told("essais refusés"); len(told) != len(want) || told[c.want+" essais refusés"] != want[c.want+" essais refusés"] {
						t.Errorf("told %v, want %v", told, want)
					}
				}
				if a, b := strings.Join(traces[0], "\n"), strings.Join(traces[1], "\n"); a != b || !strings.Contains(a, "INSERT INTO outbox") {
					t.Errorf("the statements differ, or tell nobody:\n%s\n\n%s", a, b)
				}
			}
			hundredth(t.Context())
			if s.wakes != len(numbers) {
				t.Errorf("%d were woken, want one for each number", s.wakes)
			}

			s.Turn(2 * portal.AccountLimit.Window) // the row has ended, and begins anew
			for range 2 {
				storetest.Count(t, s.store, s.Clock(), portal.MostInRow-1, portal.AccountSubject(storetest.Number(t, nathalie)))
				s.Turn(portal.AccountLimit.MaxWait)
				s.signIn(nathalie, wrong, keys.Secret{})
				if told := s.told(); len(told) != 0 {
					t.Errorf("told again in the same week: %v", told)
				}
				s.Turn(2 * portal.AccountLimit.Window)
			}
			s.Turn(7 * 24 * time.Hour)
			hundredth(t.Context())
		})
	}
}

// Whoever leaves in the moment of the hundredth password keeps nobody from being told.
func TestAWarningIsWrittenAlsoWhenTheRequestIsGivenUp(t *testing.T) {
	s := newSite(t)
	s.login.Reach = s.recovery.Reach
	s.withContacts("nathalie.durand@example.org", "")
	storetest.Count(t, s.store, s.Clock(), portal.MostInRow-1, portal.AccountSubject(storetest.Number(t, nathalie)))
	s.Turn(portal.AccountLimit.MaxWait)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	s.login.Store = &hasty{Store: s.store, leave: leave}
	s.login.Verify(ctx, s.request(nathalie, wrong, keys.Secret{}))
	if told := s.told("essais refusés"); told["email essais refusés"] != 1 {
		t.Errorf("told %v", told)
	}
}

// hasty is a store whose visitor leaves once the password was judged: before the second unit of work.
type hasty struct {
	*store.Store
	begun int
	leave context.CancelFunc
}

func (h *hasty) Begin(ctx context.Context) (portal.Tx, error) {
	if h.begun++; h.begun == 2 {
		h.leave()
	}
	return h.Store.Begin(ctx)
}
