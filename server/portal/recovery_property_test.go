package portal_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// walker does what it likes with several flows of several people, and keeps count of what it was allowed to do, apart
// from the store.
type walker struct {
	*site
	people []nir.Number // the last one has no account
	hashes []string     // as they should be
	flows  []*walked
	failed [][]time.Time // wrong codes that were compared, by person: a run is shorter than the month after which they are forgotten
	sets   int
}

// walked is what the test knows of one flow.
type walked struct {
	token    keys.Secret
	person   int
	code     string
	begun    time.Time
	compared int
	given    time.Time // when its own right code was given
	over     bool      // a password was set by it or by another flow of the person
}

func (w *walker) some(t *rapid.T) *walked {
	if len(w.flows) == 0 {
		t.Skip("no flow yet")
	}
	// Mostly the latest flows: the others are over by then.
	return w.flows[len(w.flows)-1-rapid.IntRange(0, min(3, len(w.flows)-1)).Draw(t, "flow")]
}

func (w *walker) start(t *rapid.T) {
	w.begin(rapid.IntRange(0, len(w.people)-1).Draw(t, "person"))
}

func (w *walker) begin(person int) *walked {
	token := w.site.start(w.people[person])
	f := &walked{token: token, person: person, code: w.code(token), begun: w.Clock()}
	if n := len(w.failed[person]); n >= 10 && len(f.code) < 8 || n >= 50 && len(f.code) < 10 {
		w.t.Fatalf("after %d wrong codes the next one has %d digits", n, len(f.code))
	}
	w.flows = append(w.flows, f)
	return f
}

func (w *walker) resend(t *rapid.T) {
	err := w.recovery.Resend(context.Background(), w.some(t).token)
	if err != nil && !errors.Is(err, portal.ErrNoFlow) && portal.ErrorKind(err) != portal.KindThrottled {
		t.Fatal(err)
	}
}

// tryCode gives a code and checks that the answer was due.
func (w *walker) tryCode(t *rapid.T, f *walked, code string) {
	now := w.Clock()
	before := w.tries(f)
	result, err := w.give(f.token, code)
	compared := w.tries(f) - before
	f.compared += compared
	if compared > 0 && now.Sub(f.begun) >= portal.CodeLife && result != portal.CodeExpired {
		t.Fatalf("a code was compared %s after it was made", now.Sub(f.begun))
	}
	if f.compared > portal.CodeTries {
		t.Fatalf("%d codes of one flow were compared", f.compared)
	}
	if err != nil {
		if !errors.Is(err, portal.ErrNoFlow) && portal.ErrorKind(err) != portal.KindThrottled {
			t.Fatal(err)
		}
		if compared != 0 {
			t.Fatalf("a code was compared and then refused: %v", err)
		}
		return
	}
	if result == portal.CodeRight {
		switch {
		case !f.given.IsZero(): // it was given before
		case code != f.code || w.accountless(f.person) || f.over || compared != 1:
			t.Fatalf("a code opened the flow: right %v, account %v, over %v, compared %d", code == f.code, !w.accountless(f.person), f.over, compared)
		default:
			f.given = now
		}
		return
	}
	if compared > 0 {
		w.failed[f.person] = append(w.failed[f.person], now)
	}
}

func (w *walker) tries(f *walked) (n int) {
	check.OK(w.t, w.db.QueryRow(`SELECT tries FROM flows WHERE token_index = $1`, keys.TokenIndex("flow", f.token)).Scan(&n))
	return n
}

func (w *walker) accountless(person int) bool { return person == len(w.people)-1 }

// may reports whether the flow may set a password now.
func (w *walker) may(f *walked) bool {
	return !f.given.IsZero() && !f.over && !w.accountless(f.person) && w.Clock().Sub(f.given) < portal.PasswordGrace
}

func (w *walker) setPassword(t *rapid.T, f *walked) {
	may := w.may(f)
	if !w.set(f.token, fmt.Sprintf("Marguerite-des-prés-%d", w.sets)) {
		return
	}
	if !may {
		t.Fatalf("a password was set: code given %v, over %v, account %v", f.given, f.over, !w.accountless(f.person))
	}
	w.sets++
	hash := w.hash(w.people[f.person])
	if hash == w.hashes[f.person] {
		t.Fatal("the password was said to be set and is not")
	}
	w.hashes[f.person] = hash
	for _, other := range w.flows {
		other.over = other.over || other.person == f.person
	}
}

// TestNoSequenceOfRequestsSetsAPasswordWithoutThisFlowsOwnCode is the promise of recovery (CVE-2026-18963 was one that
// did): whoever sets a password has given this flow's own code, that was sent to the account, less than 15 minutes ago.
func TestNoSequenceOfRequestsSetsAPasswordWithoutThisFlowsOwnCode(t *testing.T) {
	s := newSite(t)
	runs, sets := 0, 0
	turns := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Minute, 5 * time.Minute, portal.CodeLife - time.Microsecond,
		portal.CodeLife, portal.PasswordGrace - time.Microsecond, portal.PasswordGrace, portal.FlowLife, 24 * time.Hour})
	rapid.Check(t, func(t *rapid.T) {
		runs++
		s.Turn(time.Hour) // the addresses of the last run have rested
		w := &walker{site: s, failed: make([][]time.Time, 3)}
		for person := range 2 {
			w.people = append(w.people, s.addNumber(fmt.Sprintf("P%07d%d", runs, person)))
			w.hashes = append(w.hashes, s.hash(w.people[person]))
		}
		w.people = append(w.people, number(s.t, fmt.Sprintf("P%07d9", runs)))
		t.Repeat(map[string]func(*rapid.T){
			"start":  w.start,
			"resend": w.resend,
			"give the right code": func(t *rapid.T) {
				f := w.some(t)
				w.tryCode(t, f, f.code)
			},
			"give the right code and a password": func(t *rapid.T) {
				f := w.some(t)
				w.tryCode(t, f, f.code)
				w.setPassword(t, f)
			},
			"begin, give the right code and a password": func(t *rapid.T) {
				w.start(t)
				f := w.flows[len(w.flows)-1]
				w.tryCode(t, f, f.code)
				w.setPassword(t, f)
			},
			"give a wrong code": func(t *rapid.T) {
				f := w.some(t)
				w.tryCode(t, f, not(f.code))
			},
			"give wrong codes until it is refused": func(t *rapid.T) {
				f := w.some(t)
				for range 2 * portal.CodeTries {
					w.tryCode(t, f, not(f.code))
				}
			},
			"begin again and again to try more codes": func(t *rapid.T) {
				person := rapid.IntRange(0, len(w.people)-1).Draw(t, "person")
				if rapid.IntRange(0, 3).Draw(t, "mood") > 0 {
					t.Skip("another time") // the codes of the person grow by it
				}
				for range 3 {
					f := w.begin(person)
					for range portal.CodeTries {
						w.tryCode(t, f, not(f.code))
					}
				}
			},
			"give another flow's code": func(t *rapid.T) {
				f, other := w.some(t), w.some(t)
				w.tryCode(t, f, other.code)
			},
			"give no code": func(t *rapid.T) { w.tryCode(t, w.some(t), "") },
			"ask about a password": func(t *rapid.T) {
				f := w.some(t)
				report, _, err := w.recovery.Check(context.Background(), f.token, "Marguerite-des-prés-41")
				if err == nil && report.OK() && !w.may(f) && w.Clock().Sub(f.given) != portal.PasswordGrace {
					t.Fatal("a password was judged without a code")
				}
			},
			"choose a password": func(t *rapid.T) { w.setPassword(t, w.some(t)) },
			"choose a bad password": func(t *rapid.T) {
				if w.set(w.some(t).token, "motdepasse") {
					t.Fatal("a bad password was set")
				}
			},
			"come with a token of their own": func(t *rapid.T) {
				if w.set(portal.NewToken(), "Marguerite-des-prés-41") {
					t.Fatal("a password was set without a flow")
				}
			},
			"wait": func(t *rapid.T) { w.Turn(turns.Draw(t, "for")) },
			"": func(t *rapid.T) {
				for person, hash := range w.hashes {
					if s.hash(w.people[person]) != hash {
						t.Fatal("a password has changed, and nobody was told so")
					}
				}
				if s.hash(w.people[2]) != "" {
					t.Fatal("an identifier without an account has a password")
				}
			},
		})
		sets += w.sets
	})
	if sets < runs/10 {
		t.Errorf("only %d passwords were set in %d runs: the search has seen too little", sets, runs)
	}
}

func number(t testing.TB, typed string) nir.Number {
	t.Helper()
	n, report := nir.Parse(typed, nil)
	if !report.OK() {
		t.Fatalf("identifier of a test: %s", report.Problem)
	}
	return n
}
