package portal

import (
	"reflect"
	"testing"
	"time"
)

func TestNoLimitIsLeftOut(t *testing.T) {
	v := reflect.ValueOf(StandardLimits)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s is not set", v.Type().Field(i).Name)
		}
	}
}

func TestACodeHasAsManyDigitsAsPeopleAreTold(t *testing.T) {
	for range 100 {
		if n := len(newCode(codeLength(0, 0)).Reveal()); n != StandardLimits.CodeDigits {
			t.Fatalf("a code of %d digits, not %d", n, StandardLimits.CodeDigits)
		}
	}
}

// What strangers may do was decided with its arithmetic, in docs/security.md: another figure wants another decision.
func TestTheLimitsOfStrangersAreThoseOfTheArithmetic(t *testing.T) {
	for what, c := range map[string][2]any{
		"tries of a code":               {CodeTries, 5},
		"life of a code":                {CodeLife, 10 * time.Minute},
		"messages of a code":            {MostSends, 3},
		"SMS a day":                     {smsLimit.PerWindow, 5},
		"between two messages":          {[2]time.Duration{smsLimit.Every, emailLimit.Every}, [2]time.Duration{15 * time.Minute, 15 * time.Minute}},
		"wrong passwords without wait":  {AccountLimit.Free, 5},
		"first and longest wait":        {[2]time.Duration{AccountLimit.FirstWait, AccountLimit.MaxWait}, [2]time.Duration{time.Minute, 15 * time.Minute}},
		"passwords judged in a row":     {MostInRow, 100},
		"a browser is remembered":       {RememberFor, 30 * 24 * time.Hour},
		"from the code to the password": {PasswordGrace, 15 * time.Minute},
		"a notice is disowned":          {DisowningLife, 72 * time.Hour},
		"an idle shared computer":       {SharedIdle, 10 * time.Minute},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %v, want %v", what, c[0], c[1])
		}
	}
}
