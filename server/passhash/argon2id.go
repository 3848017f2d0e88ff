package passhash

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
)

// Params are the costs of a new hash. A zero field is that of DefaultParams.
type Params struct {
	MemoryKiB uint32 // memory in KiB, rounded down by the algorithm to a multiple of 4 × Threads
	Time      uint32 // passes over the memory
	Threads   uint8  // lanes, each a goroutine of its own
}

// DefaultParams is 19 MiB in two passes: the OWASP Password Storage Cheat Sheet, and OWASP ASVS 5.0 Appendix C.
var DefaultParams = Params{MemoryKiB: 19 * 1024, Time: 2, Threads: 1}

// Bounds on argon2id. maxWork is memory × passes: 1 GiB is about a second of one core.
const (
	maxMemoryKiB = 256 * 1024
	maxTime      = 16
	maxThreads   = 4
	maxWork      = 1024 * 1024
)

// What New makes, in bytes: 128 bits of salt and 256 of key (RFC 9106 §4).
const (
	newSaltLen = 16
	newKeyLen  = 32
)

// Check returns ErrCost when a hash with these costs would not be accepted by Parse: for settings, at the start.
func (p Params) Check() error {
	p = p.orDefault()
	// RFC 9106 §3.1: at least 8 KiB a lane.
	if p.MemoryKiB < 8*uint32(p.Threads) || p.MemoryKiB > maxMemoryKiB || p.Time > maxTime || p.Threads > maxThreads ||
		p.work() > maxWork {
		return ErrCost
	}
	return nil
}

// work is memory × passes, in KiB.
func (p Params) work() uint64 { return uint64(p.MemoryKiB) * uint64(p.Time) }

func (p Params) orDefault() Params {
	p.MemoryKiB = cmp.Or(p.MemoryKiB, DefaultParams.MemoryKiB)
	p.Time = cmp.Or(p.Time, DefaultParams.Time)
	p.Threads = cmp.Or(p.Threads, DefaultParams.Threads)
	return p
}

// New returns the argon2id hash of a password (RFC 9106), in its Normal form, as a PHC string that Parse accepts. A nil random is crypto/rand.Reader. It
// costs what Verify costs: call it in a Pool. Errors are ErrCost, an empty password, and a random that fails.
func New(password string, p Params, random io.Reader) (string, error) {
	// An account whose password is empty would open for an empty field.
	if password == "" {
		return "", errors.New("passhash: empty password")
	}
	p = p.orDefault()
	if err := p.Check(); err != nil {
		return "", err
	}
	if random == nil {
		random = rand.Reader
	}
	salt := make([]byte, newSaltLen)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("passhash: no randomness: %w", err)
	}
	key := argon2idKey([]byte(Normal(password)), salt, p, newKeyLen)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$%s$%s$%s", argon2.Version, p, encode(salt), encode(key)), nil
}

// String is the costs as a PHC string has them.
func (p Params) String() string { return fmt.Sprintf("m=%d,t=%d,p=%d", p.MemoryKiB, p.Time, p.Threads) }

type argon2id struct {
	params    Params // no zero field, checked
	salt, key []byte
}

func parseArgon2id(fields []string) (*argon2id, error) {
	// Without "v=19" it would be version 16, which has another result and is not made any more.
	if len(fields) != 4 || fields[0] != fmt.Sprintf("v=%d", argon2.Version) {
		return nil, ErrFormat
	}
	p, err := parseParams(fields[1])
	if err != nil {
		return nil, err
	}
	salt, key, err := saltAndKey(base64.RawStdEncoding, fields[2], fields[3])
	if err != nil {
		return nil, err
	}
	return &argon2id{p, salt, key}, nil
}

func parseParams(text string) (Params, error) {
	n, ok := costs(text, "m", "t", "p")
	if !ok {
		return Params{}, ErrFormat
	}
	// Bounded before they are narrowed; and a written zero is a wrong cost, not the default.
	if n[0] < 1 || n[0] > maxMemoryKiB || n[1] < 1 || n[1] > maxTime || n[2] < 1 || n[2] > maxThreads {
		return Params{}, ErrCost
	}
	p := Params{MemoryKiB: uint32(n[0]), Time: uint32(n[1]), Threads: uint8(n[2])}
	return p, p.Check()
}

func decoyArgon2id(costs string) (*argon2id, error) {
	p, err := parseParams(costs)
	if err != nil {
		return nil, err
	}
	return &argon2id{p, randomBytes(newSaltLen), randomBytes(newKeyLen)}, nil
}

func (a *argon2id) scheme() string { return "argon2id " + a.params.String() }

func (a *argon2id) verify(password string) bool {
	p := a.params
	key := argon2idKey([]byte(password), a.salt, p, uint32(len(a.key)))
	return subtle.ConstantTimeCompare(key, a.key) == 1
}

func (a *argon2id) weaker(p Params) bool {
	return a.params.MemoryKiB < p.MemoryKiB || a.params.work() < p.work() ||
		len(a.salt) < newSaltLen || len(a.key) < newKeyLen
}
