package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// stubs name the packages of the standard library that the WASM does without, and what stands for them.
var stubs = map[string]string{
	"crypto/aes":    "static/wasm/stub/aes/aes.go",
	"crypto/cipher": "static/wasm/stub/cipher/cipher.go",
	"crypto/md5":    "static/wasm/stub/md5/md5.go",
	"crypto/rand":   "static/wasm/stub/rand/rand.go",
	"crypto/sha1":   "static/wasm/stub/sha1/sha1.go",
	"crypto/sha256": "static/wasm/stub/sha256/sha256.go",
	"html/template": "static/wasm/stub/template/template.go",
	"net/http":      "static/wasm/stub/http/http.go",
	"regexp":        "static/wasm/stub/regexp/regexp.go",
}

// writeOverlay writes the file for go build's -overlay: of each package one file is replaced by the stub and the others are
// left out. The names of the files are those of the toolchain in use.
func writeOverlay(file, goroot string) error {
	replace := map[string]string{}
	for pkg, stub := range stubs {
		stub, err := filepath.Abs(stub)
		if err != nil {
			return err
		}
		dir := filepath.Join(goroot, "src", filepath.FromSlash(pkg))
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".go") {
				replace[filepath.Join(dir, e.Name())] = ""
			}
		}
		replace[filepath.Join(dir, filepath.Base(stub))] = stub
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
