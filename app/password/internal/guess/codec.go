package guess

import (
	"errors"
	"math/bits"
)

// ErrFormat is returned by Parse for bytes that are not a whole, sound set.
var ErrFormat = errors.New("guess: not a word set, or a damaged one")

// The binary form: magic, entries (4 bytes), the two sections, checksum (4
// bytes, FNV-1a of all before). A section is its number of hashes (4 bytes),
// the Rice parameter (1 byte), the number of bytes that follow (4 bytes) and
// the Rice-coded differences of the sorted hashes, the last byte padded with 0.
const magic = "mcw1"

// Encode returns the binary form of the set. Equal sets give equal bytes.
func (s *Set) Encode() []byte {
	b := append([]byte(magic), be32(s.entries)...)
	for _, hashes := range [][]uint32{s.frequent.hashes, s.known.hashes} {
		k := riceParameter(len(hashes))
		body := encodeDeltas(hashes, k)
		b = append(b, be32(len(hashes))...)
		b = append(b, byte(k))
		b = append(b, be32(len(body))...)
		b = append(b, body...)
	}
	return append(b, be32(int(checksum(b)))...)
}

// Parse reads the binary form. It returns ErrFormat for anything else.
func Parse(b []byte) (*Set, error) {
	end := len(b) - 4
	if end < len(magic) || string(b[:len(magic)]) != magic || u32(b[end:]) != checksum(b[:end]) {
		return nil, ErrFormat
	}
	b = b[len(magic):end]
	if len(b) < 4 {
		return nil, ErrFormat
	}
	s := &Set{entries: int(u32(b))}
	b = b[4:]
	for _, section := range []*section{&s.frequent, &s.known} {
		if len(b) < 9 {
			return nil, ErrFormat
		}
		n, k, size := u32(b), uint(b[4]), u32(b[5:])
		b = b[9:]
		// A difference takes one bit or more: n is bounded before memory is asked for.
		if uint64(size) > uint64(len(b)) || uint64(n) > 8*uint64(size) || k > 31 {
			return nil, ErrFormat
		}
		hashes, ok := decodeDeltas(b[:size], int(n), k)
		if !ok {
			return nil, ErrFormat
		}
		*section = newSection(hashes)
		b = b[size:]
	}
	if len(b) != 0 {
		return nil, ErrFormat
	}
	return s, nil
}

// riceParameter is the logarithm of the mean difference of n spread hashes.
func riceParameter(n int) uint {
	return uint(max(0, 31-bits.Len32(uint32(n))))
}

func encodeDeltas(hashes []uint32, k uint) []byte {
	var w bitWriter
	last := int64(-1)
	for _, h := range hashes {
		delta := uint64(int64(h) - last - 1)
		last = int64(h)
		for range delta >> k {
			w.write(1)
		}
		w.write(0)
		for i := k; i > 0; i-- {
			w.write(byte(delta>>(i-1)) & 1)
		}
	}
	return w.b
}

// decodeDeltas reports false when the bits run out, a hash leaves its 32 bits,
// or a whole byte is left over.
func decodeDeltas(b []byte, n int, k uint) ([]uint32, bool) {
	r := bitReader{b: b}
	hashes := make([]uint32, n)
	last := int64(-1)
	for i := range hashes {
		var delta uint64
		for r.read() == 1 {
			delta++
		}
		for range k {
			delta = delta<<1 | uint64(r.read())
		}
		last += int64(delta) + 1
		if r.pos > 8*len(b) || last > 1<<32-1 {
			return nil, false
		}
		hashes[i] = uint32(last)
	}
	return hashes, (r.pos+7)/8 == len(b)
}

type bitWriter struct {
	b    []byte
	used int
}

func (w *bitWriter) write(bit byte) {
	if w.used%8 == 0 {
		w.b = append(w.b, 0)
	}
	w.b[len(w.b)-1] |= bit << (7 - w.used%8)
	w.used++
}

// bitReader gives zeros after the end; pos then says that it went too far.
type bitReader struct {
	b   []byte
	pos int
}

func (r *bitReader) read() byte {
	at := r.pos
	r.pos++
	if at/8 >= len(r.b) {
		return 0
	}
	return r.b[at/8] >> (7 - at%8) & 1
}

func be32(n int) []byte { return []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} }

func u32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func checksum(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
