package franceconnect

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"moncompte/server/portal"
)

// maxClaim bounds one claim, in bytes: the longest names on file are far shorter.
const maxClaim = 512

// parseCivil reads the claims of a userinfo answer whose signature was verified. Texts are as they were sent, empty when not given;
// the birth date is empty when it is not a date. The address to write to is looked at and not kept: couples share one, and it differs
// by provider. It returns false when one of them is not a text,
// is too long or holds a control character, which neither the database nor a page has to meet.
func parseCivil(claims []byte) (portal.Civil, bool) {
	var c struct {
		GivenName    string `json:"given_name"`
		FamilyName   string `json:"family_name"`
		UsedName     string `json:"preferred_username"`
		Gender       string `json:"gender"`
		Birthdate    string `json:"birthdate"`
		IDPBirthdate string `json:"idp_birthdate"`
		Birthplace   string `json:"birthplace"`
		Birthcountry string `json:"birthcountry"`
		Email        string `json:"email"`

		// FranceConnect+: the civil registry's, beside the provider's own.
		RegistryGivenName    string `json:"rnipp_given_name"`
		RegistryFamilyName   string `json:"rnipp_family_name"`
		RegistryGender       string `json:"rnipp_gender"`
		RegistryBirthdate    string `json:"rnipp_birthdate"`
		RegistryBirthplace   string `json:"rnipp_birthplace"`
		RegistryBirthcountry string `json:"rnipp_birthcountry"`
	}
	if json.Unmarshal(claims, &c) != nil {
		return portal.Civil{}, false
	}
	// All of the registry's or nothing of it: a mixture would be nobody.
	if c.RegistryFamilyName != "" {
		c.IDPBirthdate = c.Birthdate // there, the plain one is the account provider's
		c.GivenName, c.FamilyName, c.Gender = c.RegistryGivenName, c.RegistryFamilyName, c.RegistryGender
		c.Birthdate, c.Birthplace, c.Birthcountry = c.RegistryBirthdate, c.RegistryBirthplace, c.RegistryBirthcountry
	}
	for _, claim := range []string{c.GivenName, c.FamilyName, c.UsedName, c.Gender, c.Birthdate, c.IDPBirthdate, c.Birthplace,
		c.Birthcountry, c.Email} {
		if len(claim) > maxClaim || !utf8.ValidString(claim) || strings.ContainsFunc(claim, unicode.IsControl) {
			return portal.Civil{}, false
		}
	}
	if c.Gender != "" && c.Gender != "male" && c.Gender != "female" {
		c.Gender = "unspecified"
	}
	return portal.Civil{
		BirthName:    c.FamilyName,
		UsedName:     c.UsedName,
		GivenNames:   c.GivenName,
		Sex:          portal.Sex(c.Gender),
		Birthdate:    preciseBirthdate(c.Birthdate, c.IDPBirthdate),
		Birthplace:   c.Birthplace,
		Birthcountry: c.Birthcountry,
	}, true
}

// preciseBirthdate gives back to a date its true precision: FranceConnect writes 01 where the month or the day is not known, and
// 00 stands there in what the person's provider said, when both speak of the same date otherwise.
func preciseBirthdate(corrected, declared string) string {
	date, ok := fullDate(corrected)
	if !ok {
		return ""
	}
	said, ok := fullDate(declared)
	if !ok || said[:4] != date[:4] {
		return date
	}
	switch {
	case said[5:] == "00-00" && date[5:] == "01-01":
		return said
	case said[8:] == "00" && date[8:] == "01" && said[:7] == date[:7]:
		return said
	}
	return date
}

// fullDate reads YYYY, YYYY-MM or YYYY-MM-DD, and writes the parts that are not there as 00. It checks the shape, not the calendar.
func fullDate(s string) (string, bool) {
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return "", false
	}
	for i := range len(s) {
		if (i == 4 || i == 7) != (s[i] == '-') || s[i] != '-' && (s[i] < '0' || s[i] > '9') {
			return "", false
		}
	}
	return s + "-00-00"[len(s)-4:], true
}
