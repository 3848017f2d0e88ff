package passhash

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/crypto/bcrypt"

	"moncompte/server/check"
)

// small costs next to nothing.
var small = Params{MemoryKiB: 64, Time: 1, Threads: 1}

func mustParse(t testing.TB, phc string) Hash {
	t.Helper()
	h, err := Parse(phc)
	check.OK(t, err)
	return h
}

// The published vectors: the test program of the Argon2 reference implementation, Openwall's crypt_blowfish, and Passlib.
func TestPublishedHashesVerify(t *testing.T) {
	const long = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for _, row := range []struct{ password, phc, scheme string }{
		{"password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "argon2id m=256,t=2,p=1"},
		{"password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "argon2id m=256,t=2,p=2"},
		{"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "bcrypt 5"},
		{"", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy", "bcrypt 5"},
		{"\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq", "bcrypt 5"},
		{long, "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui", "bcrypt 5"},
		{"password", "$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ", "pbkdf2-sha256 1212"},
		{"Ιωαννης", "$pbkdf2-sha256$1212$3SABFJGDtyhrQMVt1uABPw$WyaUoqCLgvz97s523nF4iuOqZNbp5Nt8do/cuaa7AiI", "pbkdf2-sha256 1212"},
		{"password", "$pbkdf2-sha256$i=1212,l=32$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg+fJPeq1h/gXXY7acBp9/6c+tmQ", "pbkdf2-sha256 1212"},
	} {
		h := mustParse(t, row.phc)
		if !h.Verify(row.password) {
			t.Errorf("%s: the right password does not match", row.phc)
		}
		for _, wrong := range []string{row.password + "x", "x" + row.password, strings.ToUpper(row.password) + "1"} {
			// The 72 bytes are their own test.
			if row.password != long && h.Verify(wrong) {
				t.Errorf("%s: a wrong password matches", row.phc)
			}
		}
		if got := h.Scheme(); got != row.scheme {
			t.Errorf("%s: scheme %q, want %q", row.phc, got, row.scheme)
		}
	}
}

func TestOurBcryptAndPBKDF2AgreeWithTheirMakers(t *testing.T) {
	made, err := bcrypt.GenerateFromPassword([]byte("mot de passe"), bcrypt.MinCost)
	check.OK(t, err)
	salt := []byte("sixteen byte sal")
	key, err := pbkdf2.Key(sha256.New, "mot de passe", salt, 3, 64)
	check.OK(t, err)
	raw := base64.RawStdEncoding
	for _, phc := range []string{
		string(made),
		strings.Replace(string(made), "$2a$", "$2b$", 1),
		strings.Replace(string(made), "$2a$", "$2y$", 1),
		fmt.Sprintf("$pbkdf2-sha256$i=3,l=64$%s$%s", raw.EncodeToString(salt), raw.EncodeToString(key)),
		fmt.Sprintf("$pbkdf2-sha256$i=3,l=20$%s$%s", raw.EncodeToString(salt), raw.EncodeToString(key[:20])),
	} {
		h := mustParse(t, phc)
		if !h.Verify("mot de passe") || h.Verify("mot de passé") {
			t.Errorf("%s: verified wrongly", phc)
		}
	}
}

func TestBcryptLooksAtTheFirst72BytesAsItsMakersDid(t *testing.T) {
	long := strings.Repeat("0123456789", 7) + "ab"
	made, err := bcrypt.GenerateFromPassword([]byte(long), bcrypt.MinCost)
	check.OK(t, err)
	h := mustParse(t, string(made))
	if !h.Verify(long) || !h.Verify(long+"and more") {
		t.Error("a password of 72 bytes or more does not match")
	}
	if h.Verify(long[:71]) || h.Verify(long[:71]+"c") {
		t.Error("one of the first 72 bytes is not looked at")
	}
}

func TestANewHashVerifiesWithTheWholePassword(t *testing.T) {
	password := strings.Repeat("é", 200)
	phc, err := New(password, small, nil)
	check.OK(t, err)
	h := mustParse(t, phc)
	if !h.Verify(password) || h.Verify(password[:len(password)-2]) || h.Verify(" "+password) || h.Verify("") {
		t.Error("verified wrongly")
	}
	if h.Weaker(small) {
		t.Error("a new hash is weaker than its own costs")
	}
	again, err := New(password, small, nil)
	check.OK(t, err)
	if phc == again {
		t.Error("two hashes of a password are equal: the salt is not random")
	}
}

func TestZeroParamsAreTheRecommendedCosts(t *testing.T) {
	phc, err := New("cinq pommes d’été", Params{}, bytes.NewReader(make([]byte, 16)))
	check.OK(t, err)
	// The same in every build: with the tag plainargon2 too.
	if want := "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$HyWNx6XnUE/yrWXQH/9tV4q+jMu9Lj0mM5Gck20qh8c"; phc != want {
		t.Errorf("hash %q, want %q", phc, want)
	}
}

func TestTheSchemeOfCostsIsThatOfTheirHashes(t *testing.T) {
	for _, p := range []Params{small, {MemoryKiB: 64}, {MemoryKiB: 64, Time: 3, Threads: 2}} {
		phc, err := New("x", p, nil)
		check.OK(t, err)
		if got, want := p.Scheme(), mustParse(t, phc).Scheme(); got != want {
			t.Errorf("scheme %q of the costs, %q of the hash", got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, row := range []struct {
		name, password string
		params         Params
	}{
		{"the empty password", "", small},
		{"too much memory", "x", Params{MemoryKiB: maxMemoryKiB + 1, Time: 1}},
		{"less memory than lanes need", "x", Params{MemoryKiB: 31, Time: 1, Threads: 4}},
		{"too many passes", "x", Params{MemoryKiB: 64, Time: maxTime + 1}},
		{"too many lanes", "x", Params{MemoryKiB: 64, Time: 1, Threads: maxThreads + 1}},
		{"too much work", "x", Params{MemoryKiB: maxMemoryKiB, Time: 5}},
		{"overflowing work", "x", Params{MemoryKiB: 1 << 31, Time: 2}},
	} {
		if phc, err := New(row.password, row.params, nil); err == nil {
			t.Errorf("%s made %q", row.name, phc)
		}
	}
	if _, err := New("x", small, iotest.ErrReader(errors.New("broken"))); err == nil {
		t.Error("a hash was made without a random salt")
	}
	if err := (Params{}).Check(); err != nil {
		t.Errorf("the default costs are refused: %v", err)
	}
}

func TestADecoyDoesTheWorkOfItsSchemeAndMatchesNothing(t *testing.T) {
	for _, scheme := range []string{
		"argon2id m=64,t=1,p=1", "argon2id m=256,t=2,p=2", "bcrypt 4", "pbkdf2-sha256 3", "pbkdf2-sha256 3,l=64",
	} {
		h, err := Decoy(scheme)
		check.OK(t, err)
		if h.Scheme() != scheme {
			t.Errorf("scheme %q, want %q", h.Scheme(), scheme)
		}
		for _, password := range []string{"", "password", scheme} {
			if h.Verify(password) {
				t.Errorf("%s: a decoy matches", scheme)
			}
		}
		other, err := Decoy(scheme)
		check.OK(t, err)
		if fmt.Sprintf("%v", keyOf(h)) == fmt.Sprintf("%v", keyOf(other)) {
			t.Errorf("%s: two decoys are equal", scheme)
		}
	}
	for _, scheme := range []string{
		"", " ", "argon2id", "argon2id ", "argon2i m=64,t=1,p=1", "argon2id m=64,t=1", "argon2id m=262145,t=1,p=1", "argon2id m=0,t=0,p=0",
		"bcrypt", "bcrypt 3", "bcrypt 15", "bcrypt 04", "bcrypt -4", "pbkdf2-sha256 0", "pbkdf2-sha256 2000001", "pbkdf2-sha256 3,l=32",
		"pbkdf2-sha256 3,l=65", "pbkdf2-sha256 1000001,l=64", strings.Repeat("x", 1000),
	} {
		if _, err := Decoy(scheme); !errors.Is(err, ErrFormat) && !errors.Is(err, ErrCost) {
			t.Errorf("scheme %q: error %v", scheme, err)
		}
	}
}

func keyOf(h Hash) any {
	switch k := (*h.kind).(type) {
	case *argon2id:
		return k.key
	case *pbkdf2SHA256:
		return k.key
	case *bcryptHash:
		return k.text
	}
	return nil
}

func TestAWeakerHashIsToBeMadeAgain(t *testing.T) {
	salt, key := strings.Repeat("A", 22), strings.Repeat("A", 43)
	for _, row := range []struct {
		phc    string
		params Params
		want   bool
	}{
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key, Params{}, false},
		{"$argon2id$v=19$m=19456,t=3,p=1$" + salt + "$" + key, Params{}, false},
		{"$argon2id$v=19$m=47104,t=1,p=1$" + salt + "$" + key, Params{}, false},
		{"$argon2id$v=19$m=19456,t=2,p=4$" + salt + "$" + key, Params{}, false},
		{"$argon2id$v=19$m=19455,t=2,p=1$" + salt + "$" + key, Params{}, true},
		{"$argon2id$v=19$m=19456,t=1,p=1$" + salt + "$" + key, Params{}, true},
		{"$argon2id$v=19$m=12288,t=4,p=1$" + salt + "$" + key, Params{}, true},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt[:20] + "$" + key, Params{}, true},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key[:42], Params{}, true},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key, Params{MemoryKiB: 32 * 1024}, true},
		{"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key, Params{Time: 3}, true},
		{"$2b$14$" + strings.Repeat("A", 53), Params{}, true},
		{"$pbkdf2-sha256$2000000$" + salt + "$" + key, Params{}, true},
	} {
		if got := mustParse(t, row.phc).Weaker(row.params); got != row.want {
			t.Errorf("%s against %v: weaker %v, want %v", row.phc, row.params, got, row.want)
		}
	}
}

func TestTheZeroHashMatchesNothing(t *testing.T) {
	var h Hash
	if h.Verify("") || h.Verify("x") || !h.Weaker(Params{}) || h.Scheme() != "" {
		t.Error("the zero hash is worth something")
	}
}

func TestAHashPrintsAsItsScheme(t *testing.T) {
	h := mustParse(t, "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "hash", h)
	texts := []string{log.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%c", "%t"} {
		texts = append(texts, fmt.Sprintf(verb, h), fmt.Sprintf(verb, &h), fmt.Sprintf(verb, struct{ h Hash }{h}))
	}
	if texts[1] != h.Scheme() {
		t.Errorf("printed as %q", texts[1])
	}
	for _, text := range texts {
		for _, leak := range []string{"c29t", "nf65", "somesalt", "736f6d65", "115 111 109", "0x73, 0x6f"} {
			if strings.Contains(text, leak) {
				t.Errorf("%q shows salt or key", text)
			}
		}
	}
	if !strings.Contains(log.String(), "argon2id m=256,t=2,p=1") {
		t.Errorf("the log does not name the scheme: %s", log.String())
	}
}
