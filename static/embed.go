//go:build !dev

package static

import "embed"

// dist/.gitignore is always there, so that a fresh clone compiles.
//
//go:embed all:dist
var root embed.FS
