package portal_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"moncompte/server/portal"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// failed is a bucket after n failures in a row, all of them an instant ago.
func failed(n int) portal.Bucket { return portal.Bucket{InRow: n, Recent: []time.Time{noon}} }

func TestTheWaitDoublesFromOneMinuteToFifteen(t *testing.T) {
	for _, c := range []struct {
		failures int
		wait     time.Duration
	}{
		{0, 0},
		{1, 0},
		{4, 0},
		{5, time.Minute},
		{6, 2 * time.Minute},
		{7, 4 * time.Minute},
		{8, 8 * time.Minute},
		{9, 15 * time.Minute},
		{10, 15 * time.Minute},
		{99, 15 * time.Minute},
		{100, 15 * time.Minute},
		{101, 15 * time.Minute},
	} {
		if wait := portal.AccountLimit.Wait(failed(c.failures), noon); wait != c.wait {
			t.Errorf("after %d failures: wait %s, want %s", c.failures, wait, c.wait)
		}
	}
}

func TestNoRowOfFailuresIsWithoutWait(t *testing.T) {
	limit := portal.AccountLimit
	before := time.Duration(0)
	for n := 5; n < 1000; n++ {
		wait := limit.Wait(failed(n), noon)
		if wait < before || wait < time.Minute || wait > 15*time.Minute {
			t.Fatalf("after %d failures: wait %s; after one less, %s", n, wait, before)
		}
		before = wait
	}
	if wait := limit.Wait(failed(1<<40), noon); wait != 15*time.Minute {
		t.Errorf("after very many failures: wait %s", wait)
	}
}

func TestTheWaitEndsWhenItHasPassed(t *testing.T) {
	limit := portal.AccountLimit
	for _, c := range []struct{ after, wait time.Duration }{
		{0, time.Minute}, {59 * time.Second, time.Second}, {time.Minute, 0}, {time.Hour, 0}, {48 * time.Hour, 0},
	} {
		if wait := limit.Wait(failed(5), noon.Add(c.after)); wait != c.wait {
			t.Errorf("%s after the fifth failure: wait %s, want %s", c.after, wait, c.wait)
		}
	}
}

func TestARowEndsWhenNoFailureCameForADay(t *testing.T) {
	limit := portal.AccountLimit
	b := failed(50)
	for _, c := range []struct {
		after time.Duration
		row   int
	}{{24*time.Hour - time.Microsecond, 50}, {24 * time.Hour, 0}} {
		if row := limit.Row(b, noon.Add(c.after)); row != c.row {
			t.Errorf("%s after the last of 50 failures: a row of %d, want %d", c.after, row, c.row)
		}
	}
	if b := limit.Count(b, noon.Add(24*time.Hour)); b.InRow != 1 || len(b.Recent) != 1 {
		t.Errorf("a failure a day later: %+v, want a new row", b)
	}
}

func TestAnAddressWaitsOnlyWhenItsWindowIsFull(t *testing.T) {
	limit := portal.AddressLimit
	var b portal.Bucket
	for range 99 {
		b = limit.Count(b, noon)
	}
	if wait := limit.Wait(b, noon); wait != 0 {
		t.Errorf("after 99 failures: wait %s", wait)
	}
	b = limit.Count(b, noon)
	if wait := limit.Wait(b, noon.Add(time.Minute)); wait != 9*time.Minute {
		t.Errorf("after 100 failures: wait %s, want the rest of ten minutes", wait)
	}
}

func TestForgivingTakesBackOneFailureAndResettingTheRow(t *testing.T) {
	limit := portal.AccountLimit
	b := portal.Bucket{InRow: 3, Recent: []time.Time{noon, noon.Add(time.Second), noon.Add(time.Second)}}
	if got := limit.Forgive(b, noon.Add(time.Second)); got.InRow != 2 || len(got.Recent) != 2 || !got.Last().Equal(noon.Add(time.Second)) {
		t.Errorf("forgiven: %+v", got)
	}
	if got := limit.Forgive(b, noon.Add(time.Hour)); got.InRow != 3 || len(got.Recent) != 3 {
		t.Errorf("a failure that was not counted was forgiven: %+v", got)
	}
	if got := limit.Reset(b); got.InRow != 0 || len(got.Recent) != 3 {
		t.Errorf("after a success: %+v, want no row and the day's failures", got)
	}
	if b.InRow != 3 || len(b.Recent) != 3 || !b.Recent[2].Equal(noon.Add(time.Second)) {
		t.Errorf("the bucket that was given changed: %+v", b)
	}
	if !(portal.Bucket{}).Last().IsZero() {
		t.Error("an empty bucket has a last failure")
	}
}

// attacker tries at times of its choosing and sees what a real one sees: whether it was admitted, and how long to wait.
type attacker struct {
	limit    portal.Limit
	bucket   portal.Bucket
	now      time.Time
	failures []time.Time // as the test counts them, apart from the bucket
	inRow    int
}

// try makes one attempt and reports whether it was admitted.
func (a *attacker) try(outcome string) bool {
	if a.limit.Wait(a.bucket, a.now) > 0 {
		return false
	}
	a.bucket = a.limit.Count(a.bucket, a.now)
	switch outcome {
	case "fails":
		a.failures, a.inRow = append(a.failures, a.now), a.inRow+1
	case "succeeds":
		a.bucket = a.limit.Forgive(a.bucket, a.now) // that of its owner: a stranger's row goes on
	case "is not judged":
		a.bucket = a.limit.Forgive(a.bucket, a.now)
	}
	return true
}

func TestNoSequenceOfAttemptsGetsPastTheLimit(t *testing.T) {
	gaps := rapid.OneOf(
		rapid.Just(time.Duration(0)),
		rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(2*time.Hour)).Draw(t, "gap"))
		}),
		rapid.SampledFrom([]time.Duration{time.Microsecond, time.Minute, time.Hour, 24*time.Hour - 1, 24 * time.Hour, 72 * time.Hour}),
	)
	// Most attempts fail: what is searched is a way to fail too often.
	outcomes := rapid.SampledFrom([]string{"fails", "fails", "fails", "fails", "fails", "fails", "fails", "fails", "succeeds", "is not judged"})
	rapid.Check(t, func(t *rapid.T) {
		a := &attacker{limit: portal.AccountLimit, now: noon}
		neverSucceeds := rapid.Bool().Draw(t, "never succeeds")
		for range rapid.IntRange(1, 250).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "patient") { // waits exactly as long as it is told
				a.now = a.now.Add(a.limit.Wait(a.bucket, a.now))
			} else {
				a.now = a.now.Add(gaps.Draw(t, "gap"))
			}
			outcome := "fails"
			if !neverSucceeds {
				outcome = outcomes.Draw(t, "outcome")
			}
			before := a.failures
			if len(before) > 0 && a.now.Sub(before[len(before)-1]) >= 24*time.Hour {
				a.inRow = 0
			}
			row := a.inRow
			if admitted := a.try(outcome); admitted && row >= 5 && len(before) > 0 {
				least := min(time.Minute<<min(row-5, 6), 15*time.Minute)
				if since := a.now.Sub(before[len(before)-1]); since < least {
					t.Fatalf("after %d failures in a row an attempt came %s after the last one, want %s at least", row, since, least)
				}
			}
			if n := len(a.failures); n > 110 && a.failures[n-1].Sub(a.failures[n-111]) < 24*time.Hour {
				t.Fatalf("111 failures within %s", a.failures[n-1].Sub(a.failures[n-111]))
			}
			if len(a.bucket.Recent) > 110 {
				t.Fatalf("%d failures are kept", len(a.bucket.Recent))
			}
		}
	})
}

// A day's failures: five free, then waits of 1, 2, 4 and 8 minutes, then one in 15 minutes.
func TestAPatientAttackerNeverMakesAnotherWaitMoreThanFifteenMinutes(t *testing.T) {
	a := &attacker{limit: portal.AccountLimit, now: noon}
	end := noon.Add(7 * 24 * time.Hour)
	for a.now.Before(end) {
		wait := a.limit.Wait(a.bucket, a.now)
		if wait > 15*time.Minute {
			t.Fatalf("after %d failures: wait %s", len(a.failures), wait)
		}
		a.now = a.now.Add(wait)
		if !a.try("fails") {
			t.Fatalf("refused after the wait that was told, at failure %d", len(a.failures))
		}
	}
	if n := len(a.failures); n > 7*96+10 {
		t.Errorf("%d failures in seven days", n)
	}
}
