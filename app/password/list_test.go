package password_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"moncompte/app/password"
)

func commonPasswords(t testing.TB) []string {
	t.Helper()
	b, err := os.ReadFile("testdata/common.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

func TestTheListStandsForMoreThanThreeThousandPasswords(t *testing.T) {
	if got := list(t).Entries(); got < 3000 {
		t.Errorf("%d entries, 3,000 or more wanted", got)
	}
}

func TestCommonPasswordsAreRefused(t *testing.T) {
	passwords := commonPasswords(t)
	if len(passwords) < 200 {
		t.Fatalf("%d passwords, 200 or more wanted", len(passwords))
	}
	l := list(t)
	for _, typed := range passwords {
		if utf8.RuneCountInString(typed) < password.MinLength {
			t.Errorf("%q is refused for its length anyway", typed)
		}
		if !l.Contains(typed) {
			t.Errorf("%q is let in", typed)
		}
	}
}

func TestGoodPasswordsAreLetIn(t *testing.T) {
	l := list(t)
	for _, typed := range []string{
		"kX7#pq2Lmv9Z", "xK9dLq2vTz8m", "7nains1princesse", "vélo bleu nuage 5", "Ukulele.Brouette.31",
		"Tractor-Violet-82-lune", "girafe parapluie 42 cactus", "trois petits cochons roses 3",
		"J’habite au 12 rue des Lilas", "tournesol-velours-9", "Le train part à 8h12",
		"mes3chatsmangentdupoisson", "marmelade74tabouret", "baobab-pirogue-6-lagune",
		"marseille tricot 4 fenêtre", "mot de passe 4 girafe lunaire",
	} {
		if l.Contains(typed) {
			t.Errorf("%q is refused", typed)
		}
	}
}

func TestRandomPasswordsAreNotTakenForCommonOnes(t *testing.T) {
	const signs, tries = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 40000
	l, random, refused := list(t), rand.New(rand.NewPCG(3, 7)), 0
	for range tries {
		b := make([]byte, password.MinLength+random.IntN(9))
		for i := range b {
			b[i] = signs[random.IntN(len(signs))]
		}
		if l.Contains(string(b)) {
			refused++
		}
	}
	if float64(refused) >= 1e-4*tries {
		t.Errorf("%d of %d refused, fewer than 1 in 10,000 wanted", refused, tries)
	}
}

func TestWithoutAListOnlyPatternsAreCommon(t *testing.T) {
	var none *password.List
	if none.Entries() != 0 {
		t.Error("the nil list has entries")
	}
	for typed, want := range map[string]bool{
		"azertyuiop123": true, "1qaz2wsx3edc": true, "aaaaaaaaaaa1": true, "abc123abc123": true,
		"marmelade2024": false, "kX7#pq2Lmv9Z": false,
	} {
		if got := none.Contains(typed); got != want {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
}

func TestBytesThatAreNoListAreRefused(t *testing.T) {
	for _, b := range []string{"", "mcw1", "motdepasse", strings.Repeat("\x00", 100)} {
		if _, err := password.ParseList([]byte(b)); !errors.Is(err, password.ErrBadList) {
			t.Errorf("%q: error %v", b, err)
		}
	}
}
