package franceconnect_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"moncompte/server/check"
	fc "moncompte/server/franceconnect"
	"moncompte/server/franceconnect/fctest"
)

// keysFile is a copy of the shared keys, so that a test can rotate them.
func keysFile(t *testing.T) string {
	t.Helper()
	check.OK(t, check.ErrOf(encryptionKeys()))
	text, err := os.ReadFile(filepath.Join(keysDir, "shared.jwks"))
	check.OK(t, err)
	path := filepath.Join(t.TempDir(), "franceconnect.jwks")
	check.OK(t, os.WriteFile(path, text, 0o600))
	return path
}

// published returns the key ids of a public set by algorithm.
func published(t *testing.T, text []byte) map[string]string {
	t.Helper()
	var set struct {
		Keys []map[string]any `json:"keys"`
	}
	check.OK(t, json.Unmarshal(text, &set))
	ids := map[string]string{}
	for _, key := range set.Keys {
		if key["use"] != "enc" {
			t.Errorf("a key for %v", key["use"])
		}
		for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
			if _, there := key[private]; there {
				t.Errorf("%s of a private key is public", private)
			}
		}
		ids[key["alg"].(string)] = key["kid"].(string)
	}
	if len(ids) != 2 || len(set.Keys) != 2 || ids["RSA-OAEP-256"] == "" || ids["ECDH-ES"] == "" {
		t.Errorf("published %v", ids)
	}
	return ids
}

func TestTheFileOfKeysIsPrivateAndThePublishedKeysAreNot(t *testing.T) {
	k, err := encryptionKeys()
	check.OK(t, err)
	path := filepath.Join(keysDir, "shared.jwks")
	info, err := os.Stat(path)
	check.OK(t, err)
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o", info.Mode().Perm())
	}
	published(t, k.JWKS())
	loaded, err := fc.LoadEncryptionKeys(path)
	check.OK(t, err)
	if string(loaded.JWKS()) != string(k.JWKS()) {
		t.Error("the keys loaded are not those made")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, k); text != "[keys]" {
			t.Errorf("%s prints %.40s", verb, text)
		}
	}
	if _, err := fc.CreateEncryptionKeys(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that exists: %v", err)
	}
}

func TestOldKeysStillDecryptAfterARotation(t *testing.T) {
	for _, alg := range []string{"RSA-OAEP-256", "ECDH-ES"} {
		t.Run(alg, func(t *testing.T) {
			path := keysFile(t)
			old, err := fc.LoadEncryptionKeys(path)
			check.OK(t, err)
			check.OK(t, check.ErrOf(fc.RotateEncryptionKeys(path)))
			rotated, err := fc.LoadEncryptionKeys(path)
			check.OK(t, err)
			if published(t, old.JWKS())[alg] == published(t, rotated.JWKS())[alg] {
				t.Error("the key published is the old one")
			}
			pt := newParty(t, fctest.Options{Profile: fc.Plus, EncryptionAlg: alg}, func(o *fc.Options) { o.EncryptionKeys = rotated })
			pt.publish = rotated.JWKS
			if _, err := pt.signIn(t.Context(), t); err != nil {
				t.Errorf("the new key: %v", err)
			}
			pt.publish = old.JWKS // the provider still has it in its cache
			if _, err := pt.signIn(t.Context(), t); err != nil {
				t.Errorf("the old key: %v", err)
			}
		})
	}
}

func TestARotationThatWasCutShortIsReported(t *testing.T) {
	path := keysFile(t)
	before, _ := os.ReadFile(path)
	check.OK(t, os.WriteFile(path+".new", nil, 0o600))
	if _, err := fc.RotateEncryptionKeys(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if after, _ := os.ReadFile(path); string(before) != string(after) {
		t.Error("the file changed")
	}
}

func TestAMissingFileOfKeysIsErrNotExist(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none")
	if _, err := fc.LoadEncryptionKeys(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load: %v", err)
	}
	if _, err := fc.RotateEncryptionKeys(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Rotate: %v", err)
	}
}

func TestAFileOfKeysThatIsOpenOrWrongIsRefused(t *testing.T) {
	path := keysFile(t)
	text, err := os.ReadFile(path)
	check.OK(t, err)
	if runtime.GOOS != "windows" {
		check.OK(t, os.Chmod(path, 0o640))
		if _, err := fc.LoadEncryptionKeys(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("others can read it: %v", err)
		}
		check.OK(t, os.Chmod(path, 0o600))
	}
	k, err := fc.LoadEncryptionKeys(path)
	check.OK(t, err)
	for name, content := range map[string]string{
		"nothing":           "",
		"no JSON":           "-----BEGIN PRIVATE KEY-----",
		"no keys":           `{"keys":[]}`,
		"public keys":       string(k.JWKS()),
		"cut short":         string(text[:len(text)/2]),
		"for signatures":    strings.Replace(string(text), `"enc"`, `"sig"`, 1),
		"another algorithm": strings.Replace(string(text), "RSA-OAEP-256", "RSA1_5", 1),
		"somebody's key id": strings.Replace(string(text), `"kid": "`, `"kid": "x`, 1),
		"no algorithm":      strings.Replace(string(text), `"alg": "ECDH-ES"`, `"alg": ""`, 1),
	} {
		check.OK(t, os.WriteFile(path, []byte(content), 0o600))
		if _, err := fc.LoadEncryptionKeys(path); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
