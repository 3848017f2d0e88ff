// The race detector multiplies every time by ten and tells nothing here: the task test runs this file without it.

//go:build !race

package web_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
	"moncompte/server/web"
)

// pairs is how many answers for an account, and as many for none, are compared.
const pairs = 2000

// The answers are told apart by chance when a random answer for an account takes longer than one for none in half of all
// cases: an AUC of 0.5. With 2,000 of each its spread is 0.009, so that a bound of 0.05 is passed by an effect and not by
// chance; a machine that is busy with something else may still lean to one side, so three measurements must agree.
const (
	leastAUC, mostAUC = 0.45, 0.55
	measurements      = 3
)

// auc is the share of pairs (a, b) in which a is greater, ties counting half: the rank statistic of Mann and Whitney.
func auc(a, b []time.Duration) float64 {
	type sample struct {
		took time.Duration
		ofA  bool
	}
	var all []sample
	for _, d := range a {
		all = append(all, sample{d, true})
	}
	for _, d := range b {
		all = append(all, sample{d, false})
	}
	slices.SortFunc(all, func(x, y sample) int { return int(x.took - y.took) })
	var ranks float64 // of a
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].took == all[i].took {
			j++
		}
		for _, s := range all[i:j] {
			if s.ofA {
				ranks += float64(i+j+1) / 2
			}
		}
		i = j
	}
	n, m := float64(len(a)), float64(len(b))
	return (ranks - n*(n+1)/2) / (n * m)
}

func TestTheRankStatisticTellsShiftedTimesApart(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	draw := func(shift float64) (d []time.Duration) {
		for range pairs {
			d = append(d, time.Duration((random.ExpFloat64()+shift)*1e6))
		}
		return d
	}
	if got := auc(draw(0), draw(0)); got < leastAUC || got > mostAUC {
		t.Errorf("the same times: %.3f", got)
	}
	if got := auc(draw(0.3), draw(0)); got <= mostAUC {
		t.Errorf("times that are 0.3 of their spread longer: %.3f", got)
	}
	if got := auc([]time.Duration{1, 2, 2}, []time.Duration{2, 2, 2}); got != 2.0/3*0.5 {
		t.Errorf("with ties: %.3f", got)
	}
}

// crowd is a site with as many accounts as there are identifiers without one, drawn by chance from the same numbers, so
// that nothing but the account tells them apart. Each is used once.
type crowd struct {
	*recoverySite
	params   passhash.Params
	hash     keys.Secret
	drawn    int // identifiers
	requests int
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	// What is measured is what the site does, not what the disk does: a file in memory makes the test stricter.
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		t.Setenv("TMPDIR", "/dev/shm")
	}
	c := &crowd{params: passhash.Params{MemoryKiB: 64, Time: 1, Threads: 1}}
	c.recoverySite = openRecoverySite(t, public, trusting, secondStep(portal.StepForNewBrowser), func(o *web.Options) { o.Login.Params, o.Recovery.Params = c.params, c.params })
	phc, err := passhash.New(right, c.params, nil)
	check.OK(t, err)
	c.hash = keys.NewSecret(phc)
	return c
}

// draw empties the store and returns n identifiers with an account and n without. Every account has the same scheme: the
// time of another one would not be that of the others.
func (c *crowd) draw(n int) (known, unknown []string) {
	c.t.Helper()
	for _, table := range []string{"outbox", "flows", "accounts"} {
		check.OK(c.t, check.ErrOf(c.db.ExecContext(c.t.Context(), "DELETE FROM "+table)))
	}
	var identifiers []string
	for range 2 * n {
		c.drawn++
		identifiers = append(identifiers, fmt.Sprintf("K%08d", c.drawn))
	}
	rand.Shuffle(len(identifiers), func(i, j int) { identifiers[i], identifiers[j] = identifiers[j], identifiers[i] })
	var rows []portal.ImportRow
	for _, identifier := range identifiers[:n] {
		a := storetest.Nathalie(c.t)
		a.Identifier, a.Password = storetest.Number(c.t, identifier), c.hash
		rows = append(rows, portal.ImportRow{Account: a, Scheme: c.params.Scheme()})
	}
	check.OK(c.t, check.ErrOf(portal.ImportRows(c.t.Context(), c.store, rows, portal.ImportOptions{})))
	return identifiers[:n], identifiers[n:]
}

// warmUp answers come before those that are measured.
const warmUp = 100

// time sends one form, from an address of its own, and returns how long the answer took.
func (c *crowd) time(path string, form url.Values, status int) time.Duration {
	c.requests++
	r := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base.String()+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = "192.0.2.1:50000"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", c.requests>>16&255, c.requests>>8&255, c.requests&255))
	w := httptest.NewRecorder()
	began := time.Now()
	c.handler.ServeHTTP(w, r)
	took := time.Since(began)
	if w.Code != status {
		c.t.Fatalf("status %d, want %d", w.Code, status)
	}
	return took
}

// cannotBeToldApart measures form for accounts and for none, in an order drawn by chance.
func (c *crowd) cannotBeToldApart(path string, status int, form func(identifier string) url.Values) {
	c.t.Helper()
	var found []string
	for range measurements {
		var known, unknown []time.Duration
		with, without := c.draw(warmUp + pairs)
		runtime.GC()
		for i := range warmUp + pairs {
			a, b := with[i], without[i]
			var took [2]time.Duration
			if rand.IntN(2) == 0 {
				took[0] = c.time(path, form(a), status)
				took[1] = c.time(path, form(b), status)
			} else {
				took[1] = c.time(path, form(b), status)
				took[0] = c.time(path, form(a), status)
			}
			if i >= warmUp {
				known, unknown = append(known, took[0]), append(unknown, took[1])
			}
		}
		share := auc(known, unknown)
		c.t.Logf("AUC %.3f over %d pairs", share, pairs)
		if share > leastAUC && share < mostAUC {
			return
		}
		slices.Sort(known)
		slices.Sort(unknown)
		found = append(found, fmt.Sprintf("AUC %.3f, median %s for an account and %s for none", share, known[pairs/2], unknown[pairs/2]))
	}
	c.t.Errorf("%s tells whether there is an account by its time:\n%s", path, strings.Join(found, "\n"))
}

func TestTheTimeOfASignInDoesNotTellWhetherThereIsAnAccount(t *testing.T) {
	newCrowd(t).cannotBeToldApart("/connexion", http.StatusUnauthorized, func(identifier string) url.Values { return pair(identifier, wrong) })
}

func TestTheTimeOfARecoveryDoesNotTellWhetherThereIsAnAccount(t *testing.T) {
	newCrowd(t).cannotBeToldApart(reset, http.StatusSeeOther, func(identifier string) url.Values {
		channel := "sms"
		if rand.IntN(2) == 0 {
			channel = "email"
		}
		return url.Values{"identifiant": {identifier}, "canal": {channel}}
	})
}

// The statements are the same too, so that neither the database's log nor its load tells more than the time does.
func TestTheSameStatementsAnswerForKnownAndUnknown(t *testing.T) {
	o := openRecoverySite(t, local, secondStep(portal.StepForNewBrowser))
	o.browser().try(jean, wrong) // the shares of the schemes are counted once in a while, at whose ever sign-in it is time
	walk := func(identifier string) (steps [][]string) {
		b := o.browser()
		for _, do := range []func(){
			func() { o.browser().try(identifier, wrong) },
			func() { b.ask(reset, identifier, "sms") },
			func() { b.get(reset + "/code") },
			func() { b.again(reset) },
			func() { o.Turn(portal.ResendAfter); b.again(reset) },
			func() { b.get(reset + "/nouveau") },
			func() { b.give(reset, other(o.codeOf(b))) },
			func() { b.choose(reset, chosen) },
			func() {
				for range 8 {
					o.browser().try(identifier, wrong)
				}
			},
		} {
			steps = append(steps, o.Traced(do))
		}
		return steps
	}
	known, unknown := walk(nathalie), walk(nobody)
	for i := range known {
		if len(known[i]) == 0 || !slices.Equal(known[i], unknown[i]) {
			t.Errorf("step %d: %d statements for an account and %d for none:\n%q\n%q", i, len(known[i]), len(unknown[i]), known[i], unknown[i])
		}
	}
}
