package notify

import (
	"bytes"
	"strings"
	"testing"

	"github.com/linxGnu/gosmpp/data"
)

func TestTheGSMAlphabetIsTheOneOfTheLibrary(t *testing.T) {
	for _, r := range gsmBasic + gsmExtension {
		octets, err := data.GSM7BIT.Encode(string(r))
		if err != nil || len(octets) != gsmWidth(r) {
			t.Errorf("%q: %d octets, %v, want %d", r, len(octets), err, gsmWidth(r))
		}
	}
	if n := len([]rune(gsmBasic)); n != 127 { // 128 places, less the escape
		t.Errorf("%d characters", n)
	}
	for _, r := range "çêôûîâëïœ’«»`\u00a0\t😀" {
		if gsmWidth(r) != 0 {
			t.Errorf("%q has no place in the alphabet", r)
		}
	}
}

func TestSegmentsHaveTheLengthsOfTheStandard(t *testing.T) {
	rows := []struct {
		name, text string
		coding     byte
		parts      []int // octets of each
	}{
		{"empty", "", 0, []int{0}},
		{"160 letters", strings.Repeat("a", 160), 0, []int{160}},
		{"161 letters", strings.Repeat("a", 161), 0, []int{153, 8}},
		{"80 euros", strings.Repeat("€", 80), 0, []int{160}},
		{"an escape sequence is not parted", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 20), 0, []int{152, 22}},
		{"70 in UCS-2", strings.Repeat("ê", 70), 8, []int{140}},
		{"71 in UCS-2", strings.Repeat("ê", 71), 8, []int{134, 8}},
		{"a surrogate pair is not parted", strings.Repeat("ê", 66) + "😀" + strings.Repeat("ê", 9), 8, []int{132, 22}},
	}
	for _, r := range rows {
		body := encodeSMS(r.text, alphabetGSM)
		if body.encoding.DataCoding() != r.coding {
			t.Errorf("%s: data_coding %d", r.name, body.encoding.DataCoding())
		}
		var sizes []int
		back := ""
		for _, part := range body.parts {
			sizes = append(sizes, len(part))
			text, err := body.encoding.Decode(part)
			if err != nil {
				t.Errorf("%s: %v", r.name, err)
			}
			back += text
		}
		if len(sizes) != len(r.parts) || sizes[0] != r.parts[0] || sizes[len(sizes)-1] != r.parts[len(r.parts)-1] {
			t.Errorf("%s: %v octets, want %v", r.name, sizes, r.parts)
		}
		if back != r.text {
			t.Errorf("%s: came back as %q", r.name, back)
		}
	}
}

func FuzzEncodeSMSLosesNothing(f *testing.F) {
	f.Add("Votre code : 123456 € [ok]")
	f.Add(strings.Repeat("😀é", 90))
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		body := encodeSMS(text, alphabetGSM)
		back := ""
		for _, part := range body.parts {
			if limit := 160 - 20*int(body.encoding.DataCoding()/8); len(part) > limit {
				t.Fatalf("a segment of %d octets", len(part))
			}
			s, err := body.encoding.Decode(part)
			if err != nil {
				t.Fatal(err)
			}
			back += s
		}
		if back != text {
			t.Fatalf("%q came back as %q", text, back)
		}
	})
}

func TestSeptetsArePackedAsOnTheAir(t *testing.T) {
	// The vector of 3GPP TS 23.038's readers everywhere, and the same after a header.
	if got := encodeSMS("hellohello", alphabetPacked).parts[0]; !bytes.Equal(got, []byte{0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37}) {
		t.Errorf("%X", got)
	}
	if got := packSeptets([]byte("hello"), 1); !bytes.Equal(got, []byte{0xD0, 0x65, 0x36, 0xFB, 0x0D}) {
		t.Errorf("after a header: %X", got)
	}
	// 7 septets leave seven bits free, which must not read as an @.
	if got, _ := data.GSM7BITPACKED.Decode(encodeSMS("1234567", alphabetPacked).parts[0]); got != "1234567\r" {
		t.Errorf("%q", got)
	}
	long := encodeSMS(strings.Repeat("é€", 90), alphabetPacked)
	if len(long.parts) != 2 || len(long.parts[0]) != 134 {
		t.Errorf("%d parts, the first of %d octets", len(long.parts), len(long.parts[0]))
	}
	if alone := encodeSMS(strings.Repeat("a", 160), alphabetPacked); len(alone.parts) != 1 || len(alone.parts[0]) != 140 {
		t.Errorf("160 septets in %d octets", len(alone.parts[0]))
	}
}

func TestLatin1KeepsItsAccentsAndSignsAndCountsSeptets(t *testing.T) {
	body := encodeSMS("à @ é_$", alphabetLatin1)
	if want := []byte("\xe0 @ \xe9_$"); body.encoding.DataCoding() != 0 || !bytes.Equal(body.parts[0], want) {
		t.Errorf("%X", body.parts[0])
	}
	// What the alphabet lacks, or the air, goes in UCS-2.
	for _, text := range []string{"5 €", "Ω", "ê"} {
		if body := encodeSMS(text, alphabetLatin1); body.encoding.DataCoding() != 8 {
			t.Errorf("%q in data_coding %d", text, body.encoding.DataCoding())
		}
	}
	if body := encodeSMS(strings.Repeat("[", 81), alphabetLatin1); len(body.parts) != 2 {
		t.Errorf("81 brackets are 162 septets, and %d parts", len(body.parts))
	}
}
