package franceconnect

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// LoadEncryptionKeys reads a file that CreateEncryptionKeys made: a private JSON Web Key Set, newest keys first. It refuses a file
// that group or others can read. Without a file the error is fs.ErrNotExist. No error holds a key.
func LoadEncryptionKeys(path string) (*EncryptionKeys, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	defer f.Close()
	info, err := f.Stat() // of the open file: the one that is checked is the one that is read
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	// With the private key, whoever sees the traffic or a stored token reads the person's identity. Windows has no such bits.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("franceconnect: %s has mode %04o, others can read or change it: run chmod 600 on it", path, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	k, err := parseEncryptionKeys(text)
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %s: %w", path, err)
	}
	return k, nil
}

// CreateEncryptionKeys makes a key of each algorithm and writes them to a new file, mode 0600. A file that exists stays as it is:
// the error is fs.ErrExist.
func CreateEncryptionKeys(path string) (*EncryptionKeys, error) {
	made, err := newEncryptionKeys()
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	k := &EncryptionKeys{keys: made}
	if err := k.writeNew(path); err != nil {
		return nil, err
	}
	return k, nil
}

// RotateEncryptionKeys puts a new key of each algorithm before the ones in the file, and leaves the newest old ones to decrypt what
// is under way. A crash leaves the old file or the new one, whole; it belongs to the user who rotates, who has to be the server's. Start
// the server again to publish the new keys.
func RotateEncryptionKeys(path string) (*EncryptionKeys, error) {
	path, err := filepath.EvalSymlinks(path) // the file itself is replaced, not a link to it
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	// Reserved before the old file is read: of two rotations at once the second is refused, and no key is lost.
	beside := path + ".new"
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("franceconnect: another rotation is under way, or one was cut short: then remove the file: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	k, err := rotateInto(f, path)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(beside))
	}
	return k, nil
}

// rotateInto writes into f new keys before those of the file at path.
func rotateInto(f *os.File, path string) (*EncryptionKeys, error) {
	old, err := LoadEncryptionKeys(path)
	if err != nil {
		return nil, err
	}
	made, err := newEncryptionKeys()
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	k := &EncryptionKeys{keys: newest(append(made, old.keys...))}
	return k, k.write(f)
}

// newest keeps the first keptPerAlg keys of each algorithm.
func newest(all []jose.JSONWebKey) []jose.JSONWebKey {
	count := map[string]int{}
	return slices.DeleteFunc(all, func(key jose.JSONWebKey) bool {
		count[key.Algorithm]++
		return count[key.Algorithm] > keptPerAlg
	})
}

// writeNew writes the private keys to a file that must not exist yet, and removes it when that fails half-way.
func (k *EncryptionKeys) writeNew(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("franceconnect: %w", err)
	}
	if err := errors.Join(k.write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// write returns once the keys are on the disk.
func (k *EncryptionKeys) write(f *os.File) error {
	text, err := json.MarshalIndent(jose.JSONWebKeySet{Keys: k.keys}, "", "  ")
	if err != nil {
		return errors.New("franceconnect: the keys cannot be written as JSON")
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("franceconnect: %w", err)
	}
	return f.Sync()
}
