// Package portal is the domain: accounts, sign-in, the throttling of attempts. It knows neither HTTP nor SQL.
package portal

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
)

// AccountID names an account in logs, sessions and operators' commands: 128 random bits in lower-case base32, 26
// characters, that say nothing about the person (OWASP ASVS 5.0 V11.5.1).
type AccountID string

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewAccountID returns a fresh id.
func NewAccountID() AccountID {
	var b [16]byte
	rand.Read(b[:])
	return AccountID(idEncoding.EncodeToString(b[:]))
}

// ParseAccountID reports whether s can be an account id.
func ParseAccountID(s string) (AccountID, bool) {
	if b, err := idEncoding.DecodeString(s); err != nil || len(b) != 16 {
		return "", false
	}
	return AccountID(s), true
}

// Sex as civil status writes it; FranceConnect uses the same three words.
type Sex string

const (
	Male        Sex = "male"
	Female      Sex = "female"
	Unspecified Sex = "unspecified"
)

// Civil is a person's civil status. It is sealed at rest and its JSON form is what gets sealed.
type Civil struct {
	BirthName    string `json:"birth_name"`
	UsedName     string `json:"used_name,omitempty"`
	GivenNames   string `json:"given_names"`
	Sex          Sex    `json:"sex"`
	Birthdate    string `json:"birthdate"` // YYYY-MM-DD; day and month may be 00 when unknown, so it is never a time.Time
	Birthplace   string `json:"birthplace,omitempty"`
	Birthcountry string `json:"birthcountry,omitempty"`
}

// Initial is the first letter of the given names, as they are compared; "" when it is none from A to Z.
func (c Civil) Initial() string {
	words := nameWords(withoutPlaceholder(c.GivenNames))
	if len(words) == 0 || words[0][0] < 'A' || words[0][0] > 'Z' {
		return ""
	}
	return words[0][:1]
}

// DisplayName is the whole name: all given names, since only the person knows where the first one ends, then
// the used name, or the birth name without one.
func (c Civil) DisplayName() string {
	name := c.UsedName
	if name == "" {
		name = withoutPlaceholder(c.BirthName)
	}
	return strings.TrimSpace(withoutPlaceholder(c.GivenNames) + " " + name)
}

// CallName is how the person is greeted, and as much of the name as a page shows to whom it may not be the person's: the given names alone.
func (c Civil) CallName() string { return strings.TrimSpace(withoutPlaceholder(c.GivenNames)) }

// String keeps civil status out of logs that print a whole value by accident.
func (c Civil) String() string { return "[civil status]" }

// GoString is String, for %#v.
func (c Civil) GoString() string { return c.String() }

// Account is a beneficiary's account as the portal works with it.
type Account struct {
	ID         AccountID
	Identifier nir.Number
	Civil      Civil
	Email      keys.Secret // zero when there is none on file
	Phone      keys.Secret // E.164, zero when there is none on file
	Password   keys.Secret // a PHC string; zero until the person chooses a password
	Disabled   bool
	// Epoch goes up by one to end every session of the account at once.
	Epoch     int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Method is how a person signed in.
type Method string

const (
	Password      Method = "password"
	FranceConnect Method = "franceconnect"
	PasskeyMethod Method = "passkey"
)

// SignIn is one sign-in, or a try that was refused.
type SignIn struct {
	At         time.Time
	Method     Method
	ThisDevice bool   // made with the browser that asks
	Device     string // tells one browser from another; "" = not known
	Refused    bool
}
