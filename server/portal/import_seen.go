package portal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"os"
)

const (
	slotSize      = 16      // 12 bytes of a digest, 4 of a line; line 0 = empty
	slotsTogether = 16      // that are read at once
	slotsFirst    = 1 << 16 // of a table that begins
	slotsInside   = 1 << 20 // more are not kept in memory: 16 MiB
)

// seenLines knows on which line of a file each identifier stood first. It is a table of open addressing, in memory while it is small and
// then in a temporary file, so that ten million rows take no more memory than one million. What is kept are digests under a random
// prefix that never leaves memory: the file tells nobody an identifier.
type seenLines struct {
	prefix [32]byte
	slots  uint64 // a power of two
	used   uint64
	inside uint64 // slots beyond which the table is a file
	on     slotStore
}

type slotStore interface {
	io.ReaderAt
	io.WriterAt
	Close() error
}

func newSeenLines(slots, inside uint64) *seenLines {
	s := &seenLines{slots: slots, inside: inside, on: make(slotsInMemory, slots*slotSize)}
	rand.Read(s.prefix[:])
	return s
}

func (s *seenLines) close() { s.on.Close() }

// first returns the line on which the identifier stood before, 0 for none: then that is this line from now on.
func (s *seenLines) first(identifier string, line int) (int, error) {
	sum := sha256.Sum256(append(s.prefix[:len(s.prefix):len(s.prefix)], identifier...))
	var slot [slotSize]byte
	copy(slot[:12], sum[:])
	binary.BigEndian.PutUint32(slot[12:], uint32(line))
	before, err := s.put(s.on, s.slots, slot)
	if before != 0 || err != nil {
		return int(before), err
	}
	if s.used++; s.used > s.slots/4*3 {
		return 0, s.grow()
	}
	return 0, nil
}

// put keeps the slot at the first free place from its own on, or returns the line under which its digest is kept already.
func (s *seenLines) put(on slotStore, slots uint64, slot [slotSize]byte) (before uint32, err error) {
	at := binary.BigEndian.Uint64(slot[:]) % slots
	var some [slotsTogether * slotSize]byte
	for {
		n := min(slotsTogether, slots-at)
		if _, err := on.ReadAt(some[:n*slotSize], int64(at*slotSize)); err != nil {
			return 0, err
		}
		for i := range n {
			here := some[i*slotSize:][:slotSize]
			switch line := binary.BigEndian.Uint32(here[12:]); {
			case line == 0:
				_, err := on.WriteAt(slot[:], int64((at+i)*slotSize))
				return 0, err
			case string(here[:12]) == string(slot[:12]):
				return line, nil
			}
		}
		at = (at + n) % slots
	}
}

func (s *seenLines) grow() error {
	slots := 4 * s.slots
	next, err := s.room(slots)
	if err != nil {
		return err
	}
	some := make([]byte, min(64<<10, s.slots*slotSize))
	for at := int64(0); at < int64(s.slots*slotSize); at += int64(len(some)) {
		if _, err := s.on.ReadAt(some, at); err != nil {
			next.Close()
			return err
		}
		for i := 0; i < len(some); i += slotSize {
			slot := [slotSize]byte(some[i:])
			if binary.BigEndian.Uint32(slot[12:]) == 0 {
				continue
			}
			if _, err := s.put(next, slots, slot); err != nil {
				next.Close()
				return err
			}
		}
	}
	s.on.Close()
	s.on, s.slots = next, slots
	return nil
}

// room is for so many slots, all empty. Where no file can be made, such as in an image without a /tmp, it is memory as well.
func (s *seenLines) room(slots uint64) (slotStore, error) {
	if slots > s.inside {
		file, err := os.CreateTemp("", "moncompte-import-")
		if err == nil {
			os.Remove(file.Name()) // it goes with the program, however that ends; not on Windows
			return slotsInFile{file}, slotsInFile{file}.clear(slots)
		}
	}
	return make(slotsInMemory, slots*slotSize), nil
}

type slotsInMemory []byte

func (m slotsInMemory) ReadAt(b []byte, at int64) (int, error)  { return copy(b, m[at:]), nil }
func (m slotsInMemory) WriteAt(b []byte, at int64) (int, error) { return copy(m[at:], b), nil }
func (m slotsInMemory) Close() error                            { return nil }

type slotsInFile struct{ *os.File }

// clear writes a page at a time, so that Linux caches single pages: where it cached more together, as it does for what it reads ahead,
// each slot that is written takes ten times as long (6.18, ext4).
func (f slotsInFile) clear(slots uint64) error {
	var page [4096]byte
	for left := slots * slotSize; left > 0; {
		n, err := f.Write(page[:min(left, uint64(len(page)))])
		if err != nil {
			return err
		}
		left -= uint64(n)
	}
	return nil
}

func (f slotsInFile) Close() error {
	err := f.File.Close()
	os.Remove(f.Name()) // of Windows, where it was still there
	return err
}
