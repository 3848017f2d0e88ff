package portal

import (
	"reflect"
	"testing"
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
