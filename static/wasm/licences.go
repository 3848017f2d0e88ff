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

// writeLicences writes the licences of what others made and the program holds, the WASM included: Go's library and wasm_exec.js, the
// modules that both are linked with, and the word lists that the list of common passwords is made of.
func writeLicences(file, goroot string) error {
	version, err := output(nil, "go", "env", "GOVERSION")
	if err != nil {
		return err
	}
	text, err := goLicence(goroot)
	if err != nil {
		return err
	}
	texts := []string{"Go " + strings.TrimPrefix(version, "go") + "\n\n" + text}
	inBrowser, err := linked("./app", browser())
	if err != nil {
		return err
	}
	onServer, err := linked("./server", append(os.Environ(), "CGO_ENABLED=0"))
	if err != nil {
		return err
	}
	modules := append(inBrowser, onServer...)
	slices.SortFunc(modules, func(a, b part) int { return strings.Compare(a.name, b.name) })
	lists, err := wordLists("app/password/gen/node_modules/@zxcvbn-ts")
	if err != nil {
		return err
	}
	for _, p := range append(slices.Compact(modules), lists...) {
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
		if dir, err = output(nil, "go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/crypto"); err != nil {
			return "", err
		}
		text, err = os.ReadFile(filepath.Join(dir, "LICENSE"))
	}
	return string(text), err
}

// linked are the modules that a command is built from in that environment.
func linked(command string, env []string) ([]part, error) {
	lines, err := output(env, "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", command)
	if err != nil {
		return nil, err
	}
	var parts []part
	for line := range strings.Lines(lines) {
		if fields := strings.Split(strings.TrimSpace(line), "\t"); len(fields) == 3 {
			parts = append(parts, part{fields[0], fields[1], fields[2]})
		}
	}
	return parts, nil
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
	for _, pattern := range []string{"LICENSE*", "COPYING*", "LICENSES/*", "NOTICE*", "THIRD_PARTY*"} {
		files, err := filepath.Glob(filepath.Join(p.dir, pattern))
		if err != nil {
			return "", err
		}
		for _, file := range files {
			if about, err := os.Stat(file); err == nil && about.IsDir() {
				continue
			}
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
	whole := strings.Join(texts, "\n\n")
	if !known(whole) {
		return "", fmt.Errorf("%s has a licence that nobody here has read: may we pass it on, and how?", p.name)
	}
	return whole, nil
}

// known tells whether a text is one of the licences that ask for nothing but to be passed on with what they are of: MIT and ISC, BSD,
// Apache 2.0, and for word lists Creative Commons' attribution and the Open Data Commons'.
func known(text string) bool {
	text = strings.Join(strings.Fields(text), " ")
	for _, sentence := range []string{
		"Permission is hereby granted, free of charge, to any person obtaining a copy",
		"Permission to use, copy, modify, and/or distribute this software for any purpose",
		"Redistribution and use in source and binary forms, with or without modification, are permitted",
		"Apache License Version 2.0, January 2004",
		"ODC-BY",
	} {
		if strings.Contains(text, sentence) {
			return true
		}
	}
	return false
}

// output is what a command says, in that environment; nil = as the build of the WASM is run.
func output(env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	if cmd.Env = env; env == nil {
		cmd.Env = browser()
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// browser is the environment of a build for the browser.
func browser() []string { return append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0") }
