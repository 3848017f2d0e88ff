package portal

import (
	"context"
	"time"

	"moncompte/app/nir"
)

// Tally is something that is counted for the whole service, by the hour.
type Tally string

const wrongCodes Tally = "wrong codes"

// codeTriesLimit counts the wrong codes of one number. It makes nobody wait: the next code grows instead, so that no stranger shuts
// an owner's recovery.
var codeTriesLimit = Limit{Window: 30 * 24 * time.Hour}

// serviceWindow is how long the wrong codes of everybody are looked back at.
const serviceWindow = 24 * time.Hour

// codeStep is a length of codes and how many wrong ones it is for: those of one number, in a row without a month's pause, or those of
// the whole service in a day. The last step has no end.
type codeStep struct{ digits, number, service int }

// codeSteps keep the chance of a guess small whoever guesses, however many numbers and addresses they have: see docs/security.md for
// the arithmetic.
var codeSteps = [...]codeStep{
	{digits: CodeDigits, number: 10, service: 500},
	{digits: 8, number: 50, service: 10_000},
	{digits: 10, number: 1000, service: 1_000_000},
	{digits: 12},
}

// codeLength is how many digits the next code has, after so many wrong ones of its number and of the whole service.
func codeLength(number, service int) int {
	for _, s := range codeSteps[:len(codeSteps)-1] {
		if number < s.number && service < s.service {
			return s.digits
		}
	}
	return codeSteps[len(codeSteps)-1].digits
}

func codeTriesSubject(n nir.Number) Subject {
	return Subject{Kind: byCodeTries, Value: n.Canonical(), Limit: codeTriesLimit}
}

// CodeLength returns how many wrong codes were tried for a number, and how many digits its next code has because of them and of those
// of the service, by the same statements whether or not it has an account.
func CodeLength(ctx context.Context, r Reads, n nir.Number, at time.Time) (wrong, digits int, err error) {
	tries, err := r.Bucket(ctx, codeTriesSubject(n))
	if err != nil {
		return 0, 0, err
	}
	wrong = codeTriesLimit.Row(tries, at)
	service, err := r.Tallied(ctx, wrongCodes, at.Add(-serviceWindow))
	return wrong, codeLength(wrong, service), err
}

// BrakeSubjects are all that may slow a number, apart from its known browsers: what « accounts unlock » forgets.
func BrakeSubjects(n nir.Number) []Subject {
	subjects := []Subject{AccountSubject(n), codeTriesSubject(n), sessionSubject(n), warningSubject(n)}
	for _, share := range sendShares {
		sends := share.limits(n)
		subjects = append(subjects, sends[:]...)
	}
	return subjects
}
