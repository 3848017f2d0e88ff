package portal_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
)

const chosen = "Marguerite-des-prés-41"

// both runs a test for an identifier with an account and for one without: what it finds must be the same.
func both(t *testing.T, test func(t *testing.T, c *counter, n nir.Number)) {
	for _, name := range []string{"known", "unknown"} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t)
			n := number(t, nobody)
			if name == "known" {
				n = c.add(nathalie)
			}
			test(t, c, n)
		})
	}
}

func TestTenWrongCodesADayAreComparedOverAllFlows(t *testing.T) {
	both(t, func(t *testing.T, c *counter, n nir.Number) {
		begun := c.clock()
		for range 2 {
			token := c.start(n)
			for i := range portal.CodeTries {
				want := portal.CodeWrong
				if i == portal.CodeTries-1 {
					want = portal.CodeUsedUp
				}
				c.mustTry(token, not(c.code(token)), want)
				c.turn(time.Second)
			}
		}
		third := c.start(n)
		for _, code := range []string{not(c.code(third)), c.code(third)} {
			_, err := c.try(third, code)
			var e *portal.Error
			if !errors.As(err, &e) || e.Code != portal.CodeThrottled || e.Wait != begun.Add(24*time.Hour).Sub(c.clock()) || e.Disabled {
				t.Errorf("the eleventh code: %#v", err)
			}
		}
		c.turn(24 * time.Hour)
		c.mustTry(c.start(n), "", portal.CodeWrong)
	})
}

func TestTheDaysTriesOfOneIdentifierAreNotAnothersAndEndWithTheRightCode(t *testing.T) {
	c := newCounter(t)
	n, other := c.add(nathalie), c.add(jean)
	for range 2 {
		token := c.start(n)
		for range 4 {
			c.mustTry(token, not(c.code(token)), portal.CodeWrong)
		}
	}
	token := c.start(n)
	c.mustTry(token, c.code(token), portal.CodeRight)
	c.mustTry(token, "000000", portal.CodeRight) // a second click finds the code given
	token = c.start(n)
	c.mustTry(token, not(c.code(token)), portal.CodeWrong) // the ninth wrong one: the right one was not counted
	c.mustTry(token, not(c.code(token)), portal.CodeWrong)
	if _, err := c.try(token, c.code(token)); portal.ErrorCode(err) != portal.CodeThrottled {
		t.Errorf("after ten wrong codes in a day: %v", err)
	}
	token = c.start(other)
	c.mustTry(token, c.code(token), portal.CodeRight)
}

// A person who did not see that the code has expired, or was tried too often, has learnt nothing by trying it again.
func TestACodeThatIsNotComparedTakesNoneOfTheDaysTries(t *testing.T) {
	both(t, func(t *testing.T, c *counter, n nir.Number) {
		expired := c.start(n)
		c.turn(portal.CodeLife)
		for range 20 {
			c.mustTry(expired, c.code(expired), portal.CodeExpired)
		}
		used := c.start(n)
		for range portal.CodeTries - 1 {
			c.mustTry(used, not(c.code(used)), portal.CodeWrong)
		}
		for range 20 {
			c.mustTry(used, not(c.code(used)), portal.CodeUsedUp)
		}
		c.mustTry(c.start(n), "", portal.CodeWrong) // the sixth of the day
	})
}

func TestAGuessedCodeOfAnIdentifierWithoutAccountOpensNothing(t *testing.T) {
	c := newCounter(t)
	token := c.start(number(t, nobody))
	c.mustTry(token, c.code(token), portal.CodeWrong)
	if c.set(token, chosen) {
		t.Error("a password was set for nobody")
	}
}

func TestTheNewPasswordHasAQuarterOfAnHour(t *testing.T) {
	for after, want := range map[time.Duration]bool{0: true, portal.PasswordGrace - time.Microsecond: true, portal.PasswordGrace: false, portal.PasswordGrace + time.Second: false} {
		c := newCounter(t)
		n := c.add(nathalie)
		token := c.start(n)
		c.mustTry(token, c.code(token), portal.CodeRight)
		before := c.hash(n)
		c.turn(after)
		if set := c.set(token, chosen); set != want || (c.hash(n) != before) != want {
			t.Errorf("%s after the code: set %v, want %v", after, set, want)
		}
	}
}

func TestThePasswordThatWasChosenIsTheOneThatIsVerified(t *testing.T) {
	c := newCounter(t)
	n := c.add(nathalie)
	token := c.start(n)
	c.mustTry(token, c.code(token), portal.CodeRight)
	for _, bad := range []string{"", "Court-1", "motdepasse123", "sans chiffre du tout", "Marguerite-MARTIN-7", nathalie + "abc", strings.Repeat("é1", 129)} {
		if c.set(token, bad) {
			t.Errorf("a password of %d characters was set against the rules", len([]rune(bad)))
		}
	}
	typed := "  " + chosen + " \t"
	if !c.set(token, typed) {
		t.Fatal("a good password was not set")
	}
	hash, err := passhash.Parse(c.hash(n))
	if err != nil || !hash.Verify(typed) || hash.Verify(chosen) || hash.Verify(strings.TrimSpace(typed)) {
		t.Errorf("the hash is not of the password exactly as typed (%v)", err)
	}
	if c.set(token, chosen+"2") {
		t.Error("the same flow has set a second password")
	}
}

func TestAHundredSubmissionsAtOnceSetThePasswordOnce(t *testing.T) {
	c := newCounter(t)
	c.recovery.Pool = passhash.NewPool(passhash.PoolOptions{Queue: 200})
	n := c.add(nathalie)
	token := c.start(n)
	code := c.code(token)
	var right, set atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			result, err := c.try(token, code)
			// Whoever comes late finds the flow finished.
			if err != nil && portal.ErrorCode(err) != portal.CodeThrottled && !errors.Is(err, portal.ErrNoFlow) {
				t.Error(err)
			}
			if err == nil && result == portal.CodeRight {
				right.Add(1)
			}
			if c.set(token, chosen) {
				set.Add(1)
			}
		})
	}
	all.Wait()
	if right.Load() == 0 || set.Load() != 1 {
		t.Errorf("%d submissions were right and %d set the password, want one", right.Load(), set.Load())
	}
}

func TestAFullQueueSetsNothingAndUsesNothingUp(t *testing.T) {
	c := newCounter(t)
	n := c.add(nathalie)
	token := c.start(n)
	c.mustTry(token, c.code(token), portal.CodeRight)
	c.recovery.Pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: -1})
	ticket, err := c.recovery.Pool.Admit()
	if err != nil {
		t.Fatal(err)
	}
	before := c.hash(n)
	if _, err := c.recovery.SetPassword(t.Context(), token, chosen); portal.ErrorCode(err) != portal.CodeBusy {
		t.Errorf("full queue: %v", err)
	}
	if c.hash(n) != before {
		t.Error("the password has changed")
	}
	ticket.Release()
	if !c.set(token, chosen) {
		t.Error("the password is not set once there is room")
	}
}

func TestAnAddressAsksForAHundredCodesInTenMinutes(t *testing.T) {
	c := newCounter(t)
	request := portal.StartRequest{Identifier: number(t, nobody), Channel: portal.Email, Purpose: portal.First, Address: netip.MustParseAddr("192.0.2.9")}
	for i := range 100 {
		if _, err := c.recovery.Start(t.Context(), request); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
	}
	if _, err := c.recovery.Start(t.Context(), request); portal.ErrorCode(err) != portal.CodeThrottled {
		t.Errorf("the next one: %v", err)
	}
	request.Address = netip.MustParseAddr("192.0.2.10")
	if _, err := c.recovery.Start(t.Context(), request); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	c.turn(10 * time.Minute)
	request.Address = netip.MustParseAddr("192.0.2.9")
	if _, err := c.recovery.Start(t.Context(), request); err != nil {
		t.Errorf("ten minutes later: %v", err)
	}
}

func TestWhoeverHasNoTokenHasNoFlow(t *testing.T) {
	c := newCounter(t)
	ctx, none := context.Background(), keys.Secret{}
	c.start(c.add(nathalie))
	for _, token := range []keys.Secret{none, portal.NewToken()} {
		_, err1 := c.recovery.Flow(ctx, token)
		err2 := c.recovery.Resend(ctx, token)
		_, err3 := c.recovery.Try(ctx, token, keys.NewSecret("000000"))
		_, _, err4 := c.recovery.Check(ctx, token, chosen)
		_, err5 := c.recovery.SetPassword(ctx, token, chosen)
		for i, err := range []error{err1, err2, err3, err4, err5} {
			if !errors.Is(err, portal.ErrNoFlow) {
				t.Errorf("step %d: %v, want ErrNoFlow", i+1, err)
			}
		}
	}
}

func TestTheWorkerIsWokenForEachMessageAndForNobodyToo(t *testing.T) {
	both(t, func(t *testing.T, c *counter, n nir.Number) {
		token := c.start(n)
		if err := c.recovery.Resend(t.Context(), token); err == nil {
			t.Error("sent again at once")
		}
		c.turn(portal.ResendAfter)
		if err := c.recovery.Resend(t.Context(), token); err != nil {
			t.Error(err)
		}
		if c.wakes != 2 {
			t.Errorf("woken %d times, want 2", c.wakes)
		}
	})
}

func TestTheLogOfRecoveryHoldsNothingThatOpensAnything(t *testing.T) {
	c := newCounter(t)
	for _, n := range []nir.Number{c.add(nathalie), number(t, nobody)} {
		token := c.start(n)
		c.try(token, not(c.code(token)))
		c.try(token, c.code(token))
		c.set(token, "Court-17")
		c.set(token, chosen)
		for what, text := range map[string]string{"the identifier": n.Canonical(), "the token": token.Reveal(), "the code": c.code(token),
			"the wrong code": not(c.code(token)), "a refused password": "Court-17", "the password": chosen, "an address": "639980001", "an e-mail": "nathalie@"} {
			if strings.Contains(c.logged(), text) {
				t.Errorf("the log holds %s", what)
			}
		}
	}
	for _, event := range []string{"code asked for", "code tried", "password changed"} {
		if !strings.Contains(c.logged(), event) {
			t.Errorf("the log does not tell %q", event)
		}
	}
}
