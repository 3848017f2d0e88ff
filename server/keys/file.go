package keys

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"moncompte/server/keys/keyfile"
)

const fileHeader = `# Keys of Mon Compte: VERSION DATE KEY. The last one protects new data, all of them open old data.
# Keep a copy apart from the copies of the database: without this file the personal data in it is lost.
`

// Load reads the keys file. It refuses a file that group or others can read. Errors name the path and the line and never a key; when
// there is no file the error is fs.ErrNotExist.
func Load(path string) (*Ring, error) {
	text, err := keyfile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	ring, err := parse(path, string(text))
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return ring, nil
}

// Create writes a new keys file with one version, mode 0600, and returns once it is on the disk. A file that exists stays as it is:
// the error is fs.ErrExist. A nil random is crypto/rand.Reader.
func Create(path string, random io.Reader, now time.Time) (*Ring, error) {
	v, err := newVersion(1, random, now)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	text := fileHeader + v.line()
	ring, err := parse(path, text)
	if err == nil {
		err = keyfile.Create(path, []byte(text))
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return ring, nil
}

// Add appends a version to the keys file and returns the new ring; comments and versions that were there stay. A crash leaves the
// old file or the new one, whole. Instances that run go on with the ring they loaded: start them again before the new version is
// used anywhere else. A nil random is crypto/rand.Reader.
func Add(path string, random io.Reader, now time.Time) (*Ring, error) {
	var ring *Ring
	err := keyfile.Replace(path, func(content []byte) ([]byte, error) {
		text := string(content)
		old, err := parse(path, text)
		if err != nil {
			return nil, err
		}
		if old.Current() == math.MaxInt32 {
			return nil, errors.New("there is no version after the last")
		}
		v, err := newVersion(old.Current()+1, random, now)
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		text += v.line()
		ring, err = parse(path, text)
		return []byte(text), err
	})
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return ring, nil
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
