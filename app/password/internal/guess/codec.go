package guess

import (
	"encoding/binary"
	"errors"
)

// ErrFormat is returned by Parse for bytes that are not a whole, sound set.
var ErrFormat = errors.New("guess: not a word set, or a damaged one")

// The binary form: magic, entries, the two sections, checksum (4 bytes, FNV-1a of all before). A section is its number of
// hashes and, for each in order, how many numbers lie between it and the one before. Numbers are varints: brotli, which every
// browser gets them through, brings them within a hundredth of what a denser code takes.
const magic = "mcw2"

// Encode returns the binary form of the set. Equal sets give equal bytes.
func (s *Set) Encode() []byte {
	b := binary.AppendUvarint([]byte(magic), uint64(s.entries))
	for _, hashes := range [][]uint32{s.frequent.hashes, s.known.hashes} {
		b = binary.AppendUvarint(b, uint64(len(hashes)))
		var next uint64
		for _, h := range hashes {
			b = binary.AppendUvarint(b, uint64(h)-next)
			next = uint64(h) + 1
		}
	}
	return binary.BigEndian.AppendUint32(b, checksum(b))
}

// Parse reads the binary form. It returns ErrFormat for anything else.
func Parse(b []byte) (*Set, error) {
	end := len(b) - 4
	if end < len(magic) || string(b[:len(magic)]) != magic || binary.BigEndian.Uint32(b[end:]) != checksum(b[:end]) {
		return nil, ErrFormat
	}
	rest, sound := b[len(magic):end], true
	number := func(most uint64) uint64 {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > most {
			rest, sound = nil, false
			return 0
		}
		rest = rest[size:]
		return n
	}
	s := &Set{entries: int(number(1<<31 - 1))}
	for _, section := range []*section{&s.frequent, &s.known} {
		hashes := make([]uint32, number(uint64(len(rest)))) // each takes a byte or more, so a damaged number asks for little memory
		var next uint64
		for i := range hashes {
			h := next + number(1<<32-1)
			sound = sound && h < 1<<32
			hashes[i], next = uint32(h), h+1
		}
		*section = newSection(hashes)
	}
	if !sound || len(rest) > 0 {
		return nil, ErrFormat
	}
	return s, nil
}

func checksum(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
