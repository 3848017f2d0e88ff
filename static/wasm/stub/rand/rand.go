// Package rand stands for crypto/rand in the WASM, where nothing may need chance: it refuses.
package rand

import (
	"errors"
	"io"
)

// Reader returns an error.
var Reader io.Reader = refuser{}

type refuser struct{}

func (refuser) Read([]byte) (int, error) { return 0, errors.New("crypto/rand is not in the WASM") }
