package portal

import (
	"math"
	"testing"
	"time"
)

// guesses plays somebody who guesses codes for so many days, evenly over the day, each on a code of the length that is asked for
// then, and returns the expected number of right ones a day. numbers is how many numbers they spread over.
func guesses(perDay, days, numbers int) (mean, worst float64) {
	var service [25]int // wrong codes by the hour, as long as a tally looks back
	var day, all float64
	for played, hour := 0, 0; played < days*perDay; {
		seen := 0
		for _, n := range service {
			seen += n
		}
		step := 1 + seen/200 // guesses that are played at once: few while codes are short
		chance := float64(step) * math.Pow10(-codeLength(played/numbers, seen))
		day, all = day+chance, all+chance
		service[0] += step
		played += step
		if now := 24 * played / perDay; now != hour {
			if now/24 != hour/24 {
				worst, day = max(worst, day), 0
			}
			hour = now
			copy(service[1:], service[:])
			service[0] = 0
		}
	}
	return all / float64(days), max(worst, day)
}

// The promise of docs/security.md: under any rate, less than one account in a thousand days over the whole service.
func TestGuessesOverTheWholeServiceOpenLessThanOneAccountInAThousandDays(t *testing.T) {
	for _, perDay := range []int{1000, 20_000, 1_000_000, 10_000_000, 300_000_000} {
		for _, numbers := range []int{1, 1000, 13_500_000} {
			if mean, worst := guesses(perDay, 3, numbers); worst > 1e-3 {
				t.Errorf("%d guesses a day on %d numbers: %.2g right ones on the worst day, %.2g on an average one", perDay, numbers, worst, mean)
			}
		}
	}
}

// On one number the short codes come first, once a month: below one in a million a day over the month. A stranger's code is worth a
// guess only when it was sent, which is every 15 minutes at most.
func TestGuessesOnOneNumberAreBelowOneInAMillionADay(t *testing.T) {
	perDay := int(24*time.Hour/(15*time.Minute)) * CodeTries
	mean, worst := guesses(perDay, 30, 1)
	if mean > 1e-6 || worst > 1.1e-5 {
		t.Errorf("%d guesses a day: %.2g a day over a month, %.2g on the first", perDay, mean, worst)
	}
}

// Each step is needed: without one of them a promise above is broken.
func TestALongerCodeComesAfterEachStep(t *testing.T) {
	for _, c := range []struct{ number, service, digits int }{
		{0, 0, 6}, {9, 499, 6}, {10, 0, 8}, {0, 500, 8}, {49, 9999, 8}, {50, 0, 10}, {0, 10_000, 10}, {999, 999_999, 10}, {1000, 0, 12}, {0, 1_000_000, 12},
	} {
		if got := codeLength(c.number, c.service); got != c.digits {
			t.Errorf("after %d wrong codes of the number and %d of the service: %d digits, want %d", c.number, c.service, got, c.digits)
		}
	}
}
