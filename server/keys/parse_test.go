package keys

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// keyText is the base64 of a key made of one byte.
func keyText(b byte) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{b}, keySize))
}

func TestAWrongFileIsRefusedByLineAndWithoutItsContent(t *testing.T) {
	good := "1 2026-11-22 " + keyText(1) + "\n"
	for _, row := range []struct{ name, text, place string }{
		{"empty", "", "k"},
		{"only comments", "# nothing\n", "k"},
		{"two fields", good + "2 " + keyText(2) + "\n", "k:2"},
		{"four fields", "1 2026-11-22 " + keyText(1) + " x\n", "k:1"},
		{"fields swapped", keyText(1) + " 2026-11-22 1\n", "k:1"},
		{"key for a date", "1 " + keyText(1) + " 2026-11-22\n", "k:1"},
		{"version 0", "0 2026-11-22 " + keyText(1) + "\n", "k:1"},
		{"negative version", "-1 2026-11-22 " + keyText(1) + "\n", "k:1"},
		{"version beyond 31 bits", "2147483648 2026-11-22 " + keyText(1) + "\n", "k:1"},
		{"same version twice", "# c\n" + good + "1 2026-11-22 " + keyText(2) + "\n", "k:3"},
		{"versions that go down", "2 2026-11-22 " + keyText(2) + "\n" + good, "k:2"},
		{"no such day", "1 2026-02-30 " + keyText(1) + "\n", "k:1"},
		{"31 bytes", "1 2026-11-22 " + base64.StdEncoding.EncodeToString(make([]byte, 31)) + "\n", "k:1"},
		{"33 bytes", "1 2026-11-22 " + base64.StdEncoding.EncodeToString(make([]byte, 33)) + "\n", "k:1"},
		{"no padding", "1 2026-11-22 " + strings.TrimRight(keyText(1), "=") + "\n", "k:1"},
		{"other alphabet", "1 2026-11-22 " + strings.Repeat("-", 43) + "=\n", "k:1"},
		{"all zeros", "1 2026-11-22 " + keyText(0) + "\n", "k:1"},
		{"same key twice", good + "2 2026-11-22 " + keyText(1) + "\n", "k:2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := parse("k", row.text)
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.HasPrefix(err.Error(), row.place+": ") {
				t.Errorf("the error does not point at %s: %v", row.place, err)
			}
			for _, field := range strings.Fields(row.text) {
				if len(field) > 10 && strings.Contains(err.Error(), field) {
					t.Error("the error repeats the content")
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("# c\n1 2026-11-22 " + keyText(1) + "\n2 2026-11-23 " + keyText(2))
	f.Add("1 2026-11-22 x\n")
	f.Add("\r\n\t 9 9 9")
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parse("k", text)
		if err != nil {
			for _, field := range strings.Fields(text) {
				if len(field) > 15 && strings.Contains(err.Error(), field) {
					t.Errorf("the error repeats the content: %v", err)
				}
			}
			return
		}
		// What was read, written again, is the same ring.
		var again strings.Builder
		for _, v := range slices.Backward(parsed.versions) {
			again.WriteString(v.line())
		}
		reparsed, err := parse("k", again.String())
		if err != nil {
			t.Fatal(err)
		}
		ring, other := newRing(parsed), newRing(reparsed)
		if !slices.Equal(ring.Versions(), other.Versions()) {
			t.Errorf("versions %v, then %v", ring.Versions(), other.Versions())
		}
		if !slices.EqualFunc(ring.Indexes("p", "v"), other.Indexes("p", "v"), bytes.Equal) {
			t.Error("the keys changed")
		}
	})
}
