package keys

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const fileHeader = `# Keys of Mon Compte: VERSION DATE KEY. The last one protects new data, all of them open old data.
# Keep a copy apart from the copies of the database: without this file the personal data in it is lost.
`

// Load reads the keys file. It refuses a file that group or others can read. Errors name the path and the line and never a key; when
// there is no file the error is fs.ErrNotExist.
func Load(path string) (*Ring, error) {
	text, _, err := read(path)
	if err != nil {
		return nil, err
	}
	return parse(path, text)
}

// Create writes a new keys file with one version, mode 0600, and returns once it is on the disk. A file that exists stays as it is:
// the error is fs.ErrExist. A nil random is crypto/rand.Reader.
func Create(path string, random io.Reader, now time.Time) (*Ring, error) {
	v, err := newVersion(1, random, now)
	if err != nil {
		return nil, err
	}
	text := fileHeader + v.line()
	ring, err := parse(path, text)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(writeNew(path, text), syncDir(path)); err != nil {
		return nil, err
	}
	return ring, nil
}

// Add appends a version to the keys file and returns the new ring; comments and versions that were there stay. A crash leaves the
// old file or the new one, whole. Instances that run go on with the ring they loaded: start them again before the new version is
// used anywhere else. A nil random is crypto/rand.Reader.
func Add(path string, random io.Reader, now time.Time) (*Ring, error) {
	// The file itself is replaced, not a link to it.
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	// Reserved before the old file is read: of two rotations at once the second is refused, and no version is lost.
	beside := path + ".new"
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("keys: another rotation is under way, or one was cut short: then remove the file: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	ring, err := addInto(f, path, random, now)
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(beside))
	}
	if err := syncDir(path); err != nil {
		return nil, err
	}
	return ring, nil
}

// addInto writes into f, and closes it, the content of the file at path and one more version.
func addInto(f *os.File, path string, random io.Reader, now time.Time) (ring *Ring, err error) {
	defer func() { err = errors.Join(err, f.Close()) }()
	text, info, err := read(path)
	if err != nil {
		return nil, err
	}
	old, err := parse(path, text)
	if err != nil {
		return nil, err
	}
	if old.Current() == math.MaxInt32 {
		return nil, fmt.Errorf("keys: %s: no version after %d", path, old.Current())
	}
	v, err := newVersion(old.Current()+1, random, now)
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	text += v.line()
	if ring, err = parse(path, text); err != nil {
		return nil, err
	}
	// An administrator rotates as root; the server must still be able to read its file.
	if err := keepOwner(f, info); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return ring, writeAndSync(f, text)
}

func newVersion(number int, random io.Reader, now time.Time) (*version, error) {
	if random == nil {
		random = rand.Reader
	}
	v := &version{number: number, date: now.UTC(), key: new([keySize]byte)}
	if _, err := io.ReadFull(random, v.key[:]); err != nil {
		return nil, fmt.Errorf("keys: no randomness: %w", err)
	}
	return v, nil
}

func read(path string) (string, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, fmt.Errorf("keys: %w", err)
	}
	defer f.Close()
	info, err := f.Stat() // of the open file: the one that is checked is the one that is read
	if err != nil {
		return "", nil, fmt.Errorf("keys: %w", err)
	}
	// A key that others can read protects nothing. Windows has no such bits: os makes them up.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", nil, fmt.Errorf("keys: %s has mode %04o, others can read or change it: run chmod 600 on it", path, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return "", nil, fmt.Errorf("keys: %w", err)
	}
	if len(text) > maxFileSize {
		return "", nil, fmt.Errorf("keys: %s is over %d bytes, not a keys file", path, maxFileSize)
	}
	return string(text), info, nil
}

// writeNew writes a file that must not exist yet, and removes it when that fails half-way.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := errors.Join(writeAndSync(f, text), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// writeAndSync returns once the text is on the disk: data is sealed under the new key as soon as the caller has it.
func writeAndSync(f *os.File, text string) error {
	if _, err := io.WriteString(f, text); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// syncDir makes the name of the file durable.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // a directory cannot be synced there
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}
