package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// part is something of others in the WASM.
type part struct{ name, version, dir string }

// writeLicences writes the licences of what others made and the WASM holds: Go's library and wasm_exec.js, the modules that app/ is
// linked with, and the word lists that the list of common passwords is made of.
func writeLicences(file, goroot string) error {
	version, err := output("go", "env", "GOVERSION")
	if err != nil {
		return err
	}
	text, err := goLicence(goroot)
	if err != nil {
		return err
	}
	texts := []string{"Go " + strings.TrimPrefix(version, "go") + "\n\n" + text}
	modules, err := linked()
	if err != nil {
		return err
	}
	lists, err := wordLists("app/password/gen/node_modules/@zxcvbn-ts")
	if err != nil {
		return err
	}
	for _, p := range append(modules, lists...) {
		text, err := p.licence()
		if err != nil {
			return err
		}
		texts = append(texts, p.name+" "+p.version+"\n\n"+text)
	}
	return os.WriteFile(file, []byte(strings.Join(texts, "\n\n")), 0o644)
}

// goLicence is the licence of the toolchain. Some distributions leave the file out; the Go authors' modules have the same one.
func goLicence(goroot string) (string, error) {
	text, err := os.ReadFile(filepath.Join(goroot, "LICENSE"))
	if errors.Is(err, fs.ErrNotExist) {
		var dir string
		if dir, err = output("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/crypto"); err != nil {
			return "", err
		}
		text, err = os.ReadFile(filepath.Join(dir, "LICENSE"))
	}
	return string(text), err
}

// linked are the modules that app/ is built from in the browser.
func linked() ([]part, error) {
	lines, err := output("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./app")
	if err != nil {
		return nil, err
	}
	var parts []part
	for line := range strings.Lines(lines) {
		if fields := strings.Split(strings.TrimSpace(line), "\t"); len(fields) == 3 {
			parts = append(parts, part{fields[0], fields[1], fields[2]})
		}
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.name, b.name) })
	return slices.Compact(parts), nil
}

// wordLists are the npm packages that app/password/gen reads.
func wordLists(dir string) ([]part, error) {
	found, err := filepath.Glob(filepath.Join(dir, "language-*", "package.json"))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errors.New("no word lists: run `go tool -modfile=tools.mod task password-list`")
	}
	var parts []part
	for _, file := range found {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var about struct{ Name, Version string }
		if err := json.Unmarshal(data, &about); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		parts = append(parts, part{about.Name, about.Version, filepath.Dir(file)})
	}
	return parts, nil
}

// licence is the licence of a part, with every notice that it wants kept.
func (p part) licence() (string, error) {
	var texts []string
	for _, pattern := range []string{"LICENSE*", "NOTICE*", "THIRD_PARTY*"} {
		files, err := filepath.Glob(filepath.Join(p.dir, pattern))
		if err != nil {
			return "", err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			texts = append(texts, string(text))
		}
	}
	if len(texts) == 0 {
		return "", fmt.Errorf("%s has no licence", p.name)
	}
	return strings.Join(texts, "\n\n"), nil
}

// output is what a command says, run as the build of the WASM is.
func output(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = browser()
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// browser is the environment of a build for the browser.
func browser() []string { return append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0") }
