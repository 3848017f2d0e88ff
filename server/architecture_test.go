package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"moncompte/server/check"
)

var (
	spans   = regexp.MustCompile("`([^`\n]+)`")
	aName   = regexp.MustCompile(`^[a-z]+\.[A-Za-z]+(\.[A-Za-z]+)?$`)
	aFile   = regexp.MustCompile(`^\w+\.(go|md)$`)
	aPath   = regexp.MustCompile(`^[a-z_]+(/[\w.]+)+$`)
	ofCalls = regexp.MustCompile("^( *)- `([^`]+)`")
)

// A page that describes the code ages unless something compares the two.
func TestTheArchitectureIsThatOfTheSource(t *testing.T) {
	text, err := os.ReadFile("../docs/architecture.md")
	check.OK(t, err)
	names, files := declared(t)
	checked := 0
	for _, span := range spans.FindAllStringSubmatch(string(text), -1) {
		switch name := span[1]; {
		case aFile.MatchString(name):
			if !files[name] {
				t.Errorf("there is no file %s", name)
			}
		case aPath.MatchString(name):
			if _, err := os.Stat(filepath.Join("..", name)); err != nil {
				t.Errorf("there is no %s", name)
			}
		case aName.MatchString(name) && !strings.HasPrefix(name, "window."):
			if _, ok := names[name]; !ok {
				t.Errorf("%s is not declared", name)
			}
			checked++
		}
	}
	var above []step // the functions that the line is indented under
	for line := range strings.Lines(string(text)) {
		found := ofCalls.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		depth := len(found[1]) / 2
		if depth > len(above) {
			t.Fatalf("indented under nothing: %s", line)
		}
		above = above[:depth]
		if depth > 0 {
			caller := &above[depth-1]
			called := found[2][strings.LastIndexByte(found[2], '.')+1:]
			if caller.at = use(names[caller.name], called, caller.at); caller.at == token.NoPos {
				t.Fatalf("%s does not call %s, or not in this order", caller.name, found[2])
			}
		}
		above = append(above, step{name: found[2], at: token.NoPos + 1})
	}
	if checked < 80 {
		t.Errorf("only %d names were compared", checked)
	}
}

// step is a function of a list, and how far in its body the list has come.
type step struct {
	name string
	at   token.Pos
}

// use is where a body names something from a place on, token.NoPos when it does not.
func use(body ast.Node, name string, from token.Pos) (at token.Pos) {
	if body == nil {
		return token.NoPos
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && at == token.NoPos && id.Name == name && id.Pos() > from {
			at = id.Pos()
		}
		return true
	})
	return at
}

// declared returns what the packages declare, as "package.Name" and "package.Type.Member", with the bodies of functions, and the
// names of the source files.
func declared(t *testing.T) (names map[string]ast.Node, files map[string]bool) {
	t.Helper()
	names, files = map[string]ast.Node{}, map[string]bool{}
	for _, room := range []string{"app", "components", "server", "static"} {
		err := filepath.WalkDir(filepath.Join("..", room), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if filepath.Ext(path) != ".go" {
				return nil
			}
			files[entry.Name()] = true
			if strings.HasSuffix(path, "_test.go") {
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, d := range file.Decls {
				declare(names, file.Name.Name+".", d)
			}
			return nil
		})
		check.OK(t, err)
	}
	return names, files
}

func declare(names map[string]ast.Node, within string, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			of := d.Recv.List[0].Type
			if pointer, ok := of.(*ast.StarExpr); ok {
				of = pointer.X
			}
			if id, ok := of.(*ast.Ident); ok {
				within += id.Name + "."
			}
		}
		names[within+d.Name.Name] = d.Body
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					names[within+id.Name] = nil
				}
			case *ast.TypeSpec:
				names[within+spec.Name.Name] = nil
				for _, member := range members(spec.Type) {
					names[within+spec.Name.Name+"."+member] = nil
				}
			}
		}
	}
}

// members are the fields of a struct or the methods of an interface.
func members(of ast.Expr) (all []string) {
	var list *ast.FieldList
	switch of := of.(type) {
	case *ast.StructType:
		list = of.Fields
	case *ast.InterfaceType:
		list = of.Methods
	default:
		return nil
	}
	for _, field := range list.List {
		for _, id := range field.Names {
			all = append(all, id.Name)
		}
	}
	return all
}
