package keys

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"moncompte/server/keys/keyfile"
)

const fileHeader = `# Keys of Mon Compte: VERSION DATE KEY. The last one protects new data, all of them open old data.
# Keep a copy apart from the copies of the database: without this file the personal data in it is lost.
`

// What the file says of the database is a comment to the releases that did not know it.
const (
	sealedLine = "#! every password hash is sealed"
	boundLine  = "#! every link is bound to its account"
)

// Load reads the keys file. It refuses a file that group or others can read. Errors name the path and the line and never a key; when
// there is no file the error is fs.ErrNotExist.
func Load(path string) (*Ring, error) {
	r := &Ring{&held{path: path}}
	if _, err := r.Reload(); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload reads the file again when it has changed, and tells whether the ring did. New versions are known from then on and protect
// nothing before Use; those that are gone are forgotten. A file that cannot be read, lacks the current version without having a newer
// one, or has another key for a version that was used leaves the ring as it is: keys are not lost by a mistake in copying a file.
func (r *Ring) Reload() (changed bool, err error) {
	h := r.held
	if h.path == "" {
		return false, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	info, err := os.Stat(h.path)
	if err != nil {
		return false, fmt.Errorf("keys: %w", err)
	}
	if h.read != nil && os.SameFile(info, h.read) && info.ModTime().Equal(h.read.ModTime()) && info.Size() == h.read.Size() {
		return false, nil
	}
	// What is kept of the file is older than what is read: a change in between is seen the next time.
	text, err := keyfile.Read(h.path)
	if err != nil {
		return false, fmt.Errorf("keys: %w", err)
	}
	next, err := parse(h.path, string(text))
	if err == nil {
		err = next.follow(h.now.Load())
	}
	if err != nil {
		return false, fmt.Errorf("keys: %w", err)
	}
	h.now.Store(next)
	h.read = info
	return true, nil
}

// follow takes over from the state before, nil when there is none, what both know.
func (s *state) follow(before *state) error {
	if before == nil {
		return nil
	}
	for i, v := range s.versions {
		if known := before.find(v.number); known != nil {
			switch {
			case *known.key == *v.key:
				s.versions[i] = known
			case v.number <= before.current.number:
				return fmt.Errorf("the file has another key for version %d than before", v.number)
			}
		}
	}
	s.current = s.find(before.current.number)
	if s.current == nil {
		if s.current = s.versions[0]; s.current.number < before.current.number {
			return fmt.Errorf("the file lacks version %d, which protects new data", before.current.number)
		}
	}
	return nil
}

// Use protects new data with that version from now on. It returns false when the file does not have it.
func (r *Ring) Use(number int) bool {
	if r.find(number) == nil {
		return false
	}
	r.held.mu.Lock()
	defer r.held.mu.Unlock()
	s := r.state()
	v := s.find(number)
	if v != nil && v != s.current {
		r.held.now.Store(&state{s.versions, v, s.sealed, s.bound})
	}
	return v != nil
}

// Create writes a new keys file with one version, mode 0600, and returns once it is on the disk. A file that exists stays as it is:
// the error is fs.ErrExist. A nil random is crypto/rand.Reader.
func Create(path string, random io.Reader, now time.Time) (*Ring, error) {
	v, err := newVersion(1, random, now)
	if err == nil {
		err = keyfile.Create(path, []byte(fileHeader+sealedLine+"\n"+boundLine+"\n"+v.line()))
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return Load(path)
}

// Add appends a version to the keys file and returns a ring that protects new data with it; comments and versions that were there stay. A
// crash leaves the old file or the new one, whole. Rings that were loaded before learn it by Reload. A nil random is crypto/rand.Reader.
func Add(path string, random io.Reader, now time.Time) (*Ring, error) {
	var added int
	err := keyfile.Replace(path, func(content []byte) ([]byte, error) {
		text := string(content)
		old, err := parse(path, text)
		if err != nil {
			return nil, err
		}
		newest := old.versions[0].number
		if newest == math.MaxInt32 {
			return nil, errors.New("there is no version after the last")
		}
		added = newest + 1
		v, err := newVersion(added, random, now)
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		text += v.line()
		_, err = parse(path, text)
		return []byte(text), err
	})
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	ring, err := Load(path)
	if err == nil {
		ring.Use(added) // another rotation may have added a newer one meanwhile
	}
	return ring, err
}

// Keep removes every version but that one from the keys file; comments stay. Whatever the others protect is lost.
func Keep(path string, number int) error {
	err := keyfile.Replace(path, func(content []byte) ([]byte, error) {
		var kept strings.Builder
		for line := range strings.Lines(string(content)) {
			if v, err := parseVersion(strings.TrimSpace(line)); err != nil || v.number == number {
				kept.WriteString(line)
			}
		}
		_, err := parse(path, kept.String())
		return []byte(kept.String()), err
	})
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// Carried makes the keys file say that a change of keys has carried over what earlier releases left: every password hash is sealed, and every
// link bound to its account. From then on one that is not is nobody's. A new file says it from the start. It is in this file because whoever
// writes to the database alone must not be able to take it back.
func Carried(path string) error {
	err := keyfile.Replace(path, func(content []byte) ([]byte, error) {
		s, err := parse(path, string(content))
		if err != nil {
			return content, err
		}
		if !s.bound {
			content = append([]byte(boundLine+"\n"), content...)
		}
		if !s.sealed {
			content = append([]byte(sealedLine+"\n"), content...)
		}
		return content, nil
	})
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

func newVersion(number int, random io.Reader, now time.Time) (*version, error) {
	if random == nil {
		random = rand.Reader
	}
	v := &version{number: number, date: now.UTC(), key: new([keySize]byte)}
	if _, err := io.ReadFull(random, v.key[:]); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	return v, nil
}
