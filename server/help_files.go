package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
)

// helpFilesCommand writes what a package installs beside the program. The libraries that do this for kong have had no release in years.
type helpFilesCommand struct {
	Folder string `arg:"" type:"existingdir" help:"Where the files are written."`
}

func (h helpFilesCommand) Run(_ program, model *kong.Application) error {
	page, err := os.Create(filepath.Join(h.Folder, model.Name+".1.gz"))
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(page)
	_, err = io.WriteString(packed, manPage(model))
	if err := errors.Join(err, packed.Close(), page.Close()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(h.Folder, model.Name+".bash"), []byte(completion(model)), 0o644)
}

// visible calls for the commands of a node that are shown, each before its own.
func visible(n *kong.Node, call func(*kong.Node)) {
	for _, child := range n.Children {
		if !child.Hidden {
			call(child)
			visible(child, call)
		}
	}
}

// manPage is the page of the program and its commands, in the macros of man(7).
func manPage(model *kong.Application) string {
	plain := strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ")
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.B %s\n.I command\n.SH COMMANDS\n",
		strings.ToUpper(model.Name), model.Name, plain.Replace(model.Help), model.Name)
	visible(model.Node, func(n *kong.Node) {
		if !n.Leaf() {
			return
		}
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", plain.Replace(strings.TrimPrefix(n.Summary(), model.Name+" ")), plain.Replace(n.Help))
		for _, p := range n.Positional {
			fmt.Fprintf(&b, ".IP\n.I %s\n%s\n", plain.Replace(p.Summary()), plain.Replace(p.Help))
		}
		for _, f := range n.Flags {
			fmt.Fprintf(&b, ".IP\n.B %s\n%s\n", plain.Replace(f.String()), plain.Replace(f.Help))
		}
	})
	b.WriteString(".SH ENVIRONMENT\nThe settings, MONCOMPTE_*, are listed in the README. Any of them may be given as NAME_FILE, the path of a file that holds the value.\n" +
		".SH EXIT STATUS\n0, 1 for a command that failed, 2 for one that is not known.\n")
	return b.String()
}

// completion is a script for bash that completes commands and flags, and files elsewhere.
func completion(model *kong.Application) string {
	var b strings.Builder
	fmt.Fprintf(&b, "_%s() {\n    local word path=%[1]s words=\n", model.Name)
	b.WriteString(`    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do path="$path $word"; done` + "\n    case $path in\n")
	offer := func(n *kong.Node, end string) {
		var words []string
		for _, child := range n.Children {
			if !child.Hidden {
				words = append(words, child.Name)
			}
		}
		for _, f := range n.Flags {
			words = append(words, "--"+f.Name)
		}
		fmt.Fprintf(&b, "    '%s'%s) words='%s' ;;\n", n.FullPath(), end, strings.Join(words, " "))
	}
	offer(model.Node, "")
	visible(model.Node, func(n *kong.Node) {
		end := ""
		if n.Leaf() {
			end = "*" // behind its arguments too
		}
		offer(n, end)
	})
	fmt.Fprintf(&b, "    esac\n    COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -o default -F _%s %[1]s\n", model.Name)
	return b.String()
}
