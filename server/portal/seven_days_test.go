package portal_test

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// owner is whose account is attacked, and what they have.
type owner struct {
	name         string
	identifier   string
	email, phone string
	known        bool          // they use the browser that they used before; another one each time otherwise
	patience     time.Duration // how long it may take until they are in

	id     portal.AccountID
	device keys.Secret
	chance float64 // that one of the codes tried for them would have been right
}

func owners() []*owner {
	return []*owner{
		{name: "a known browser", identifier: "2690549588157", phone: "+33639980001", known: true},
		{name: "a new browser and two channels", identifier: "2690549588158", phone: "+33639980002", email: "anne@example.org"},
		{name: "a new browser and a phone alone", identifier: "2690549588159", phone: "+33639980003", patience: 15 * time.Minute},
		{name: "a new browser and an e-mail alone", identifier: "1850578006048", email: "jean@example.org", patience: 15 * time.Minute},
	}
}

// week is a service under attack.
type week struct {
	*site
	step   *portal.SecondStep
	owners []*owner
	others []string // numbers of people who do nothing
}

// crowd is how many other people there are.
const crowd = 40

func newWeek(t *testing.T) *week {
	s := newSite(t)
	s.recovery.SMSBudget = 100
	s.login.Reach = s.recovery.Reach
	w := &week{site: s, step: s.secondStep(portal.StepForNewBrowser), owners: owners()}
	hash := argon(t, right, small)
	for _, o := range w.owners {
		o.id = w.imports(o.identifier, o.email, o.phone, hash)
		if !o.known {
			continue
		}
		token := w.site.step(w.step, o.identifier, false)
		w.mustGive(token, w.code(token), portal.CodeRight)
		session, err := w.finish(w.step, token, keys.Secret{}, true)
		check.OK(t, err)
		o.device = session.Device
	}
	for n := range crowd {
		number := fmt.Sprintf("B%07d", n)
		w.imports(number, "", fmt.Sprintf("+33639981%03d", n), hash)
		w.others = append(w.others, number)
	}
	return w
}

func (w *week) imports(identifier, email, phone, hash string) portal.AccountID {
	w.t.Helper()
	a := storetest.Nathalie(w.t)
	a.Identifier, a.Email, a.Phone, a.Password = storetest.Number(w.t, identifier), keys.NewSecret(email), keys.NewSecret(phone), keys.NewSecret(hash)
	check.OK(w.t, check.ErrOf(portal.ImportRows(w.t.Context(), w.store, []portal.ImportRow{{Account: a, Scheme: small.Scheme()}}, portal.ImportOptions{})))
	return w.credential(identifier).Account
}

// refused returns how long somebody is told to wait, and whether they are. Any other fault ends the test.
func (w *week) refused(err error) (wait time.Duration, refused bool) {
	w.t.Helper()
	if err == nil {
		return 0, false
	}
	e, ok := errors.AsType[*portal.Error](err)
	if !ok || e.Kind != portal.KindThrottled || e.CodeFirst {
		w.t.Fatal(err)
	}
	return e.Wait, true
}

// attack is what a stranger does as often as they may. Whatever they are let in by is an error of the test.
type attack struct {
	name   string
	every  time.Duration
	strike func(*week, *owner) // on one of the owners; nil = on nobody in particular
	flood  func(*week)         // on everybody else; nil = on nobody
}

// patience is how long the owner may have to wait: not at all in a known browser, and a quarter of an hour in a new one when all doors are
// attacked at once.
func (a attack) patience(o *owner) time.Duration {
	if a.name == atOnce && !o.known {
		return 15 * time.Minute
	}
	return o.patience
}

const atOnce = "passwords, recoveries and sends at once"

var attacks = []attack{
	{"12 recovery requests", 8 * time.Hour, func(w *week, o *owner) {
		for range 12 {
			if sms, email := w.asks(o.identifier, portal.SMS, w.anywhere()), w.asks(o.identifier, portal.Email, w.anywhere()); sms.IsZero() && email.IsZero() {
				return
			}
		}
	}, nil},
	{"15 sends", 8 * time.Hour, func(w *week, o *owner) {
		token := w.asks(o.identifier, portal.SMS, w.anywhere())
		for i := range 15 {
			if i%5 == 4 {
				w.Turn(portal.ResendAfter)
			}
			w.resends(token, []portal.Channel{portal.SMS, portal.Email}[i%2])
		}
	}, nil},
	{"100 wrong passwords", time.Hour, func(w *week, o *owner) {
		for range 100 {
			if !w.guesses(o) {
				return
			}
		}
	}, nil},
	{"two addresses that ask for all SMS of the service", 24 * time.Hour, nil, func(w *week) {
		for _, from := range []string{"192.0.2.1", "2001:db8:1::1"} {
			var flows []keys.Secret
			for _, number := range w.others {
				flows = append(flows, w.asks(number, portal.SMS, netip.MustParseAddr(from)))
			}
			for range portal.MostSends - 1 {
				w.Turn(portal.ResendAfter)
				for _, token := range flows {
					w.resends(token, portal.SMS)
				}
			}
		}
	}},
	{"400 leaked pairs", 8 * time.Hour, func(w *week, o *owner) {
		for w.stuffs(o.identifier, netip.MustParseAddr("192.0.2.1")) {
		}
	}, func(w *week) {
		for _, number := range w.others {
			for w.stuffs(number, netip.MustParseAddr("192.0.2.1")) {
			}
		}
	}},
	{atOnce, 6 * time.Hour, func(w *week, o *owner) {
		for w.guesses(o) {
		}
		for _, by := range []portal.Channel{portal.SMS, portal.Email} {
			for token := w.asks(o.identifier, by, w.anywhere()); !token.IsZero(); token = w.asks(o.identifier, by, w.anywhere()) {
				w.resends(token, by.Other())
			}
		}
	}, nil},
	{"guessed codes", 8 * time.Hour, func(w *week, o *owner) {
		for token := w.asks(o.identifier, portal.SMS, w.anywhere()); !token.IsZero(); token = w.asks(o.identifier, portal.SMS, w.anywhere()) {
			code := w.code(token)
			for range portal.CodeTries + 1 {
				result, err := w.give(token, not(code))
				switch {
				case err != nil:
					w.t.Fatal(err)
				case result == portal.CodeRight:
					w.t.Errorf("%s: a guessed code is right", o.name)
				case result == portal.CodeWrong:
					o.chance += math.Pow10(-len(code))
				}
			}
			if w.set(token, wrong) {
				w.t.Errorf("%s: a password without a code", o.name)
			}
		}
	}, nil},
}

// asks is a recovery that a stranger asks for; zero when they may not.
func (w *week) asks(identifier string, by portal.Channel, from netip.Addr) keys.Secret {
	w.t.Helper()
	token, err := w.recovery.Start(w.t.Context(), portal.StartRequest{Identifier: storetest.Number(w.t, identifier), Channel: by,
		Purpose: portal.Reset, Address: from})
	if _, refused := w.refused(err); refused {
		return keys.Secret{}
	}
	return token
}

// resends asks for a code again.
func (w *week) resends(token keys.Secret, by portal.Channel) {
	w.t.Helper()
	if err := w.recovery.ResendBy(w.t.Context(), token, by, w.anywhere()); err != nil && !errors.Is(err, portal.ErrNoFlow) {
		w.refused(err)
	}
}

// guesses tries a wrong password as the sign-in page does, and returns false once there is nothing left to try.
func (w *week) guesses(o *owner) (more bool) {
	w.t.Helper()
	_, err := w.login.Verify(w.t.Context(), w.request(o.identifier, wrong, keys.Secret{}))
	switch {
	case err == nil:
		w.t.Errorf("%s: a wrong password is right", o.name)
	case errors.Is(err, portal.ErrUnauthorized):
		return true
	case codeFirst(err):
		token, err := w.step.First(w.t.Context(), w.request(o.identifier, wrong, keys.Secret{}), false)
		if _, refused := w.refused(err); refused {
			return false
		}
		if _, _, err := w.step.Admit(w.t.Context(), token, keys.Secret{}); !errors.Is(err, portal.ErrNoFlow) {
			w.t.Errorf("%s: admitted without the code: %v", o.name, err)
		}
	default:
		w.refused(err)
	}
	return false
}

// stuffs gives the right pair, from a browser that is not known. It returns false once that is refused.
func (w *week) stuffs(identifier string, from netip.Addr) (more bool) {
	w.t.Helper()
	p, err := w.login.Verify(w.t.Context(), portal.SignInRequest{Identifier: storetest.Number(w.t, identifier), Password: keys.NewSecret(right), Address: from})
	if _, refused := w.refused(err); refused {
		return false
	}
	if due, err := w.step.Due(w.t.Context(), p, keys.Secret{}); err != nil || !due {
		w.t.Fatalf("a leaked pair is enough: %v", err)
	}
	token, err := w.step.Begin(w.t.Context(), p, keys.Secret{}, false)
	if _, refused := w.refused(err); refused {
		return false
	}
	if _, err := w.finish(w.step, token, keys.Secret{}, true); !errors.Is(err, portal.ErrNoFlow) {
		w.t.Errorf("a leaked pair without the code: %v", err)
	}
	return true
}

// doors are the ways in that pages offer to whoever has a password and their phone or mailbox. Each returns how long it says to wait, 0 when
// the owner is in.
var doors = []func(*week, *owner) time.Duration{
	(*week).byPassword,
	func(w *week, o *owner) time.Duration { return w.byRecovery(o, portal.SMS) },
	func(w *week, o *owner) time.Duration { return w.byRecovery(o, portal.Email) },
}

func (w *week) byPassword(o *owner) time.Duration {
	device := o.device
	p, err := w.login.Verify(w.t.Context(), w.request(o.identifier, right, device))
	if codeFirst(err) {
		token, err := w.step.First(w.t.Context(), w.request(o.identifier, right, device), false)
		if wait, refused := w.refused(err); refused {
			return wait
		}
		if !w.leaves(token) {
			return portal.StandardLimits.SendEvery
		}
		w.mustGive(token, w.code(token), portal.CodeRight)
		if device, _, err = w.step.Admit(w.t.Context(), token, device); err != nil {
			w.t.Fatal(err)
		}
		p = w.pair(o.identifier, device)
	} else if wait, refused := w.refused(err); refused {
		return wait
	}
	due, err := w.step.Due(w.t.Context(), p, device)
	check.OK(w.t, err)
	if due && o.known {
		w.t.Errorf("%s: a code is asked for in a browser that is remembered", o.name)
	}
	if !due {
		check.OK(w.t, w.login.Enter(w.t.Context(), p, row(p)))
		return 0
	}
	token, err := w.step.Begin(w.t.Context(), p, keys.Secret{}, false)
	if wait, refused := w.refused(err); refused {
		return wait
	}
	w.mustGive(token, w.code(token), portal.CodeRight)
	check.OK(w.t, check.ErrOf(w.finish(w.step, token, device, o.known)))
	return 0
}

func (w *week) byRecovery(o *owner, by portal.Channel) time.Duration {
	token, err := w.recovery.Start(w.t.Context(), portal.StartRequest{Identifier: storetest.Number(w.t, o.identifier), Channel: by,
		Purpose: portal.Reset, Address: w.anywhere(), Device: o.device})
	if wait, refused := w.refused(err); refused {
		return wait
	}
	w.mustGive(token, w.code(token), portal.CodeRight)
	entering, err := w.recovery.Entering(w.t.Context(), token)
	check.OK(w.t, err)
	if _, _, err := w.recovery.SetPassword(w.t.Context(), portal.NewPassword{Token: token, Typed: right, Session: row(entering)}); err != nil {
		w.t.Fatal(err)
	}
	return 0
}

// comes lets the owner sign in by whichever door is open, and returns how long it took. They come back at the hour that they are told, and find that
// the stranger was there in the moment before.
func (w *week) comes(o *owner, strike func(...*owner)) (took time.Duration) {
	for took <= time.Hour {
		least := time.Duration(math.MaxInt64)
		for _, door := range doors {
			if least = min(least, door(w, o)); least == 0 {
				return took
			}
		}
		took += least
		w.Turn(least)
		strike(o)
	}
	return took
}

// The promise of docs/security.md, « Doors »: a stranger who knows a number, or even the password, neither enters nor keeps its owner out.
// Each attack goes on for seven days, in bursts of all that it may do at once, now and then and in the moment before an owner comes. Each owner comes twice a day, at another hour each time.
func TestForSevenDaysOwnersGetInAndStrangersDoNot(t *testing.T) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			w := newWeek(t)
			began := w.Clock()
			passed := func() time.Duration { return w.Clock().Sub(began) }
			strike := func(owners ...*owner) {
				for _, o := range owners {
					if a.strike != nil {
						a.strike(w, o)
					}
				}
			}
			for visit := range 15 {
				for until := time.Duration(visit+1) * 11 * time.Hour; passed() < until; {
					strike(w.owners...)
					w.Turn(a.every)
				}
				if a.flood != nil {
					a.flood(w)
				}
				for _, o := range w.owners {
					strike(o)
					if took := w.comes(o, strike); took > a.patience(o) {
						t.Errorf("after %s an owner with %s was in after %s, want %s at most", passed(), o.name, took, a.patience(o))
					}
				}
			}
			for _, o := range w.owners {
				if o.chance > 1.1e-5 { // of a month: see TestGuessesOnOneNumberAreBelowOneInAMillionADay
					t.Errorf("%s: a chance of %.2g that a guessed code was right", o.name, o.chance)
				}
			}
		})
	}
}

// The account of a pair that leaked hears of it by the first try: the code that the stranger lacks goes to its owner, and says what it is for.
func TestTheOwnerOfALeakedPairIsTold(t *testing.T) {
	w := newWeek(t)
	for _, o := range w.owners {
		w.Turn(time.Second)
		w.stuffs(o.identifier, w.anywhere())
		var told int
		if err := w.db.QueryRow(`SELECT count(*) FROM outbox JOIN flows ON flow = token_index
			WHERE account_id = $1 AND flows.purpose = 'sign-in' AND outbox.created_at = $2 AND state = 'open'`, string(o.id), w.Clock().UnixMicro()).Scan(&told); err != nil || told != 1 {
			t.Errorf("%s: %d messages, %v", o.name, told, err)
		}
	}
}
