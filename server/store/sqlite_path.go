package store

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// sqlitePath is the path that a `file:` URL names: all that follows, letter by letter. Nothing in it is decoded, or a file would be
// made under another name than the one that an operator sees, backs up and protects.
func sqlitePath(raw string) (string, error) {
	path := strings.TrimPrefix(raw, "file:")
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		host, _, _ := strings.Cut(rest, "/")
		if host != "" && host != "localhost" {
			return "", errors.New("the database URL names another machine: after file: comes the path of a file, such as file:/var/lib/moncompte/moncompte.db")
		}
		path = rest[len(host):]
	}
	switch {
	case path == "", path == ":memory:":
		return "", errors.New("the database URL needs the path of a file, such as file:moncompte.db")
	case strings.Contains(path, "?"):
		return "", errors.New("the database URL takes no parameters, and no question mark in the path")
	}
	return path, nil
}

// sqliteDSN names that very file to the driver, which decodes what it is given.
func sqliteDSN(path string, parameters url.Values) string {
	encoded := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.Clean(path))
	return "file:" + encoded + "?" + parameters.Encode()
}

// ownFile makes a file that only its owner can read, if there is none: SQLite would let others read it, and gives its journals the mode
// of the file.
func ownFile(path string, flags int) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|flags, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
