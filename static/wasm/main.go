// Command wasm builds app/ for the browser: app.wasm and, from the same toolchain, wasm_exec.js, with the
// licences of what both are made of. Run it at the root of the module. static/wasm/pack.mjs then minifies and compresses them, and
// static/build.mjs names them by their content.
//
//	go run ./static/wasm [-plain] [-dir static/wasm/out]
//
// Standard packages that are linked only because a signature names them are replaced by stubs for this one build (go help
// build, -overlay). With -plain the build does without that and is about a third larger; it must stay green.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	plain := flag.Bool("plain", false, "link the whole standard library")
	dir := flag.String("dir", filepath.Join("static", "wasm", "out"), "write into this directory")
	flag.Parse()
	if err := build(*dir, *plain); err != nil {
		fmt.Fprintln(os.Stderr, "wasm:", err)
		os.Exit(1)
	}
}

// goroot is the root of the toolchain in use.
func goroot() (string, error) {
	return output(nil, "go", "env", "GOROOT")
}

// packed are the files of static/wasm/pack.mjs.
var packed = []string{"app.wasm.br", "wasm_exec.min.js"}

// build writes app.wasm, wasm_exec.js and LICENSES.txt into dir. What was packed of a former build goes first: it belongs to no other.
func build(dir string, plain bool) error {
	root, err := goroot()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range packed {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-gcflags=all=-l", "-o", filepath.Join(dir, "app.wasm")}
	if !plain {
		overlay := filepath.Join(dir, "overlay.json")
		if err := writeOverlay(overlay, root); err != nil {
			return err
		}
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.Command("go", append(args, "./app")...)
	cmd.Env = browser()
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build ./app: %w", err)
	}
	script, err := os.ReadFile(filepath.Join(root, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "wasm_exec.js"), script, 0o644); err != nil {
		return err
	}
	return writeLicences(filepath.Join(dir, "LICENSES.txt"), root)
}
