package portal

import (
	"math"
	"regexp"
	"testing"
)

// Each of the six places holds each digit as often as any other, zeros at the beginning too: a code that was one digit
// shorter now and then would be guessed ten times as easily (OWASP ASVS 5.0 V6.5.4).
func TestEveryCodeHasItsDigitsAndNoneIsMoreLikely(t *testing.T) {
	const codes = 100_000
	for _, step := range codeSteps {
		if n := len(newCode(step.digits).Reveal()); n != step.digits {
			t.Errorf("a code of %d digits, not %d", n, step.digits)
		}
	}
	six := regexp.MustCompile(`^[0-9]{6}$`)
	var places [6][10]int
	for range codes {
		code := newCode(6).Reveal()
		if !six.MatchString(code) {
			t.Fatalf("a code of %d characters, or not of digits", len(code))
		}
		for place, digit := range code {
			places[place][digit-'0']++
		}
	}
	spread := math.Sqrt(codes * 0.1 * 0.9) // of a binomial count; 6 of them are passed by chance once in some millions of runs
	for place, digits := range places {
		for digit, n := range digits {
			if math.Abs(float64(n)-codes*0.1) > 6*spread {
				t.Errorf("place %d: digit %d came %d times in %d", place+1, digit, n, codes)
			}
		}
	}
}
