package nir_test

import (
	"testing"

	"moncompte/app/nir"
)

func TestACaseNumberIsRecognised(t *testing.T) {
	for _, typed := range []string{"1234567", "0123456", "9 876 543", "1234567A", "1234567 o"} {
		r := nir.Check(typed, nil)
		if r.Problem != nir.Missing || r.LooksLike != nir.CaseNumber || r.Character != 0 {
			t.Errorf("%q: %+v", typed, r)
		}
	}
	for _, typed := range []string{"123456", "12345678", "A1234567", "1234567AB", "123A4567"} {
		if r := nir.Check(typed, nil); r.LooksLike != nir.NoLookalike {
			t.Errorf("%q: %+v", typed, r)
		}
	}
}

func TestATaxNumberIsToldAndNeverRefusedForIt(t *testing.T) {
	// The last three digits are the first ten modulo 511.
	for typed, want := range map[string]nir.Problem{
		"3023217600053": nir.None,
		"1850578006193": nir.None, // one NIR in 511 passes
		"1000000000083": nir.Month,
		"0701987765493": nir.FirstDigit,
	} {
		if r := nir.Check(typed, nil); r.LooksLike != nir.TaxNumber || r.Problem != want {
			t.Errorf("%q: %+v", typed, r)
		}
	}
	for _, typed := range []string{"3023217600054", "1850578006048", "302321760005353", "7023217600053"} {
		if r := nir.Check(typed, nil); r.LooksLike != nir.NoLookalike {
			t.Errorf("%q: %+v", typed, r)
		}
	}
}
