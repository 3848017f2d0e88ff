package notify

import (
	"errors"
	"strings"

	"moncompte/server/keys"
)

// Phone is a number that may receive an SMS, in E.164. It is built by ParsePhone.
type Phone struct {
	e164   string
	mobile bool
}

// E164 returns the number with its plus sign.
func (p Phone) E164() string { return p.e164 }

// Mobile tells whether the numbering plan says that the number is a mobile; false where the plan does not tell (Saint-Pierre-et-
// Miquelon, where both kinds share their ranges).
func (p Phone) Mobile() bool { return p.mobile }

// String shows the last two digits only, so that a number never reaches a log by being printed.
func (p Phone) String() string {
	if len(p.e164) < 2 {
		return "no number"
	}
	return "number ending in " + p.e164[len(p.e164)-2:]
}

// GoString keeps %#v from printing the fields.
func (p Phone) GoString() string { return p.String() }

// The reasons why a number is refused.
var (
	ErrPhoneShape    = errors.New("not an E.164 number")
	ErrPhoneCountry  = errors.New("outside France and its overseas prefixes")
	ErrPhoneLength   = errors.New("wrong number of digits for its prefix")
	ErrPhoneLandline = errors.New("not a mobile number in the numbering plan")
)

// phonePlan is the part of a national plan that matters for SMS.
type phonePlan struct {
	prefix string
	digits []int    // lengths of the national number
	mobile []string // beginnings of mobile numbers
	shared []string // beginnings that mobiles share with landlines
}

// phonePlans holds the prefixes that messages are sent to, and no other: a number abroad costs more, and paid numbers abroad are
// what SMS fraud lives on. Ranges: ARCEP numbering plan (decision 2018-0881 and its changes) for +33, +590, +594, +596, +262; the
// plans of Saint-Pierre-et-Miquelon, Wallis-et-Futuna, Nouvelle-Calédonie and Polynésie française as published by the ITU. All
// compared with the metadata of Google's libphonenumber, November 2026.
var phonePlans = []phonePlan{
	{"+33", []int{9}, []string{"6", "73", "74", "75", "76", "77", "78", "79"}, nil},
	{"+590", []int{9}, []string{"690", "691", "709"}, nil},
	{"+594", []int{9}, []string{"694", "709"}, nil},
	{"+596", []int{9}, []string{"696", "697", "709"}, nil},
	{"+262", []int{9}, []string{"692", "693", "639", "709"}, nil},
	{"+508", []int{6, 9}, []string{"708"}, []string{"2", "3", "40", "42", "43", "44", "45", "46", "48", "49", "5", "6", "7", "8", "9"}},
	{"+681", []int{6}, []string{"82", "83"}, []string{"72"}},
	{"+687", []int{6}, []string{"5", "7", "80", "82", "83", "84", "85", "86", "87", "88", "89", "9"}, nil},
	{"+689", []int{8}, []string{"87", "88", "89"}, nil},
}

// ParsePhone accepts a number in E.164 (a plus sign and digits, nothing else) that may receive an SMS from this service, and
// returns one of the errors above otherwise. Neither error nor Phone shows the number.
func ParsePhone(e164 string) (Phone, error) {
	digits, plus := strings.CutPrefix(e164, "+")
	if !plus || len(digits) < 7 || len(digits) > 15 || digits[0] == '0' {
		return Phone{}, ErrPhoneShape
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return Phone{}, ErrPhoneShape
		}
	}
	for _, plan := range phonePlans {
		if national, ok := strings.CutPrefix(e164, plan.prefix); ok {
			return plan.parse(e164, national)
		}
	}
	return Phone{}, ErrPhoneCountry
}

func (p phonePlan) parse(e164, national string) (Phone, error) {
	sized := false
	for _, n := range p.digits {
		sized = sized || len(national) == n
	}
	if !sized {
		return Phone{}, ErrPhoneLength
	}
	// In the one plan with two lengths, the longer numbers are the new mobiles.
	for _, begin := range p.mobile {
		if strings.HasPrefix(national, begin) && len(national) == p.digits[len(p.digits)-1] {
			return Phone{e164, true}, nil
		}
	}
	for _, begin := range p.shared {
		if strings.HasPrefix(national, begin) && len(national) == p.digits[0] {
			return Phone{e164, false}, nil
		}
	}
	return Phone{}, ErrPhoneLandline
}

// Mobile tells whether an SMS can be sent to the number: only to mobile numbers of the numbering plans that we know.
func Mobile(phone keys.Secret) bool {
	_, err := ParsePhone(phone.Reveal())
	return err == nil
}
