package portal

import (
	"errors"
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// numbersAbroad are the parts of France that have a country code of their own, by how their mobile numbers begin at home.
var numbersAbroad = map[string]string{
	"0690": "+590", "0691": "+590", "0692": "+262", "0693": "+262", "0639": "+262", "0694": "+594", "0696": "+596", "0697": "+596",
}

// phoneMarks are what people write between digits; made once, it costs each row of an import little.
var phoneMarks = strings.NewReplacer("(0)", "", " ", "", "\u00a0", "", "\u202f", "", ".", "", "-", "", "/", "", "(", "", ")", "")

// mendPhone writes a number in E.164 where there is one right reading of it: with marks between the digits, with 00 for the plus sign,
// as it is dialled at home, or with the 0 of home behind the country code. What it cannot read it returns as it is.
func mendPhone(typed string) string {
	phone := phoneMarks.Replace(typed)
	if rest, ok := strings.CutPrefix(phone, "00"); ok {
		phone = "+" + rest
	}
	if len(phone) == 10 && phone[0] == '0' && phone[1] != '0' {
		code, abroad := numbersAbroad[phone[:4]]
		if !abroad {
			code = "+33"
		}
		phone = code + phone[1:]
	}
	for _, code := range []string{"+33", "+262", "+590", "+594", "+596"} { // their numbers have nine digits behind the code
		if home, ok := strings.CutPrefix(phone, code+"0"); ok && len(home) == 9 {
			phone = code + home
		}
	}
	if !e164(phone) {
		return typed
	}
	return phone
}

// mendEmail writes the domain of an address as mail is sent to it, in ASCII (RFC 5891). The error is for what is no address, or one
// that no mail can reach.
func mendEmail(typed string) (string, error) {
	bad := errors.New("email is not an address")
	a, err := mail.ParseAddress(typed)
	if err != nil || a.Address != typed {
		return "", bad
	}
	at := strings.LastIndexByte(typed, '@')
	local, domain := typed[:at], typed[at+1:]
	if !isASCII(domain) {
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return "", errors.New("email has a domain that cannot exist")
		}
	}
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return "", errors.New("email has a domain that cannot exist")
		}
	}
	if top := labels[len(labels)-1]; len(labels) < 2 || strings.Trim(top, "0123456789") == "" {
		return "", errors.New("email has a domain that cannot exist")
	}
	if email := local + "@" + domain; len(email) <= 254 {
		return email, nil
	}
	return "", bad
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
