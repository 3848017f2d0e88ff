package portal_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

func TestAnAddressAsksForAHundredCodesInTenMinutes(t *testing.T) {
	s := newSite(t)
	numbers := 0
	ask := func(address string, c portal.Channel) error {
		numbers++
		_, err := s.recovery.Start(t.Context(), portal.StartRequest{Identifier: number(t, fmt.Sprintf("A%07d", numbers)), Channel: c, Purpose: portal.First,
			Address: netip.MustParseAddr(address)})
		return err
	}
	for i := range 100 {
		if err := ask("192.0.2.9", portal.Email); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
	}
	if err := ask("192.0.2.9", portal.Email); portal.ErrorKind(err) != portal.KindThrottled {
		t.Errorf("the next one: %v", err)
	}
	if err := ask("192.0.2.10", portal.Email); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	s.Turn(10 * time.Minute)
	if err := ask("192.0.2.9", portal.Email); err != nil {
		t.Errorf("ten minutes later: %v", err)
	}
}

// Two addresses used up the SMS of the whole country for an hour: one has a hundredth of them in a quarter of an hour, and the e-mail
// stays open.
func TestAnAddressAsksForASmallPartOfTheSMS(t *testing.T) {
	s := newSite(t)
	s.recovery.SMSBudget = 500
	from := netip.MustParseAddr("192.0.2.9")
	ask := func(n int, c portal.Channel) (keys.Secret, error) {
		return s.recovery.Start(t.Context(), portal.StartRequest{Identifier: number(t, fmt.Sprintf("B%07d", n)), Channel: c, Purpose: portal.Reset, Address: from})
	}
	full := func(what string, err error) {
		t.Helper()
		e, ok := errors.AsType[*portal.Error](err)
		if !ok || e.Kind != portal.KindThrottled || !e.Paced || !e.Other || e.Wait != 15*time.Minute-2*portal.ResendAfter {
			t.Errorf("%s: %+v", what, err)
		}
	}
	var token keys.Secret
	for n := range 4 {
		var err error
		if token, err = ask(n, portal.SMS); err != nil {
			t.Fatal(err)
		}
	}
	s.Turn(portal.ResendAfter)
	check.OK(t, s.recovery.ResendBy(t.Context(), token, "", from))
	s.Turn(portal.ResendAfter)
	_, err := ask(20, portal.SMS)
	full("the next SMS", err)
	full("the same code again", s.recovery.ResendBy(t.Context(), token, "", from))
	if _, err := ask(20, portal.Email); err != nil {
		t.Errorf("an e-mail: %v", err)
	}
}

// Made-up identifiers and e-mails use up nobody's SMS.
func TestTheBudgetIsThatOfTheSMSThatGo(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	for i, c := range []struct {
		identifier string
		channel    portal.Channel
		used       int
	}{{nathalie, portal.SMS, 1}, {nathalie, portal.Email, 1}, {nobody, portal.SMS, 1}, {nathalie, portal.SMS, 2}} {
		_, err := s.recovery.Start(t.Context(), portal.StartRequest{Identifier: number(t, c.identifier), Channel: c.channel, Purpose: portal.Reset, Address: s.anywhere()})
		check.OK(t, err)
		if used, err := portal.SMSBudgetUsed(t.Context(), s.store, s.Clock()); err != nil || used != c.used {
			t.Errorf("after message %d, by %s: %d SMS, want %d, %v", i+1, c.channel, used, c.used, err)
		}
	}
}

// Operators hear of it once a minute that nobody is sent an SMS any more.
func TestAnEmptySMSBudgetIsAnAlarm(t *testing.T) {
	s := newSite(t)
	s.recovery.SMSBudget = 1
	alarms := func() int { return strings.Count(s.log.String(), "no SMS left in this hour") }
	for i, c := range []struct {
		after time.Duration
		want  int
	}{{0, 0}, {0, 1}, {59 * time.Second, 1}, {time.Second, 2}} {
		s.Turn(c.after)
		check.OK(t, check.ErrOf(s.recovery.Start(t.Context(), portal.StartRequest{Identifier: number(t, fmt.Sprintf("C%07d", i)), Channel: portal.Email,
			Purpose: portal.Reset, Address: s.anywhere()})))
		if got := alarms(); got != c.want {
			t.Errorf("after %s more: %d alarms, want %d", c.after, got, c.want)
		}
		if c.want == 0 {
			check.OK(t, s.unit(func(tx portal.Tx) error { return tx.AddTally(t.Context(), "sms", s.Clock(), 1) }))
		}
	}
	if !strings.Contains(s.log.String(), "level=ERROR") || !strings.Contains(s.log.String(), "event=alarm budget=1") {
		t.Errorf("the log says %s", s.log.String())
	}
}

// Strangers use up what they may ask for, and the browser that is known has a share of its own.
func TestAKnownBrowserHasMessagesOfItsOwn(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	session, _ := s.signIn(nathalie, right, keys.Secret{})
	ask := func(device keys.Secret) error {
		_, err := s.recovery.Start(t.Context(), portal.StartRequest{Identifier: number(t, nathalie), Channel: portal.SMS, Purpose: portal.Reset,
			Address: s.anywhere(), Device: device})
		return err
	}
	for i := range 6 { // three by each channel
		if err := ask(keys.Secret{}); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
	}
	if e, ok := errors.AsType[*portal.Error](ask(keys.Secret{})); !ok || !e.Paced || e.Other || e.Wait != 15*time.Minute {
		t.Errorf("a stranger's next one: %+v", e)
	}
	if err := ask(session.Device); err != nil {
		t.Errorf("the known browser: %v", err)
	}
}

// Where a phone is an account's only address, what is asked for by mail is an SMS all the same.
func TestAPhoneAloneRingsNoMoreOftenForCodesByMail(t *testing.T) {
	s := newSite(t)
	s.withContacts("", "+33639980001")
	for range 24 {
		check.OK(t, check.ErrOf(s.recovery.Start(t.Context(), portal.StartRequest{Identifier: number(t, nathalie), Channel: portal.Email, Purpose: portal.Reset,
			Address: s.anywhere()})))
		s.Turn(59 * time.Minute)
	}
	var rings int
	check.OK(t, s.db.QueryRow(`SELECT count(*) FROM outbox WHERE channel = 'sms' AND state <> 'void'`).Scan(&rings))
	if rings != portal.StandardLimits.SMSDay {
		t.Errorf("%d SMS a day, want %d", rings, portal.StandardLimits.SMSDay)
	}
}
