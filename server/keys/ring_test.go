package keys

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// ringOf is a ring with the given versions, oldest first; the key of a version repeats its number.
func ringOf(t testing.TB, versions ...int) *Ring {
	t.Helper()
	var text strings.Builder
	for _, v := range versions {
		fmt.Fprintf(&text, "%d 2026-11-22 %s\n", v, keyText(byte(v)))
	}
	parsed, err := parse("k", text.String())
	if err != nil {
		t.Fatal(err)
	}
	return newRing(parsed)
}

// hmacOf is HMAC-SHA-256 without the ring's code.
func hmacOf(key, data []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return h.Sum(nil)
}

func TestAnIndexIsAnHMACUnderAnHKDFSubkey(t *testing.T) {
	// HKDF with one block, written out from RFC 5869: PRK = HMAC(zeros, key), OKM = HMAC(PRK, info | 1).
	prk := hmacOf(make([]byte, 32), bytes.Repeat([]byte{5}, keySize))
	subkey := hmacOf(prk, []byte("moncompte/index/identifier\x01"))
	if got, want := ringOf(t, 5).Index("identifier", "2551075120005"), hmacOf(subkey, []byte("2551075120005")); !bytes.Equal(got, want) {
		t.Errorf("index %x, want %x: rows written before would not be found again", got, want)
	}
}

func TestIndexesDifferByPurposeVersionAndValue(t *testing.T) {
	ring := ringOf(t, 1, 2)
	seen := map[string]string{}
	note := func(name string, mac []byte) {
		if len(mac) != 32 {
			t.Errorf("%s has %d bytes, want 32", name, len(mac))
		}
		if other, ok := seen[string(mac)]; ok {
			t.Errorf("%s equals %s", name, other)
		}
		seen[string(mac)] = name
	}
	for _, purpose := range []string{"identifier", "address"} {
		for _, value := range []string{"", "x"} {
			for i, index := range ring.Indexes(purpose, value) {
				note(fmt.Sprintf("index %q %q %d", purpose, value, i), index)
			}
			note(fmt.Sprintf("mac %q %q", purpose, value), ring.MAC(purpose, []byte(value)))
		}
		note("mac of no part "+purpose, ring.MAC(purpose))
	}
}

func TestOldVersionsFindOldRows(t *testing.T) {
	old, ring := ringOf(t, 1), ringOf(t, 1, 2)
	indexes := ring.Indexes("identifier", "x")
	if len(indexes) != 2 || !bytes.Equal(indexes[0], ring.Index("identifier", "x")) || !bytes.Equal(indexes[1], old.Index("identifier", "x")) {
		t.Error("Indexes is not the index of each version, newest first")
	}
	mac, ok := ring.MACAt(1, "code", []byte("flow"), []byte("123456"))
	if !ok || !bytes.Equal(mac, old.MAC("code", []byte("flow"), []byte("123456"))) {
		t.Error("MACAt(1) is not what version 1 computed")
	}
	if _, ok := ring.MACAt(3, "code"); ok {
		t.Error("MACAt knows a version that is not in the file")
	}
}

func TestThePartsOfAMACDoNotRunTogether(t *testing.T) {
	ring := ringOf(t, 1)
	rows := [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {"a", "b", "c"}}
	seen := map[string][]string{}
	for _, row := range rows {
		var parts [][]byte
		for _, part := range row {
			parts = append(parts, []byte(part))
		}
		mac := string(ring.MAC("code", parts...))
		if other, ok := seen[mac]; ok {
			t.Errorf("%q and %q have the same MAC", row, other)
		}
		seen[mac] = row
	}
}

func TestARingIsSafeForConcurrentUse(t *testing.T) {
	ring := ringOf(t, 1, 2, 3)
	want := ringOf(t, 1, 2, 3).Index("identifier", "x")
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			if !bytes.Equal(ring.Index("identifier", "x"), want) {
				t.Error("the index changed")
			}
			purpose := fmt.Sprint("p", i%4)
			if got, err := ring.Open(purpose, "a", ring.Seal(purpose, "a", []byte("x"))); err != nil || string(got) != "x" {
				t.Errorf("opened %q, %v", got, err)
			}
		})
	}
	wg.Wait()
}

func TestARingIsNeverPrinted(t *testing.T) {
	ring := ringOf(t, 65, 66) // keys of "AAAA…" and "BBBB…": visible in any form
	ring.Seal("p", "a", nil)
	ring.Index("p", "a")
	type holder struct {
		Exported *Ring
		hidden   *Ring
		value    Ring
	}
	leaks := []string{"AAAA", "4141414141", "65, 65, 65", "65 65 65", "0x41, 0x41", keyText(65)[:8]} // long enough for no address
	for _, value := range []any{ring, *ring, holder{ring, ring, *ring}, []*Ring{ring}} {
		for _, verb := range "vsdxXqcbotTUeEfgGp" {
			for _, flag := range []string{"", "+", "#"} {
				text := fmt.Sprintf("%"+flag+string(verb), value)
				for _, leak := range leaks {
					if strings.Contains(text, leak) {
						t.Errorf("%%%s%c of %T shows a key", flag, verb, value)
					}
				}
			}
		}
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "ring", ring, "holder", holder{ring, ring, *ring})
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "ring", ring, "holder", holder{ring, ring, *ring})
	for _, leak := range leaks {
		if strings.Contains(log.String(), leak) {
			t.Error("the log shows a key")
		}
	}
	for _, got := range []string{ring.String(), fmt.Sprintf("%#v", ring), fmt.Sprintf("%d", ring), ring.LogValue().String()} {
		if got != "keys.Ring(2 versions)" {
			t.Errorf("printed as %q", got)
		}
	}
}
