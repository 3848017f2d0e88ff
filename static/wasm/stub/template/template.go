// Package template stands for html/template in the WASM: templ only names it, for whoever mixes both.
package template

import (
	"errors"
	"io"
)

// HTML is text that is HTML already.
type HTML string

// A Template cannot be made here.
type Template struct{}

// Execute returns an error.
func (*Template) Execute(io.Writer, any) error {
	return errors.New("html/template is not in the WASM")
}
