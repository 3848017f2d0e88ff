package keys

import (
	"bytes"
	"crypto/sha256"
	"testing"
)

// The layout is written out once by hand: a change of it would forget every browser.
func TestATokensIndexIsItsHashForThePurpose(t *testing.T) {
	want := sha256.Sum256([]byte("moncompte/token/device/abc"))
	if got := TokenIndex("device", NewSecret("abc")); !bytes.Equal(got, want[:]) {
		t.Errorf("index %x, want %x", got, want)
	}
}

func TestWhatATokenSealedOpensWithThatTokenAlone(t *testing.T) {
	token := NewSecret("a token of a browser")
	sealed := SealUnder(token, "hint", []byte("kept"))
	if got, err := OpenUnder(token, "hint", sealed); err != nil || string(got) != "kept" {
		t.Errorf("opened %q, %v", got, err)
	}
	if bytes.Equal(sealed, SealUnder(token, "hint", []byte("kept"))) {
		t.Error("twice the same nonce")
	}
	altered := bytes.Clone(sealed)
	altered[len(altered)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another token":   func() ([]byte, error) { return OpenUnder(NewSecret("another token"), "hint", sealed) },
		"another purpose": func() ([]byte, error) { return OpenUnder(token, "code", sealed) },
		"no token": func() ([]byte, error) {
			return OpenUnder(Secret{}, "hint", SealUnder(Secret{}, "hint", []byte("kept")))
		},
		"an altered bit": func() ([]byte, error) { return OpenUnder(token, "hint", altered) },
		"nothing":        func() ([]byte, error) { return OpenUnder(token, "hint", nil) },
	} {
		if got, err := open(); err != ErrSealed || got != nil {
			t.Errorf("%s: opened %q, %v, want ErrSealed", name, got, err)
		}
	}
}
