package keys

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"testing"

	"moncompte/server/check"
)

func TestWhatIsSealedOpens(t *testing.T) {
	ring := ringOf(t, 1, 300)
	for _, plaintext := range []string{"", "x", "someone@example.org"} {
		sealed := ring.Seal("email", "account-1", []byte(plaintext))
		if len(sealed) != len(plaintext)+33 {
			t.Errorf("%d bytes sealed are %d, want 33 more", len(plaintext), len(sealed))
		}
		if version, ok := SealedVersion(sealed); !ok || version != 300 {
			t.Errorf("version %d, %v, want 300", version, ok)
		}
		got, err := ring.Open("email", "account-1", sealed)
		if err != nil || string(got) != plaintext {
			t.Errorf("opened %q, %v, want %q", got, err, plaintext)
		}
	}
}

// The layout is written out once by hand: a change of it would lose every row sealed before.
func TestTheSealedLayoutIsFixed(t *testing.T) {
	prk := hmacOf(make([]byte, 32), bytes.Repeat([]byte{7}, keySize))
	block, err := aes.NewCipher(hmacOf(prk, []byte("moncompte/seal/email\x01")))
	check.OK(t, err)
	gcm, err := cipher.NewGCM(block)
	check.OK(t, err)
	nonce := []byte("twelve bytes")
	ad := []byte("\x00\x00\x00\x07" + "\x00\x00\x00\x00\x00\x00\x00\x05email" + "\x00\x00\x00\x00\x00\x00\x00\x01a")
	sealed := append([]byte("\x01\x00\x00\x00\x07"), nonce...)
	sealed = gcm.Seal(sealed, nonce, []byte("text"), ad)
	if got, err := ringOf(t, 7).Open("email", "a", sealed); err != nil || string(got) != "text" {
		t.Errorf("opened %q, %v", got, err)
	}
}

func TestTheSamePlaintextIsSealedDifferentlyEachTime(t *testing.T) {
	ring := ringOf(t, 1)
	if bytes.Equal(ring.Seal("email", "a", []byte("x")), ring.Seal("email", "a", []byte("x"))) {
		t.Error("twice the same nonce")
	}
}

func TestASealedValueOpensOnlyInItsPlace(t *testing.T) {
	ring := ringOf(t, 1, 2)
	sealed := ring.Seal("email", "account-1", []byte("x"))
	for _, row := range []struct {
		name, purpose, binding string
		ring                   *Ring
	}{
		{"other purpose", "phone", "account-1", ring},
		{"other account", "email", "account-2", ring},
		{"no account", "email", "", ring},
		{"purpose and account shifted", "emaila", "ccount-1", ring},
		{"a ring without its version", "email", "account-1", ringOf(t, 1)},
		{"a ring with another key of that version", "email", "account-1", otherKey(t)},
	} {
		if got, err := row.ring.Open(row.purpose, row.binding, sealed); err != ErrSealed || got != nil {
			t.Errorf("%s: opened %q, %v, want ErrSealed", row.name, got, err)
		}
	}
}

func otherKey(t *testing.T) *Ring {
	parsed, err := parse("k", "2 2026-11-22 "+keyText(99))
	check.OK(t, err)
	return newRing(parsed)
}

func TestNoAlteredBitAndNoTruncationOpens(t *testing.T) {
	ring := ringOf(t, 1, 2, 3)
	sealed := ring.Seal("email", "a", []byte("text"))
	for i := range sealed {
		for bit := range 8 {
			altered := bytes.Clone(sealed)
			altered[i] ^= 1 << bit
			if _, err := ring.Open("email", "a", altered); err != ErrSealed {
				t.Errorf("byte %d bit %d altered: error %v, want ErrSealed", i, bit, err)
			}
		}
		if _, err := ring.Open("email", "a", sealed[:i]); err != ErrSealed {
			t.Errorf("cut to %d bytes: error %v, want ErrSealed", i, err)
		}
	}
	if _, err := ring.Open("email", "a", append(sealed, 0)); err != ErrSealed {
		t.Errorf("one byte more: error %v, want ErrSealed", err)
	}
}

func FuzzOpen(f *testing.F) {
	ring := ringOf(f, 1, 2)
	f.Add([]byte{})
	f.Add(ring.Seal("other", "a", []byte("x")))
	f.Add([]byte("\x01\xff\xff\xff\xff and twenty-eight bytes more."))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if _, err := ring.Open("email", "a", sealed); !errors.Is(err, ErrSealed) {
			t.Errorf("error %v for what nobody sealed", err)
		}
	})
}
