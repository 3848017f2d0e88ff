package portal

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
)

func TestTheCurrentSchemeComesLastAndEmptyOnesAreLeftOut(t *testing.T) {
	for _, c := range []struct {
		counts map[string]int
		want   []share
	}{
		{nil, []share{{"now", 1}}},
		{map[string]int{"now": 0, "old": 0}, []share{{"now", 1}}},
		{map[string]int{"old": 3}, []share{{"old", 3}}},
		{map[string]int{"a": 2, "now": 5, "z": 1, "none": 0}, []share{{"a", 2}, {"z", 1}, {"now", 5}}},
	} {
		if got := sharesOf(c.counts, "now"); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.counts, got, c.want)
		}
	}
}

func TestEveryDrawFallsOnAScheme(t *testing.T) {
	for _, c := range []struct {
		shares []share
		draw   uint64
		want   string
	}{
		{[]share{{"only", 1}}, 0, "only"}, // an empty database, or one account
		{[]share{{"only", 1}}, math.MaxUint64, "only"},
		{[]share{{"a", 1}, {"b", 1}}, math.MaxUint64 / 2, "a"},
		{[]share{{"a", 1}, {"b", 1}}, math.MaxUint64/2 + 1, "b"},
		{[]share{{"a", 1}, {"b", 2}}, math.MaxUint64 / 3, "a"},
		{[]share{{"a", 1}, {"b", 2}}, math.MaxUint64, "b"},
		{[]share{{"a", 13_800_000}, {"b", 1}}, 0, "a"},
		{[]share{{"a", 13_800_000}, {"b", 1}}, math.MaxUint64, "b"},
	} {
		if got := place(c.shares, c.draw); got != c.want {
			t.Errorf("%v, draw %d: %s, want %s", c.shares, c.draw, got, c.want)
		}
	}
}

func TestDrawsRespectTheShares(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const draws = 200_000
	for _, shares := range [][]share{
		{{"a", 1}, {"b", 1}},
		{{"a", 1}, {"b", 2}, {"c", 7}},
		{{"a", 900}, {"b", 99}, {"c", 1}},
		{{"a", 13_000_000}, {"b", 700_000}, {"c", 100_000}},
	} {
		var total float64
		for _, s := range shares {
			total += float64(s.count)
		}
		found := map[string]int{}
		for range draws {
			found[place(shares, random.Uint64())]++
		}
		for _, s := range shares {
			p := float64(s.count) / total
			spread := math.Sqrt(draws * p * (1 - p)) // of a binomial count
			if off := math.Abs(float64(found[s.scheme]) - draws*p); off > 5*spread {
				t.Errorf("%v: %s was drawn %d times, want %.0f ± %.0f", shares, s.scheme, found[s.scheme], draws*p, 5*spread)
			}
		}
	}
}

// While hashes of one old scheme are made again at sign-in, no identifier may move away from the current scheme: an
// account never does.
func TestAsASchemeShrinksIdentifiersMoveOnlyTowardTheCurrentOne(t *testing.T) {
	order := []string{"bcrypt 10", "pbkdf2-sha256 1000", "argon2id now"}
	rapid.Check(t, func(t *rapid.T) {
		counts := map[string]int{}
		for _, scheme := range order {
			counts[scheme] = rapid.IntRange(0, 1_000_000).Draw(t, scheme)
		}
		draw := rapid.Uint64().Draw(t, "draw")
		before := slices.Index(order, place(sharesOf(counts, order[2]), draw))
		upgraded := order[rapid.IntRange(0, 1).Draw(t, "which")]
		n := rapid.IntRange(0, counts[upgraded]).Draw(t, "how many")
		counts[upgraded] -= n
		counts[order[2]] += n
		if counts[order[0]]+counts[order[1]]+counts[order[2]] == 0 {
			return // no account with a password, before and after
		}
		if after := slices.Index(order, place(sharesOf(counts, order[2]), draw)); after < before {
			t.Fatalf("moved from %s back to %s", order[before], order[after])
		}
	})
}

// schemes is a store that only counts.
type schemes struct {
	Store
	counts map[string]int
	err    error
	asked  int
}

func (s *schemes) Schemes(context.Context) (map[string]int, error) {
	s.asked++
	return s.counts, s.err
}

func ring(t *testing.T) *keys.Ring {
	t.Helper()
	r, err := keys.Create(filepath.Join(t.TempDir(), "keys"), nil, time.Now())
	check.OK(t, err)
	return r
}

func number(t *testing.T, typed string) nir.Number {
	t.Helper()
	n, report := nir.Parse(typed, nil)
	if !report.OK() {
		t.Fatalf("identifier of a test: %s", report.Problem)
	}
	return n
}

func TestEveryInstanceGivesAnIdentifierTheSameDecoy(t *testing.T) {
	shared := ring(t)
	store := &schemes{counts: map[string]int{"bcrypt 4": 10, "pbkdf2-sha256 1000": 10, "argon2id m=8,t=1,p=1": 10}}
	params := passhash.Params{MemoryKiB: 8, Time: 1}
	one := &Login{Store: store, Keys: shared, Params: params}
	two := &Login{Store: store, Keys: shared, Params: params}
	other := &Login{Store: store, Keys: ring(t), Params: params}
	seen, differ := map[string]bool{}, false
	for i := range 60 {
		n := number(t, fmt.Sprintf("18505780%05d", 60010+i))
		var got [3]string
		for k, l := range []*Login{one, two, other} {
			hash, err := l.decoy(t.Context(), n)
			check.OK(t, err)
			if hash.Verify("") || hash.Verify("any password") {
				t.Fatal("a decoy matched")
			}
			got[k] = hash.Scheme()
		}
		if got[0] != got[1] {
			t.Errorf("two instances disagree: %s and %s", got[0], got[1])
		}
		differ = differ || got[0] != got[2]
		seen[got[0]] = true
	}
	if len(seen) != 3 {
		t.Errorf("60 identifiers were given only %d of 3 schemes", len(seen))
	}
	if !differ {
		t.Error("the decoy does not depend on the keys: anybody could compute it")
	}
}

func TestTheSharesAreCountedAgainAfterAWhile(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	store := &schemes{counts: map[string]int{"bcrypt 4": 1}}
	l := &Login{Store: store, Keys: ring(t), Params: passhash.Params{MemoryKiB: 8, Time: 1}, Now: func() time.Time { return now }}
	scheme := func() string {
		t.Helper()
		hash, err := l.decoy(t.Context(), number(t, "1850578006048"))
		check.OK(t, err)
		return hash.Scheme()
	}
	if got := scheme(); got != "bcrypt 4" {
		t.Fatalf("decoy %s", got)
	}
	store.counts = map[string]int{}
	now = now.Add(decoyRefresh)
	if got := scheme(); got != "bcrypt 4" || store.asked != 1 {
		t.Errorf("decoy %s after %d counts, want the shares kept", got, store.asked)
	}
	now = now.Add(time.Second)
	if got := scheme(); got != "argon2id m=8,t=1,p=1" || store.asked != 2 {
		t.Errorf("decoy %s after %d counts, want the current scheme of an empty database", got, store.asked)
	}
	store.err = errors.New("no database")
	now = now.Add(2 * decoyRefresh)
	if _, err := l.decoy(t.Context(), number(t, "1850578006048")); !errors.Is(err, store.err) {
		t.Errorf("error %v, want the store's", err)
	}
}
