package notify

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestNumbersByPlan(t *testing.T) {
	rows := []struct {
		number string
		want   error
		mobile bool
	}{
		{"+33612345678", nil, true}, {"+33712345678", ErrPhoneLandline, false}, {"+33752345678", nil, true},
		{"+33123456789", ErrPhoneLandline, false}, {"+33912345678", ErrPhoneLandline, false}, {"+33892123456", ErrPhoneLandline, false},
		{"+33700123456789", ErrPhoneLength, false}, {"+3361234567", ErrPhoneLength, false}, {"+336123456789", ErrPhoneLength, false},
		{"+590690123456", nil, true}, {"+590590123456", ErrPhoneLandline, false},
		{"+594694123456", nil, true}, {"+594594123456", ErrPhoneLandline, false},
		{"+596696123456", nil, true}, {"+596596123456", ErrPhoneLandline, false},
		{"+262692123456", nil, true}, {"+262639123456", nil, true}, {"+262262123456", ErrPhoneLandline, false}, {"+262269123456", ErrPhoneLandline, false},
		{"+508551234", nil, false}, {"+508411234", ErrPhoneLandline, false}, {"+508708401234", nil, true}, {"+508551234567", ErrPhoneLandline, false},
		{"+681821234", nil, true}, {"+681721234", nil, false}, {"+681401234", ErrPhoneLandline, false},
		{"+687751234", nil, true}, {"+687251234", ErrPhoneLandline, false},
		{"+68987123456", nil, true}, {"+68940123456", ErrPhoneLandline, false},
		{"+447700900123", ErrPhoneCountry, false}, {"+12025550123", ErrPhoneCountry, false}, {"+269321234567", ErrPhoneCountry, false},
		{"0612345678", ErrPhoneShape, false}, {"+33 612345678", ErrPhoneShape, false}, {"+3361234567a", ErrPhoneShape, false},
		{"", ErrPhoneShape, false}, {"+", ErrPhoneShape, false}, {"+033612345678", ErrPhoneShape, false}, {"+33٦12345678", ErrPhoneShape, false},
	}
	for _, r := range rows {
		p, err := ParsePhone(r.number)
		if !errors.Is(err, r.want) || p.Mobile() != r.mobile {
			t.Errorf("%s: mobile %v, %v; want %v, %v", r.number, p.Mobile(), err, r.mobile, r.want)
		}
		if err == nil && p.E164() != r.number {
			t.Errorf("%s became %s", r.number, p.E164())
		}
	}
}

func TestAPhoneIsNotPrintedWhole(t *testing.T) {
	p, err := ParsePhone("+33612345678")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := fmt.Sprintf(verb, p); strings.Contains(s, "612345") {
			t.Errorf("%s shows %s", verb, s)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	f.Add("+33612345678")
	f.Add("+508")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePhone(s)
		if err == nil && (p.E164() != s || len(s) < 10) {
			t.Errorf("accepted %q as %q", s, p.E164())
		}
		if err != nil && len(s) > 4 && strings.Contains(err.Error(), s) {
			t.Errorf("the error quotes the number")
		}
	})
}
