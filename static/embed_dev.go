//go:build dev

package static

import "os"

// For server/dev.mjs the assets stay outside the binary: both are built at once, and a style that changed links nothing anew.
var root = os.DirFS(".task/dev")
