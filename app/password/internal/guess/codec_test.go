package guess

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestASetSurvivesItsBinaryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frequent := rapid.SliceOf(rapid.String()).Draw(t, "frequent")
		known := rapid.SliceOf(rapid.String()).Draw(t, "known")
		set := NewSet(rapid.IntRange(0, 1<<31-1).Draw(t, "entries"), frequent, known)
		read, err := Parse(set.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if read.Entries() != set.Entries() || !slices.Equal(read.frequent.hashes, set.frequent.hashes) ||
			!slices.Equal(read.known.hashes, set.known.hashes) || !bytes.Equal(read.Encode(), set.Encode()) {
			t.Fatal("the set read is not the set written")
		}
		for _, w := range frequent {
			if read.Tier(Hash(w)) != Frequent {
				t.Fatalf("%q is not frequent", w)
			}
		}
		for _, w := range known {
			if read.Tier(Hash(w)) == Unknown {
				t.Fatalf("%q is unknown", w)
			}
		}
	})
}

func TestTheExtremeHashesAreKept(t *testing.T) {
	hashes := []uint32{0, 1, 1<<31 - 1, 1<<32 - 2, 1<<32 - 1}
	set := &Set{frequent: newSection(hashes), known: newSection(nil)}
	read, err := Parse(set.Encode())
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hashes {
		if read.Tier(h) != Frequent {
			t.Errorf("%d is lost", h)
		}
	}
	if read.Tier(2) != Unknown {
		t.Error("2 is found")
	}
}

func TestADamagedSetIsRefused(t *testing.T) {
	whole := NewSet(7, []string{"soleil", "lune"}, []string{"étoile"}).Encode()
	for i := range whole {
		if _, err := Parse(whole[:i]); !errors.Is(err, ErrFormat) {
			t.Errorf("cut at %d: error %v", i, err)
		}
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x10
		if _, err := Parse(damaged); !errors.Is(err, ErrFormat) {
			t.Errorf("damaged at %d: error %v", i, err)
		}
	}
}

// FuzzParse gives every input a right magic and checksum, so that the fuzzer
// reaches the sections.
func FuzzParse(f *testing.F) {
	whole := NewSet(7, []string{"soleil", "lune"}, []string{"étoile"}).Encode()
	f.Add(whole[len(magic) : len(whole)-4])
	f.Add([]byte("\x07\xff\xff\xff\xff\x0f\x01"))         // more hashes than bytes
	f.Add([]byte("\x07\x02\xff\xff\xff\xff\x0f\x00\x00")) // a hash beyond the last
	f.Fuzz(func(t *testing.T, body []byte) {
		b := append([]byte(magic), body...)
		set, err := Parse(binary.BigEndian.AppendUint32(b, checksum(b)))
		if err != nil {
			return
		}
		for _, s := range []section{set.frequent, set.known} {
			if !slices.IsSorted(s.hashes) || len(slices.Compact(s.hashes)) != len(s.hashes) {
				t.Error("the hashes are not in order")
			}
			for _, h := range s.hashes {
				if set.Tier(h) == Unknown {
					t.Errorf("%d is read and not found", h)
				}
			}
		}
	})
}
