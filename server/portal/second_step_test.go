package portal_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

func TestASecondStepIsDue(t *testing.T) {
	const mail, mobile, landline = "nathalie.durand@example.org", "+33639980001", "+33139980001"
	for _, c := range []struct {
		name         string
		when         portal.SecondStepRule
		mail, phone  string
		remember     bool
		later        time.Duration
		due, dueElse bool // in the browser that entered, and in another one
	}{
		{"never", portal.StepNever, mail, mobile, false, 0, false, false},
		{"for a new browser", portal.StepForNewBrowser, mail, mobile, false, 0, true, true},
		{"for a browser that is remembered", portal.StepForNewBrowser, mail, mobile, true, 0, false, true},
		{"until 30 days are over", portal.StepForNewBrowser, mail, mobile, true, portal.RememberFor - time.Microsecond, false, true},
		{"once they are", portal.StepForNewBrowser, mail, mobile, true, portal.RememberFor, true, true},
		{"always", portal.StepAlways, mail, mobile, true, 0, true, true},
		{"with a mobile alone", portal.StepForNewBrowser, "", mobile, false, 0, true, true},
		{"with a mail alone", portal.StepForNewBrowser, mail, "", false, 0, true, true},
		{"with a number that no SMS reaches", portal.StepForNewBrowser, "", landline, false, 0, false, false},
		{"without an address", portal.StepAlways, "", "", false, 0, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			s.withContacts(c.mail, c.phone)
			step := s.secondStep(c.when)
			p := s.pair(nathalie, keys.Secret{})
			if c.remember {
				p.Remember = s.Clock().Add(portal.RememberFor)
			}
			check.OK(t, s.login.Enter(t.Context(), p, row(p)))
			s.Turn(c.later)
			for i, device := range []keys.Secret{p.Device, portal.NewToken(), {}} {
				want := c.due
				if i > 0 {
					want = c.dueElse
				}
				if due, err := step.Due(t.Context(), s.pair(nathalie, device), device); err != nil || due != want {
					t.Errorf("browser %d: due %v, %v, want %v", i, due, err, want)
				}
			}
		})
	}
	if due, err := (*portal.SecondStep)(nil).Due(t.Context(), portal.Proven{}, keys.Secret{}); due || err != nil {
		t.Errorf("without a second step: %v, %v", due, err)
	}
}

func TestASecondStepEntersByItsOwnCode(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.step(step, nathalie, false)
	if b := s.account(nathalie); b.InRow != 0 || len(b.Recent) != 0 {
		t.Errorf("the right pair counts as %d failures", b.InRow)
	}
	if _, err := s.finish(step, token, keys.Secret{}, true); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("without the code: %v", err)
	}
	code := s.code(token)
	s.mustGive(token, not(code), portal.CodeWrong)
	if _, err := s.finish(step, token, keys.Secret{}, true); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("after a wrong code: %v", err)
	}
	s.mustGive(token, code, portal.CodeRight)
	session, err := s.finish(step, token, keys.Secret{}, true)
	check.OK(t, err)
	if due, err := step.Due(t.Context(), s.pair(nathalie, session.Device), session.Device); err != nil || due {
		t.Errorf("the browser is not remembered: %v, %v", due, err)
	}
	if _, err := s.finish(step, token, keys.Secret{}, true); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("a second time: %v", err)
	}
	if strings.Contains(s.log.String(), code) {
		t.Error("the code is in the log")
	}
}

func TestASecondStepIsFinishedAtOnce(t *testing.T) {
	s := newSite(t)
	s.withContacts("", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.step(step, nathalie, false)
	s.mustGive(token, s.code(token), portal.CodeRight)
	s.Turn(portal.StepGrace + time.Microsecond)
	if _, err := s.finish(step, token, keys.Secret{}, false); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("a minute after the code: %v", err)
	}
	token = s.step(step, nathalie, false)
	s.mustGive(token, s.code(token), portal.CodeRight)
	s.Turn(portal.StepGrace)
	session, err := s.finish(step, token, keys.Secret{}, false)
	check.OK(t, err)
	if due, err := step.Due(t.Context(), s.pair(nathalie, session.Device), session.Device); err != nil || !due {
		t.Errorf("a browser that nobody asked to remember is remembered: %v, %v", due, err)
	}
}

func TestOfTwoClicksOneEnters(t *testing.T) {
	s := newSite(t)
	s.withContacts("", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.step(step, nathalie, false)
	s.mustGive(token, s.code(token), portal.CodeRight)
	var clicks []portal.Proven
	for range 2 {
		p, err := step.Proven(t.Context(), token, keys.Secret{}, false)
		check.OK(t, err)
		clicks = append(clicks, p)
	}
	if err := step.Enter(t.Context(), clicks[0], row(clicks[0])); err != nil {
		t.Error(err)
	}
	if err := step.Enter(t.Context(), clicks[1], row(clicks[1])); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("the slower one: %v", err)
	}
}

// What an old password has begun enters nothing once the sessions of the account were ended.
func TestASecondStepEndsWithTheSessionsOfTheAccount(t *testing.T) {
	for what, end := range map[string]func(s *site, id portal.AccountID) error{
		"the sessions end": func(s *site, id portal.AccountID) error {
			return s.unit(func(tx portal.Tx) error { return tx.EndSessions(context.Background(), id) })
		},
		"the flows end, as for a new password": func(s *site, id portal.AccountID) error {
			return s.unit(func(tx portal.Tx) error { return tx.EndFlows(context.Background(), id, s.Clock()) })
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := newSite(t)
			s.withContacts("", "+33639980001")
			step := s.secondStep(portal.StepForNewBrowser)
			token := s.step(step, nathalie, false)
			s.mustGive(token, s.code(token), portal.CodeRight)
			check.OK(t, end(s, s.credential(nathalie).Account))
			if _, err := s.finish(step, token, keys.Secret{}, false); err == nil {
				t.Error("it enters all the same")
			}
		})
	}
}

// A closed tab: the pair is typed again, in the same browser.
func TestASecondStepGoesOnInItsBrowser(t *testing.T) {
	s := newSite(t)
	s.withContacts("", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	begun := s.step(step, nathalie, false)
	again := func(shared bool) keys.Secret {
		t.Helper()
		token, err := step.Begin(t.Context(), s.pair(nathalie, keys.Secret{}), begun, shared)
		check.OK(t, err)
		return token
	}
	s.Turn(portal.CodeLife - time.Microsecond)
	if again(false).Reveal() != begun.Reveal() {
		t.Error("another code was sent while the first one still worked")
	}
	if b := s.account(nathalie); b.InRow != 0 || len(b.Recent) != 0 {
		t.Errorf("the right pairs count as %d failures", b.InRow)
	}
	if again(true).Reveal() == begun.Reveal() {
		t.Error("a shared computer goes on with what was not begun for one")
	}
	s.Turn(time.Microsecond)
	if again(false).Reveal() == begun.Reveal() {
		t.Error("a code whose time is over is gone on with")
	}
	if _, err := step.Flow(t.Context(), begun); err != nil {
		t.Errorf("the page of the first one: %v", err) // it says that the code is too old
	}
	check.OK(t, s.recovery.End(t.Context(), begun))
	if _, err := step.Flow(t.Context(), begun); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("once it was given up: %v", err)
	}
}

func TestASecondStepGoesOverToTheOtherChannel(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.step(step, nathalie, false)
	shows := func(channel portal.Channel, to, other string) {
		t.Helper()
		flow, err := step.Flow(t.Context(), token)
		check.OK(t, err)
		target, err := step.Target(t.Context(), flow)
		if err != nil || flow.Asked != channel || target.To != to || target.Other != other {
			t.Errorf("by %s, %v: to %q, other %q", flow.Asked, err, target.To, target.Other)
		}
	}
	shows(portal.SMS, "01", "n…@example.org")
	if err := s.recovery.ResendBy(t.Context(), token, portal.SMS, s.anywhere()); portal.ErrorKind(err) != portal.KindThrottled {
		t.Errorf("by the same channel, at once: %v", err)
	}
	if err := s.recovery.ResendBy(t.Context(), token, portal.Email, s.anywhere()); err != nil {
		t.Errorf("by the other one, at once: %v", err)
	}
	shows(portal.Email, "n…@example.org", "01")
	s.mustGive(token, s.code(token), portal.CodeRight) // the same code
}

// Where a channel is at its limit, the page says where the code went really, and nothing is counted when none can go.
func TestASecondStepSaysWhereItsCodeWent(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	var e *portal.Error
	for range 100 {
		token, err := step.Begin(t.Context(), s.pair(nathalie, keys.Secret{}), keys.Secret{}, false)
		if errors.As(err, &e) {
			break
		}
		check.OK(t, err)
		flow, err := step.Flow(t.Context(), token)
		check.OK(t, err)
		var channel, state string
		check.OK(t, s.db.QueryRow(`SELECT channel, state FROM outbox WHERE flow = $1`, []byte(flow.Ref)).Scan(&channel, &state))
		if channel != string(flow.Asked) || state != "open" {
			t.Fatalf("the page says %s, the message is %s by %s", flow.Asked, state, channel)
		}
	}
	if e == nil || e.Kind != portal.KindThrottled || e.Wait <= 0 {
		t.Fatalf("when no code can leave: %v", e)
	}
	if b := s.account(nathalie); b.InRow != 0 || len(b.Recent) != 0 {
		t.Errorf("a right pair counts as %d failures when no code can leave", b.InRow)
	}
}

func TestASharedComputerIsNeverRemembered(t *testing.T) {
	s := newSite(t)
	s.withContacts("", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.step(step, nathalie, true)
	s.mustGive(token, s.code(token), portal.CodeRight)
	session, err := s.finish(step, token, keys.Secret{}, true)
	if err != nil || !session.Shared || !session.Remember.IsZero() {
		t.Fatalf("shared %v, remembered until %v, %v", session.Shared, session.Remember, err)
	}
	var devices int
	if err := s.db.QueryRow(`SELECT count(*) FROM devices`).Scan(&devices); err != nil || devices != 0 {
		t.Errorf("%d browsers are kept, %v", devices, err)
	}
}

// The owner hears of a success after many failures when there is one, and not before.
func TestTheNoticeOfFailuresComesWithTheSecondStep(t *testing.T) {
	s := newSite(t)
	s.withContacts("", "+33639980001")
	s.login.Reach = s.recovery.Reach
	step := s.secondStep(portal.StepForNewBrowser)
	for range portal.NoticeAfter {
		s.signIn(nathalie, wrong, keys.Secret{})
	}
	s.Turn(time.Hour)
	notices := func() (n int) {
		check.OK(t, s.db.QueryRow(`SELECT count(*) FROM outbox WHERE notice = 1`).Scan(&n))
		return n
	}
	token := s.step(step, nathalie, false)
	if n := notices(); n != 0 {
		t.Errorf("%d notices of a sign-in that has not happened", n)
	}
	s.mustGive(token, s.code(token), portal.CodeRight)
	check.OK(t, check.ErrOf(s.finish(step, token, keys.Secret{}, false)))
	if n := notices(); n != 1 {
		t.Errorf("%d notices", n)
	}
}

// A passkey spares the code; it is never offered where others sit down next.
func TestAPasskeyIsOfferedAfterACodeAndNeverOnASharedComputer(t *testing.T) {
	for _, shared := range []bool{false, true} {
		s := newSite(t)
		s.withContacts("", "+33639980001")
		step := s.secondStep(portal.StepAlways)
		token := s.step(step, nathalie, shared)
		s.mustGive(token, s.code(token), portal.CodeRight)
		proven, err := step.Proven(t.Context(), token, keys.Secret{}, false)
		if err != nil || proven.Offer == shared {
			t.Errorf("shared %v: offered %v, %v", shared, proven.Offer, err)
		}
	}
}

// Leaked pairs use up no more SMS of the service than their source may have: codes then go by e-mail, and whoever has none waits for the
// rest of a quarter of an hour.
func TestRightPairsFromOneAddressGetASmallPartOfTheSMS(t *testing.T) {
	for _, mail := range []string{"nathalie.durand@example.org", ""} {
		s := newSite(t)
		s.recovery.SMSBudget = 200
		s.withContacts(mail, "+33639980001")
		step, from := s.secondStep(portal.StepForNewBrowser), netip.MustParseAddr("192.0.2.9")
		begin := func(from netip.Addr) (portal.Flow, error) {
			t.Helper()
			r := s.request(nathalie, right, keys.Secret{})
			r.Address = from
			p, err := s.login.Verify(t.Context(), r)
			check.OK(t, err)
			token, err := step.Begin(t.Context(), p, keys.Secret{}, false)
			if err != nil {
				return portal.Flow{}, err
			}
			return step.Flow(t.Context(), token)
		}
		for range 2 {
			if flow, err := begin(from); err != nil || flow.Asked != portal.SMS {
				t.Fatalf("by %s, %v", flow.Asked, err)
			}
		}
		flow, err := begin(from)
		if e, ok := errors.AsType[*portal.Error](err); mail == "" && (!ok || e.Kind != portal.KindThrottled || e.Wait != 15*time.Minute) {
			t.Errorf("without an e-mail address: %+v", err)
		}
		if mail != "" && (err != nil || flow.Asked != portal.Email) {
			t.Errorf("with an e-mail address: by %s, %v", flow.Asked, err)
		}
		if flow, err := begin(s.anywhere()); err != nil || flow.Asked != portal.SMS {
			t.Errorf("from elsewhere: by %s, %v", flow.Asked, err)
		}
		if b := s.account(nathalie); b.InRow != 0 || len(b.Recent) != 0 {
			t.Errorf("right pairs count as %d failures", b.InRow)
		}
	}
}
