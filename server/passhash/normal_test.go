package passhash

import (
	"encoding/base64"
	"strings"
	"testing"

	"crypto/pbkdf2"
	"crypto/sha256"

	"golang.org/x/text/unicode/norm"

	"moncompte/server/check"
)

var accented = []string{"Pâté-de-forêt-2047", "mot de passe à l’été", "Straße Ångström 12", "mật khẩu bí mật 7", "비밀번호 47", "ﬁn de l’œuvre é"}

func TestAPasswordIsOneHoweverItsAccentsAreWritten(t *testing.T) {
	for _, password := range accented {
		composed, decomposed := norm.NFC.String(password), norm.NFD.String(password)
		for _, chosen := range []string{composed, decomposed} {
			phc, err := New(chosen, small, nil)
			check.OK(t, err)
			h := mustParse(t, phc)
			for _, typed := range []string{composed, decomposed} {
				if !h.Verify(typed) {
					t.Errorf("%q, typed %+q: refused", password, typed)
				}
			}
			if h.Verify(password + " ") {
				t.Errorf("%q: accepted with a blank behind it", password)
			}
			if plain := strings.Map(func(r rune) rune { // without the accents
				if r >= 0x300 && r <= 0x36F {
					return -1
				}
				return r
			}, decomposed); plain != decomposed && h.Verify(plain) {
				t.Errorf("%q: accepted without its accents", password)
			}
		}
	}
}

// Hashes made before passwords were normalised, here or by another system, were made of what the keyboard wrote.
func TestAHashOfTheTextAsItWasTypedStaysValid(t *testing.T) {
	for _, password := range accented {
		for _, hashed := range []string{norm.NFC.String(password), norm.NFD.String(password)} {
			salt := []byte("sixteen bytes!!!")
			key, err := pbkdf2.Key(sha256.New, hashed, salt, 1000, 32)
			check.OK(t, err)
			encode := base64.RawStdEncoding.EncodeToString
			h := mustParse(t, "$pbkdf2-sha256$i=1000,l=32$"+encode(salt)+"$"+encode(key))
			for _, typed := range []string{norm.NFC.String(password), norm.NFD.String(password)} {
				if !h.Verify(typed) {
					t.Errorf("made of %+q, typed %+q: refused", hashed, typed)
				}
			}
		}
	}
}

// counted is a kind that matches one text and counts what is hashed.
type counted struct {
	matches string
	hashed  int
}

func (c *counted) scheme() string     { return "counted" }
func (c *counted) weaker(Params) bool { return false }
func (c *counted) verify(text string) bool {
	c.hashed++
	return text == c.matches
}

// Who guesses must not learn from the time whether a hash is a decoy's, or which spelling it was made of.
func TestAMismatchCostsWhatThePasswordTypedCostsAlone(t *testing.T) {
	for typed, want := range map[string]int{"tambour violet 47": 1, "été": 2, norm.NFD.String("été"): 2, "e\u0301té": 3, "": 1, "\xff\xa3": 1} {
		for _, matches := range []string{"", "another", norm.NFD.String("another été")} {
			c := &counted{matches: matches + "!"}
			var k kind = c
			if (Hash{&k}).Verify(typed) {
				t.Fatal("matches")
			}
			if c.hashed != want {
				t.Errorf("%+q: %d hashes, want %d", typed, c.hashed, want)
			}
		}
	}
}

// What other programs verify, and what one spelling alone matches, is the composed text.
func TestNewHashesTheComposedText(t *testing.T) {
	for _, password := range accented {
		phc, err := New(norm.NFD.String(password), small, nil)
		check.OK(t, err)
		k := *mustParse(t, phc).kind
		if composed := norm.NFC.String(password); !k.verify(composed) || k.verify(norm.NFD.String(password)) != (composed == norm.NFD.String(password)) {
			t.Errorf("%q: another text was hashed", password)
		}
	}
}
