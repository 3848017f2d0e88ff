// Package static holds the files that the browser asks for under /s/: styles, scripts and icons. The Node script build.mjs
// puts them into dist/, minified, named by their content and compressed in advance; the binary carries that directory.
package static

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Prefix is the path under which the assets are served.
const Prefix = "/s/"

// ErrNotBuilt says that the binary was compiled before the assets were built.
var ErrNotBuilt = errors.New("static assets are missing: run `go tool -modfile=tools.mod task build`")

// Assets is a set of built files. It does not change once loaded and may be used from many goroutines.
type Assets struct {
	fsys  fs.FS
	urls  map[string]string // by name, "app.css" -> "/s/app.3f2a.css"
	files map[string]file   // by file name, "app.3f2a.css"
}

// Load returns the assets that were embedded in the binary, or ErrNotBuilt.
func Load() (*Assets, error) {
	dist, err := fs.Sub(root, "dist")
	if err != nil {
		return nil, err
	}
	return LoadFrom(dist)
}

// LoadFrom returns the assets of a built directory: manifest.json, the files it names and, where they help, their ".br" and
// ".gz" forms; a big file is there in its ".br" form alone. Files are read when asked for and have to be seekable, as those of embed.FS,
// os.DirFS and fstest.MapFS are.
// It returns ErrNotBuilt when there is no manifest, and an error when the manifest names a file that is not there.
func LoadFrom(fsys fs.FS) (*Assets, error) {
	data, err := fs.ReadFile(fsys, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("static: %w", err)
	}
	var manifest map[string]struct {
		File string `json:"file"`
		Type string `json:"type"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return nil, fmt.Errorf("static: manifest.json: %w", err)
	}
	a := &Assets{fsys: fsys, urls: map[string]string{}, files: map[string]file{}}
	for name, entry := range manifest {
		f, err := newFile(fsys, entry.File, entry.Type)
		if err != nil {
			return nil, fmt.Errorf("static: %s: %w", name, err)
		}
		a.urls[name] = Prefix + entry.File
		a.files[entry.File] = f
	}
	return a, nil
}

// URL returns the path of an asset by its name in the source tree, "app.css" -> "/s/app.3f2a.css", or "" when there is none.
func (a *Assets) URL(name string) string {
	return a.urls[name]
}

// Read returns the content of an asset by its name in the source tree. It returns fs.ErrNotExist when there is none.
func (a *Assets) Read(name string) ([]byte, error) {
	url, ok := a.urls[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	file := strings.TrimPrefix(url, Prefix)
	if made := a.files[file].made["identity"]; made != nil {
		return made()
	}
	return fs.ReadFile(a.fsys, file)
}

// newFile looks up the codings in which a file exists. Those that a big one does not lie there in are made from ".br" for whom takes no
// other, as long as the program runs: a browser that runs WebAssembly takes brotli over https, unless a proxy on the way hides it.
func newFile(fsys fs.FS, name, mediaType string) (file, error) {
	if !fs.ValidPath(name) || strings.Contains(name, "/") || mediaType == "" {
		return file{}, fmt.Errorf("manifest.json: bad entry %q", name)
	}
	f := file{mediaType: mediaType, made: map[string]func() ([]byte, error){}}
	_, plain := fs.Stat(fsys, name)
	for _, coding := range Codings {
		_, err := fs.Stat(fsys, name+suffixes[coding])
		switch {
		case err == nil:
		case plain == nil: // it would be no smaller in this coding
			continue
		case coding == "br": // and so in none
			return file{}, plain
		default:
			f.made[coding] = sync.OnceValues(func() ([]byte, error) { return recode(fsys, name, coding) })
		}
		f.codings = append(f.codings, coding)
	}
	return f, nil
}

// recode makes another form of what lies there in ".br" alone.
func recode(fsys fs.FS, name, coding string) ([]byte, error) {
	packed, err := fsys.Open(name + suffixes["br"])
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	plain := brotli.NewReader(packed)
	if coding == "identity" {
		return io.ReadAll(plain)
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.Copy(w, plain); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
