package franceconnect

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"moncompte/server/keys/keyfile"
)

// LoadEncryptionKeys reads a file that CreateEncryptionKeys made: a private JSON Web Key Set, newest keys first. It refuses a file
// that group or others can read: with the private key, whoever sees the traffic or a stored token reads the person's identity. Without a
// file the error is fs.ErrNotExist. No error holds a key.
func LoadEncryptionKeys(path string) (*EncryptionKeys, error) {
	text, err := keyfile.Read(path)
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
	text, err := k.text()
	if err == nil {
		err = keyfile.Create(path, text)
	}
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	return k, nil
}

// RotateEncryptionKeys puts a new key of each algorithm before the ones in the file, and leaves the newest old ones to decrypt what
// is under way. A crash leaves the old file or the new one, whole. Start the server again to publish the new keys.
func RotateEncryptionKeys(path string) (*EncryptionKeys, error) {
	var k *EncryptionKeys
	err := keyfile.Replace(path, func(content []byte) ([]byte, error) {
		old, err := parseEncryptionKeys(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		made, err := newEncryptionKeys()
		if err != nil {
			return nil, err
		}
		k = &EncryptionKeys{keys: newest(append(made, old.keys...))}
		return k.text()
	})
	if err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	return k, nil
}

// newest keeps the first keptPerAlg keys of each algorithm.
func newest(all []jose.JSONWebKey) []jose.JSONWebKey {
	count := map[string]int{}
	return slices.DeleteFunc(all, func(key jose.JSONWebKey) bool {
		count[key.Algorithm]++
		return count[key.Algorithm] > keptPerAlg
	})
}

// text is what the file holds: the private keys.
func (k *EncryptionKeys) text() ([]byte, error) {
	text, err := json.MarshalIndent(jose.JSONWebKeySet{Keys: k.keys}, "", "  ")
	if err != nil {
		return nil, errors.New("the keys cannot be written as JSON")
	}
	return append(text, '\n'), nil
}
