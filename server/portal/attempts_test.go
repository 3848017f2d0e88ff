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

func TestTheWaitDoublesFromOneMinuteToOneHour(t *testing.T) {
	for _, c := range []struct {
		failures int
		wait     time.Duration
		disabled bool
	}{
		{0, 0, false},
		{1, 0, false},
		{4, 0, false},
		{5, time.Minute, false},
		{6, 2 * time.Minute, false},
		{7, 4 * time.Minute, false},
		{8, 8 * time.Minute, false},
		{9, 16 * time.Minute, false},
		{10, 32 * time.Minute, false},
		{11, time.Hour, false},
		{12, time.Hour, false},
		{80, time.Hour, false},
		{99, time.Hour, false},
		{100, 0, true},
		{101, 0, true},
	} {
		if wait, disabled := portal.AccountLimit.Wait(failed(c.failures), noon); wait != c.wait || disabled != c.disabled {
			t.Errorf("after %d failures: wait %s, disabled %v; want %s, %v", c.failures, wait, disabled, c.wait, c.disabled)
		}
	}
}

func TestNoRowOfFailuresIsWithoutWait(t *testing.T) {
	limit := portal.AccountLimit
	limit.DisableAt = 0
	before := time.Duration(0)
	for n := 5; n < 1000; n++ {
		wait, disabled := limit.Wait(failed(n), noon)
		if wait < before || wait < time.Minute || wait > time.Hour || disabled {
			t.Fatalf("after %d failures: wait %s, disabled %v; after one less, %s", n, wait, disabled, before)
		}
		before = wait
	}
	if wait, _ := limit.Wait(failed(1<<40), noon); wait != time.Hour {
		t.Errorf("after very many failures: wait %s", wait)
	}
}

func TestTheWaitEndsWhenItHasPassed(t *testing.T) {
	limit := portal.AccountLimit
	for _, c := range []struct{ after, wait time.Duration }{
		{0, time.Minute}, {59 * time.Second, time.Second}, {time.Minute, 0}, {time.Hour, 0}, {48 * time.Hour, 0},
	} {
		if wait, _ := limit.Wait(failed(5), noon.Add(c.after)); wait != c.wait {
			t.Errorf("%s after the fifth failure: wait %s, want %s", c.after, wait, c.wait)
		}
	}
}

func TestTwentyFiveFailuresFillADay(t *testing.T) {
	limit := portal.AccountLimit
	var b portal.Bucket
	for i := range 25 { // successes in between keep the row short and the day full
		b = limit.Reset(limit.Count(b, noon.Add(time.Duration(i)*time.Minute)))
		if wait, _ := limit.Wait(b, noon.Add(time.Duration(i)*time.Minute)); (wait > 0) != (i == 24) {
			t.Fatalf("after %d failures: wait %s", i+1, wait)
		}
	}
	last := noon.Add(24 * time.Minute)
	if wait, _ := limit.Wait(b, last); wait != 24*time.Hour-24*time.Minute {
		t.Errorf("wait %s, want until the first failure is a day old", wait)
	}
	if wait, _ := limit.Wait(b, noon.Add(24*time.Hour)); wait != 0 {
		t.Errorf("a day after the first failure: wait %s", wait)
	}
	b = limit.Count(b, noon.Add(24*time.Hour))
	if len(b.Recent) != 25 {
		t.Errorf("%d failures are kept, want the 25 of the last day", len(b.Recent))
	}
}

func TestAnAddressWaitsOnlyWhenItsWindowIsFull(t *testing.T) {
	limit := portal.AddressLimit
	var b portal.Bucket
	for range 99 {
		b = limit.Count(b, noon)
	}
	if wait, disabled := limit.Wait(b, noon); wait != 0 || disabled {
		t.Errorf("after 99 failures: wait %s, disabled %v", wait, disabled)
	}
	b = limit.Count(b, noon)
	if wait, disabled := limit.Wait(b, noon.Add(time.Minute)); wait != 9*time.Minute || disabled {
		t.Errorf("after 100 failures: wait %s, disabled %v; want the rest of ten minutes", wait, disabled)
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
	if wait, disabled := a.limit.Wait(a.bucket, a.now); wait > 0 || disabled {
		return false
	}
	a.bucket = a.limit.Count(a.bucket, a.now)
	switch outcome {
	case "fails":
		a.failures, a.inRow = append(a.failures, a.now), a.inRow+1
	case "succeeds":
		a.bucket, a.inRow = a.limit.Reset(a.limit.Forgive(a.bucket, a.now)), 0
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
				wait, _ := a.limit.Wait(a.bucket, a.now)
				a.now = a.now.Add(wait)
			} else {
				a.now = a.now.Add(gaps.Draw(t, "gap"))
			}
			outcome := "fails"
			if !neverSucceeds {
				outcome = outcomes.Draw(t, "outcome")
			}
			row, before := a.inRow, a.failures
			admitted := a.try(outcome)
			if row >= 100 && admitted {
				t.Fatalf("attempt admitted after %d failures in a row", row)
			}
			if admitted && row >= 5 && len(before) > 0 {
				least := min(time.Minute<<min(row-5, 6), time.Hour)
				if since := a.now.Sub(before[len(before)-1]); since < least {
					t.Fatalf("after %d failures in a row an attempt came %s after the last one, want %s at least", row, since, least)
				}
			}
			if n := len(a.failures); n > 25 && a.failures[n-1].Sub(a.failures[n-26]) < 24*time.Hour {
				t.Fatalf("26 failures within %s", a.failures[n-1].Sub(a.failures[n-26]))
			}
			if len(a.bucket.Recent) > 25 {
				t.Fatalf("%d failures are kept", len(a.bucket.Recent))
			}
		}
	})
}

func TestAPatientAttackerIsStoppedAtOneHundred(t *testing.T) {
	a := &attacker{limit: portal.AccountLimit, now: noon}
	for len(a.failures) < 100 {
		wait, disabled := a.limit.Wait(a.bucket, a.now)
		if disabled {
			t.Fatalf("disabled after %d failures", len(a.failures))
		}
		a.now = a.now.Add(wait)
		if !a.try("fails") {
			t.Fatalf("refused after the wait that was told, at failure %d", len(a.failures))
		}
	}
	if took := a.now.Sub(noon); took < 3*24*time.Hour {
		t.Errorf("100 failures took only %s", took)
	}
	a.now = a.now.Add(365 * 24 * time.Hour)
	if a.try("fails") {
		t.Error("an attempt was admitted after 100 failures in a row, a year later")
	}
}
