// Package keys holds the versioned keys that protect personal data at rest. They live in a file outside the database, so that a
// stolen copy of the database alone opens nothing (OWASP ASVS 5.0 V13.3.1, and V11.2.2 for the change of keys).
//
// The last version protects new data, once every instance knows it; every version that is still in the file finds and opens old data.
package keys

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// keySize is the size of a key in bytes: AES-256 and HMAC-SHA-256 both take 32.
const keySize = 32

// Ring is the keys of one file. Build it with Load, Create or Add; it is safe for concurrent use. It learns the versions that are added
// to its file (Reload) and which one to protect new data with (Use); Snapshot gives one that stays as it is.
type Ring struct{ held *held }

// held is what the copies of a Ring share.
type held struct {
	now  atomic.Pointer[state]
	path string // "" = never read again

	mu   sync.Mutex  // of reading the file again
	read fs.FileInfo // of the file when it was read
}

// state is what a ring knows at a moment. It never changes.
type state struct {
	versions []*version // newest first, never empty
	current  *version   // one of them: protects new data
	sealed   bool       // see Ring.PasswordsSealed
	bound    bool       // see Ring.LinksBound
}

func newRing(s *state) *Ring {
	r := &Ring{&held{}}
	r.held.now.Store(s)
	return r
}

// version is one key and what was derived from it.
type version struct {
	number int
	date   time.Time
	// A pointer inside what Ring points to: fmt calls no method on a hidden field, and follows one pointer for a verb it does not know.
	key *[keySize]byte

	macs  sync.Map // subkeyName -> []byte
	aeads sync.Map // purpose string -> cipher.AEAD
}

// subkeyName tells the subkeys of one version apart.
type subkeyName struct{ use, purpose string }

// The uses of a subkey. None contains "/", so that use and purpose cannot run into each other in the HKDF info.
const (
	useIndex = "index"
	useMAC   = "mac"
	useSeal  = "seal"
)

func (r *Ring) state() *state { return r.held.now.Load() }

// Current returns the version that protects new data.
func (r *Ring) Current() int { return r.state().current.number }

// Newest returns the last version of the file: the current one, or the one that will be.
func (r *Ring) Newest() int { return r.state().versions[0].number }

// Versions returns all the versions, newest first.
func (r *Ring) Versions() []int {
	var numbers []int
	for _, v := range r.state().versions {
		numbers = append(numbers, v.number)
	}
	return numbers
}

// Snapshot returns a ring of the same keys that learns nothing. What belongs together in a row, an index and the value that it is of,
// is computed with one snapshot, so that a change of keys in between does not part them.
func (r *Ring) Snapshot() *Ring { return newRing(r.state()) }

// At returns a snapshot that protects new data with that version, and false when the file does not have it.
func (r *Ring) At(number int) (*Ring, bool) {
	v := r.find(number)
	if v == nil {
		return nil, false
	}
	return newRing(&state{r.state().versions, v, r.state().sealed, r.state().bound}), true
}

// Only returns a snapshot that knows that version and no other, and false when the file does not have it.
func (r *Ring) Only(number int) (*Ring, bool) {
	v := r.find(number)
	if v == nil {
		return nil, false
	}
	return newRing(&state{[]*version{v}, v, r.state().sealed, r.state().bound}), true
}

// PasswordsSealed tells whether the file says that every password hash is sealed: see Carried.
func (r *Ring) PasswordsSealed() bool { return r.state().sealed }

// LinksBound tells whether the file says that every link is bound to its account: see Carried.
func (r *Ring) LinksBound() bool { return r.state().bound }

// Index returns the HMAC-SHA-256 (32 bytes) of value under the current version's subkey for the purpose: equal values have equal
// indexes, so that a row is found without storing the value.
//
// A purpose is a word of the program ("identifier", "address"), never what a person typed: each one is cached for ever. Callers
// refuse the empty value first; its index is computed like any other, and would bring together all who left a field empty.
func (r *Ring) Index(purpose, value string) []byte {
	return r.state().current.index(purpose, value)
}

// Indexes returns the index of value under each version, to look up rows wherever a change of keys has come to: the current version
// first, then the others, newest first.
func (r *Ring) Indexes(purpose, value string) [][]byte {
	s := r.state()
	indexes := [][]byte{s.current.index(purpose, value)}
	for _, v := range s.versions {
		if v != s.current {
			indexes = append(indexes, v.index(purpose, value))
		}
	}
	return indexes
}

// Knows tells whether the file has that version.
func (r *Ring) Knows(number int) bool { return r.find(number) != nil }

// Mark returns what tells the key of a version from any other key of that number (32 bytes), and false when the file does not have
// this version. It says nothing about the key.
func (r *Ring) Mark(number int) ([]byte, bool) {
	v := r.find(number)
	if v == nil {
		return nil, false
	}
	return v.index("mark", ""), true
}

// MAC returns the HMAC-SHA-256 (32 bytes) of the parts under the current version's subkey for the purpose. Each part is preceded by
// its length, so that ("ab", "c") and ("a", "bc") differ: a code is bound to its flow and to nothing else.
func (r *Ring) MAC(purpose string, parts ...[]byte) []byte {
	return r.state().current.mac(purpose, parts)
}

// MACAt is MAC under one version, and false when the file does not have this version. A stored MAC keeps its version beside it, so
// that a change of keys does not end the codes that are on their way.
func (r *Ring) MACAt(number int, purpose string, parts ...[]byte) ([]byte, bool) {
	v := r.find(number)
	if v == nil {
		return nil, false
	}
	return v.mac(purpose, parts), true
}

// find returns the version, nil when there is none, not even in the file as it is now: another instance may have got it first.
func (r *Ring) find(number int) *version {
	if v := r.state().find(number); v != nil {
		return v
	}
	r.Reload() // a file that cannot be read is told to whoever asks for it at its time
	return r.state().find(number)
}

func (s *state) find(number int) *version {
	for _, v := range s.versions {
		if v.number == number {
			return v
		}
	}
	return nil
}

func (v *version) index(purpose, value string) []byte {
	h := hmac.New(sha256.New, v.macKey(useIndex, purpose))
	io.WriteString(h, value) // a hash never returns an error
	return h.Sum(nil)
}

func (v *version) mac(purpose string, parts [][]byte) []byte {
	h := hmac.New(sha256.New, v.macKey(useMAC, purpose))
	for _, part := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write(part)
	}
	return h.Sum(nil)
}

func (v *version) macKey(use, purpose string) []byte {
	name := subkeyName{use, purpose}
	if key, ok := v.macs.Load(name); ok {
		return key.([]byte)
	}
	key, _ := v.macs.LoadOrStore(name, v.subkey(use, purpose))
	return key.([]byte)
}

func (v *version) aead(purpose string) cipher.AEAD {
	if aead, ok := v.aeads.Load(purpose); ok {
		return aead.(cipher.AEAD)
	}
	aead, _ := v.aeads.LoadOrStore(purpose, newAEAD(v.subkey(useSeal, purpose)))
	return aead.(cipher.AEAD)
}

// subkey derives the key of one use and purpose (HKDF-SHA-256, RFC 5869): what one part of the program computes is worthless in
// another. No salt: the key is already 32 uniformly random bytes (RFC 5869 §3.1).
func (v *version) subkey(use, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, v.key[:], nil, "moncompte/"+use+"/"+purpose, keySize)
	if err != nil {
		panic(err) // only for a length beyond 255 hashes
	}
	return key
}

// String says how many versions there are, and nothing about the keys.
func (r *Ring) String() string { return fmt.Sprintf("keys.Ring(%d versions)", len(r.state().versions)) }

// GoString is String, for %#v.
func (r *Ring) GoString() string { return r.String() }

// Format is String for every verb, also those that would walk through the fields.
func (r *Ring) Format(f fmt.State, _ rune) { io.WriteString(f, r.String()) }

// LogValue is String, for slog.
func (r *Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }
