package passhash

import (
	"errors"
	"strings"
	"testing"
)

func TestHostileHashesAreRefusedWithoutWork(t *testing.T) {
	salt, key := strings.Repeat("A", 22), strings.Repeat("A", 43)
	tail := "$" + salt + "$" + key
	bits53 := strings.Repeat("A", 53)
	for _, row := range []struct {
		name, phc string
		want      error
	}{
		{"empty", "", ErrFormat},
		{"clear text", "password", ErrFormat},
		{"only a dollar", "$", ErrFormat},
		{"an unknown kind", "$scrypt$ln=16,r=8,p=1" + tail, ErrFormat},
		{"crypt MD5", "$1$abcdefgh$" + salt, ErrFormat},
		{"something before", "x$argon2id$v=19$m=64,t=1,p=1" + tail, ErrFormat},
		{"a very long text", "$argon2id$v=19$m=64,t=1,p=1$" + strings.Repeat("A", 1<<20) + "$" + key, ErrFormat},

		{"argon2i", "$argon2i$v=19$m=64,t=1,p=1" + tail, ErrFormat},
		{"argon2id version 16", "$argon2id$v=16$m=64,t=1,p=1" + tail, ErrFormat},
		{"argon2id without version", "$argon2id$m=64,t=1,p=1" + tail, ErrFormat},
		{"argon2id in another order", "$argon2id$v=19$t=1,m=64,p=1" + tail, ErrFormat},
		{"argon2id with a secret", "$argon2id$v=19$m=64,t=1,p=1,keyid=AAAA" + tail, ErrFormat},
		{"argon2id with a sign", "$argon2id$v=19$m=+64,t=1,p=1" + tail, ErrFormat},
		{"argon2id with a leading zero", "$argon2id$v=19$m=064,t=1,p=1" + tail, ErrFormat},
		{"argon2id with a space", "$argon2id$v=19$m=64,t=1,p=1 " + tail, ErrFormat},
		{"argon2id with another field", "$argon2id$v=19$m=64,t=1,p=1" + tail + "$", ErrFormat},
		{"argon2id without key", "$argon2id$v=19$m=64,t=1,p=1$" + salt, ErrFormat},
		{"argon2id with padding", "$argon2id$v=19$m=64,t=1,p=1$" + salt + "==$" + key, ErrFormat},
		{"argon2id with a line end", "$argon2id$v=19$m=64,t=1,p=1$" + salt + "\n$" + key, ErrFormat},
		{"argon2id with a line end in the key", "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key + "\r", ErrFormat},
		{"argon2id with stray bits", "$argon2id$v=19$m=64,t=1,p=1$" + salt[1:] + "B$" + key, ErrFormat},
		{"argon2id of 4 GiB", "$argon2id$v=19$m=4194304,t=1,p=1" + tail, ErrCost},
		{"argon2id over 32 bits", "$argon2id$v=19$m=4294967360,t=1,p=1" + tail, ErrCost},
		{"argon2id over 64 bits", "$argon2id$v=19$m=18446744073709551680,t=1,p=1" + tail, ErrCost},
		{"argon2id just over the memory", "$argon2id$v=19$m=262145,t=1,p=1" + tail, ErrCost},
		{"argon2id of 17 passes", "$argon2id$v=19$m=64,t=17,p=1" + tail, ErrCost},
		{"argon2id of 5 lanes", "$argon2id$v=19$m=64,t=1,p=5" + tail, ErrCost},
		{"argon2id of 257 lanes", "$argon2id$v=19$m=64,t=1,p=257" + tail, ErrCost},
		{"argon2id of too much work", "$argon2id$v=19$m=262144,t=5,p=1" + tail, ErrCost},
		{"argon2id without memory", "$argon2id$v=19$m=0,t=1,p=1" + tail, ErrCost},
		{"argon2id without pass", "$argon2id$v=19$m=64,t=0,p=1" + tail, ErrCost},
		{"argon2id without lane", "$argon2id$v=19$m=64,t=1,p=0" + tail, ErrCost},
		{"argon2id with less memory than lanes need", "$argon2id$v=19$m=31,t=1,p=4" + tail, ErrCost},
		{"argon2id with an empty salt", "$argon2id$v=19$m=64,t=1,p=1$$" + key, ErrCost},
		{"argon2id with an empty key", "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$", ErrCost},
		{"argon2id with a key of 4 bytes", "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$AAAAAA", ErrCost},
		{"argon2id with a long salt", "$argon2id$v=19$m=64,t=1,p=1$" + strings.Repeat("AAAA", 22) + "$" + key, ErrCost},
		{"argon2id with a long key", "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + strings.Repeat("AAAA", 22), ErrCost},

		{"bcrypt of cost 31", "$2b$31$" + bits53, ErrCost},
		{"bcrypt of cost 15", "$2b$15$" + bits53, ErrCost},
		{"bcrypt of cost 3", "$2b$03$" + bits53, ErrCost},
		{"bcrypt of cost 0", "$2b$00$" + bits53, ErrCost},
		{"bcrypt of cost -1", "$2b$-1$" + bits53, ErrFormat},
		{"bcrypt with one digit", "$2b$4$" + bits53, ErrFormat},
		{"bcrypt with three digits", "$2b$004$" + bits53, ErrFormat},
		{"bcrypt 2x", "$2x$05$" + bits53, ErrFormat},
		{"bcrypt 2", "$2$05$" + bits53, ErrFormat},
		{"bcrypt cut short", "$2b$05$" + bits53[1:], ErrFormat},
		{"bcrypt and more", "$2b$05$" + bits53 + "A", ErrFormat},
		{"bcrypt in another alphabet", "$2b$05$" + bits53[1:] + "+", ErrFormat},
		{"bcrypt with a NUL", "$2b$05$" + bits53[1:] + "\x00", ErrFormat},

		{"pbkdf2 with SHA-1", "$pbkdf2$1000" + tail, ErrFormat},
		{"pbkdf2 with SHA-512", "$pbkdf2-sha512$1000" + tail, ErrFormat},
		{"pbkdf2 of no iteration", "$pbkdf2-sha256$0" + tail, ErrCost},
		{"pbkdf2 of too many", "$pbkdf2-sha256$2000001" + tail, ErrCost},
		{"pbkdf2 over 64 bits", "$pbkdf2-sha256$i=99999999999999999999,l=32" + tail, ErrCost},
		{"pbkdf2 of too many for its key", "$pbkdf2-sha256$i=1000001,l=64$" + salt + "$" + strings.Repeat("A", 86), ErrCost},
		{"pbkdf2 with another length", "$pbkdf2-sha256$i=1000,l=31" + tail, ErrFormat},
		{"pbkdf2 without length", "$pbkdf2-sha256$i=1000" + tail, ErrFormat},
		{"pbkdf2 with an empty count", "$pbkdf2-sha256$" + tail, ErrFormat},
		{"pbkdf2 with + in Passlib's form", "$pbkdf2-sha256$1000$" + salt + "$+" + key[1:], ErrFormat},
		{"pbkdf2 with . in the PHC form", "$pbkdf2-sha256$i=1000,l=32$" + salt + "$." + key[1:], ErrFormat},
		{"pbkdf2 with an empty key", "$pbkdf2-sha256$1000$" + salt + "$", ErrCost},
	} {
		t.Run(row.name, func(t *testing.T) {
			h, err := Parse(row.phc)
			if !errors.Is(err, row.want) || h != (Hash{}) {
				t.Errorf("scheme %q, error %v, want %v", h.Scheme(), err, row.want)
			}
			if err != nil && err != ErrFormat && err != ErrCost {
				t.Error("an error of another make could contain the hash")
			}
		})
	}
}

func TestTheLargestAcceptedCostsAreAccepted(t *testing.T) {
	tail := "$" + strings.Repeat("A", 86) + "$" + strings.Repeat("A", 86)
	for _, phc := range []string{
		"$argon2id$v=19$m=262144,t=4,p=4" + tail,
		"$argon2id$v=19$m=65536,t=16,p=1" + tail,
		"$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$" + strings.Repeat("A", 22),
		"$2y$14$" + strings.Repeat("A", 53),
		"$pbkdf2-sha256$1000000" + tail,
		"$pbkdf2-sha256$i=2000000,l=32$AAAAAAAAAAA$" + strings.Repeat("A", 43),
	} {
		if _, err := Parse(phc); err != nil {
			t.Errorf("%s: %v", phc, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, phc := range []string{
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ",
		"$pbkdf2-sha256$i=1212,l=32$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg+fJPeq1h/gXXY7acBp9/6c+tmQ",
		"$argon2id$v=19$m=4294967296,t=1,p=1$$",
		"$$$$",
	} {
		f.Add(phc)
	}
	f.Fuzz(func(t *testing.T, phc string) {
		h, err := Parse(phc)
		if err != nil {
			if err != ErrFormat && err != ErrCost {
				t.Errorf("error %v", err)
			}
			return
		}
		// What was accepted is bounded, and has a decoy that does the same work.
		switch k := (*h.kind).(type) {
		case *argon2id:
			if err := k.params.Check(); err != nil || k.params != k.params.orDefault() {
				t.Errorf("costs %v: %v", k.params, err)
			}
		case *bcryptHash:
			if k.cost < 4 || k.cost > 14 || len(k.text) != 60 {
				t.Errorf("cost %d, %d characters", k.cost, len(k.text))
			}
		case *pbkdf2SHA256:
			if k.iterations < 1 || k.iterations*len(k.key) > 2_000_000*32 {
				t.Errorf("%d iterations for %d bytes", k.iterations, len(k.key))
			}
		}
		decoy, err := Decoy(h.Scheme())
		if err != nil || decoy.Scheme() != h.Scheme() {
			t.Errorf("decoy of %q: %q, %v", h.Scheme(), decoy.Scheme(), err)
		}
	})
}
