package franceconnect

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"moncompte/server/portal"
)

func TestABirthDateKeepsItsTruePrecision(t *testing.T) {
	for _, row := range []struct{ corrected, declared, want string }{
		{"1962-08-24", "", "1962-08-24"},
		{"1962-08-24", "1962-08-24", "1962-08-24"},
		{"1992-01-01", "1992-00-00", "1992-00-00"}, // presumed month and day
		{"1992-11-01", "1992-11-00", "1992-11-00"}, // presumed day
		{"1992-01-01", "1992", "1992-00-00"},
		{"1992-11-01", "1992-11", "1992-11-00"},
		{"1992-00-00", "", "1992-00-00"},
		{"1992-03-01", "1992-00-00", "1992-03-01"}, // corrected by the registry
		{"1992-11-15", "1992-11-00", "1992-11-15"},
		{"1992-11-01", "1992-10-00", "1992-11-01"},
		{"1992-01-01", "1993-00-00", "1992-01-01"},
		{"1992-01-01", "unknown", "1992-01-01"},
		{"1992-01-01", "1992-0", "1992-01-01"},
		{"", "1992-00-00", ""},
		{"24/08/1962", "", ""},
		{"1962-08-2٤", "", ""},
		{"1962-08-24T00:00", "", ""},
		{"-962-08-24", "", ""},
	} {
		if got := preciseBirthdate(row.corrected, row.declared); got != row.want {
			t.Errorf("%q and %q give %q, want %q", row.corrected, row.declared, got, row.want)
		}
	}
}

func TestTheRegistrysIdentityIsTakenWhole(t *testing.T) {
	id, ok := parseCivil([]byte(`{
		"given_name": "Angie", "family_name": "Du Bois", "gender": "male", "birthdate": "1970-01-01", "birthplace": "Paris", "birthcountry": "FR",
		"rnipp_given_name": "Angela", "rnipp_family_name": "DUBOIS", "rnipp_gender": "female", "rnipp_birthdate": "1962-08-24",
		"rnipp_birthplace": "", "rnipp_birthcountry": "99352", "preferred_username": "MERCIER"}`))
	if !ok {
		t.Fatal("refused")
	}
	got := []string{id.GivenNames, id.BirthName, id.UsedName, string(id.Sex), id.Birthdate, id.Birthplace, id.Birthcountry}
	want := []string{"Angela", "DUBOIS", "MERCIER", "female", "1962-08-24", "", "99352"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFranceConnectPlusTellsAPresumedBirthDateToo(t *testing.T) {
	id, ok := parseCivil([]byte(`{"birthdate": "1992-00-00", "rnipp_family_name": "DIALLO", "rnipp_birthdate": "1992-01-01"}`))
	if !ok || id.Birthdate != "1992-00-00" {
		t.Errorf("got %q", id.Birthdate)
	}
}

func TestAGenderIsOneOfThree(t *testing.T) {
	for sent, want := range map[string]string{"male": "male", "female": "female", "unspecified": "unspecified", "": "", "other": "unspecified"} {
		id, ok := parseCivil([]byte(`{"gender":"` + sent + `"}`))
		if !ok || string(id.Sex) != want {
			t.Errorf("%q gives %q", sent, id.Sex)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add(`{"given_name":"Angela Claire Louise","family_name":"DUBOIS","gender":"female","birthdate":"1962-08-24","idp_birthdate":"1962-00-00"}`)
	f.Add(`{"rnipp_family_name":"TROIS-DUPRÉ","rnipp_birthdate":"1992-11","email":"a@b"}`)
	f.Add(`{"family_name":"A\u0000B"}`)
	f.Add(`{"family_name":["x"]}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, claims string) {
		id, ok := parseCivil([]byte(claims))
		if !ok {
			if id != (portal.Civil{}) {
				t.Error("refused, and given all the same")
			}
			return
		}
		if !json.Valid([]byte(claims)) {
			t.Error("accepted without being JSON")
		}
		for _, text := range []string{id.GivenNames, id.BirthName, id.UsedName, id.Birthplace, id.Birthcountry} {
			if len(text) > maxClaim || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
				t.Errorf("accepted %q", text)
			}
		}
		if b := id.Birthdate; b != "" && (len(b) != 10 || b[4] != '-' || b[7] != '-' || strings.Trim(b, "0123456789-") != "") {
			t.Errorf("accepted the date %q", b)
		}
		if !strings.Contains(" male female unspecified ", " "+string(id.Sex)+" ") && id.Sex != "" {
			t.Errorf("accepted the gender %q", id.Sex)
		}
	})
}

// No query that anybody can write gives an identity, calls the provider without a state of ours, or writes in the log.
func FuzzCallback(f *testing.F) {
	visit := portal.Visit{State: portal.NewToken(), Nonce: portal.NewToken()}
	own := visit.State.Reveal()
	f.Add("code=c&state=" + own + "&iss=https://fc.example.test/api/v2")
	f.Add("error=access_denied&state=undefined")
	f.Add("error=access_denied&error_uri=https://x/?code=Y000001%26id=1&state=" + own)
	f.Add("state=a&state=b&code=" + strings.Repeat("x", 3000))
	f.Add("error=%0Aforged&state=" + own)
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		c := &Client{opts: honest()}
		c.endpoints = newCached(c.opts.Now, c.opts.Timeout, c.fetchEndpoints)
		c.http = boundedClient(refusing())
		id, err := c.Finish(t.Context(), q, visit)
		failure, ok := errors.AsType[*portal.ProviderError](err)
		if !ok || id.Issuer != "" || !id.Subject.IsZero() {
			t.Fatal("no failure")
		}
		if q.Get("state") != own && failure.Kind != portal.Expired && failure.Kind != portal.Invalid {
			t.Errorf("%s for a state that is not ours", failure.Kind)
		}
		if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' }) || len(err.Error()) > 300 {
			t.Errorf("the reason holds what was sent: %q", err)
		}
	})
}
