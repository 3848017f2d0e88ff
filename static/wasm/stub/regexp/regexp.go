// Package regexp stands for regexp in the WASM. go-app compiles the one route there is, ".*"; templ compiles what it checks style
// attributes and script names with, which the page policy forbids and no component has. What is not ".*" matches nothing, so
// that a check refuses.
package regexp

// A Regexp matches everything or nothing.
type Regexp struct{ everything bool }

// MustCompile understands ".*" alone.
func MustCompile(pattern string) *Regexp { return &Regexp{pattern == ".*"} }

// MatchString reports whether the pattern was ".*".
func (r *Regexp) MatchString(string) bool { return r.everything }
