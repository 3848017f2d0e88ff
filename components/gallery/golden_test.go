package gallery_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moncompte/components"
	"moncompte/components/gallery"
)

var update = flag.Bool("update", false, "rewrite testdata from what the components render")

func render(t *testing.T, s gallery.Story) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Component.Render(context.Background(), &b); err != nil {
		t.Fatalf("%s: %v", s.Slug(), err)
	}
	return b.Bytes()
}

func TestEveryStoryRendersItsGoldenBytes(t *testing.T) {
	for _, s := range gallery.Stories() {
		t.Run(s.Slug(), func(t *testing.T) {
			path := filepath.Join("testdata", s.Slug()+".html")
			got := append(render(t, s), '\n')
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("no golden file, run go test ./components/gallery -update and read it: %v", err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s near %q", path, difference(got, want))
			}
		})
	}
}

// difference is a little of got from where it leaves want.
func difference(got, want []byte) []byte {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	return got[max(0, i-20):min(len(got), i+60)]
}

func TestNoGoldenFileLacksItsStory(t *testing.T) {
	known := map[string]bool{}
	for _, s := range gallery.Stories() {
		known[s.Slug()+".html"] = true
	}
	files, err := filepath.Glob("testdata/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[filepath.Base(f)] {
			if *update {
				if err := os.Remove(f); err != nil {
					t.Fatal(err)
				}
				continue
			}
			t.Errorf("%s belongs to no story", f)
		}
	}
}

func TestSlugsAreUniqueAndPlain(t *testing.T) {
	seen := map[string]string{}
	for _, s := range gallery.Stories() {
		if other, twice := seen[s.Slug()]; twice {
			t.Errorf("%q and %q have the same slug", s.Name, other)
		}
		seen[s.Slug()] = s.Name
		if strings.Trim(s.Slug(), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("slug %q cannot stand in an address", s.Slug())
		}
	}
}

func TestTheGalleryShowsTheIndexAndEveryStory(t *testing.T) {
	page := gallery.Stories()
	for _, s := range page {
		if gallery.View(components.Page{}, s.Slug()) == nil {
			t.Errorf("%s is not shown", s.Slug())
		}
	}
	if gallery.View(components.Page{}, "nulle-part") != nil {
		t.Error("a story that does not exist is shown")
	}
	var index bytes.Buffer
	if err := gallery.View(components.Page{}, "").Render(context.Background(), &index); err != nil {
		t.Fatal(err)
	}
	for _, s := range page {
		if !strings.Contains(index.String(), `href="/_galerie?page=`+s.Slug()+`"`) {
			t.Errorf("the index does not lead to %s", s.Slug())
		}
	}
}
