package gallery_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

// goldens are what the file of each story holds, by slug: the whole page where a frame is seen for the first time, afterwards
// the name of the story that shows the same frame, and what is the page's own.
func goldens(t *testing.T) map[string]string {
	t.Helper()
	all, frames := map[string]string{}, map[string]string{}
	for _, s := range gallery.Stories(page) {
		written := lines(render(t, s))
		if !s.Fragment {
			frame, own := parts(written)
			if first, known := frames[frame]; known {
				written = append([]string{"frame of " + first}, own...)
			} else {
				frames[frame] = s.Slug()
			}
		}
		all[s.Slug()] = strings.Join(written, "\n") + "\n"
	}
	return all
}

// parts are the frame, which is head, bar and foot, and what each page says in it: title, description and main content.
func parts(page []string) (frame string, own []string) {
	var around []string
	inMain := false
	for _, line := range page {
		tag := strings.TrimSpace(line)
		inMain = inMain || strings.HasPrefix(tag, "<main")
		if inMain || strings.HasPrefix(tag, "<title>") || strings.HasPrefix(tag, `<meta name="description"`) {
			own = append(own, line)
		} else {
			around = append(around, line)
		}
		inMain = inMain && tag != "</main>"
	}
	return strings.Join(around, "\n"), own
}

func TestEveryStoryRendersItsGoldenHTML(t *testing.T) {
	for slug, got := range goldens(t) {
		t.Run(slug, func(t *testing.T) {
			path := filepath.Join("testdata", slug+".html")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("no golden file, run go test ./components/gallery -update and read it: %v", err)
			}
			if g, w := difference(got, string(want)); g != w {
				t.Errorf("%s says\n%s\nnow it is\n%s", path, w, g)
			}
		})
	}
}

// difference is the first line in which got leaves want, in both; the same twice where there is none.
func difference(got, want string) (g, w string) {
	for {
		var more, left bool
		g, got, more = strings.Cut(got, "\n")
		w, want, left = strings.Cut(want, "\n")
		if g != w || !more && !left {
			return g, w
		}
	}
}

func TestNoGoldenFileLacksItsStory(t *testing.T) {
	known := map[string]bool{}
	for _, s := range gallery.Stories(page) {
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
	for _, s := range gallery.Stories(page) {
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
	all := gallery.Stories(page)
	for _, s := range all {
		if gallery.View(page, s.Slug()) == nil {
			t.Errorf("%s is not shown", s.Slug())
		}
	}
	if gallery.View(page, "nulle-part") != nil {
		t.Error("a story that does not exist is shown")
	}
	var index bytes.Buffer
	if err := gallery.View(page, "").Render(context.Background(), &index); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if !strings.Contains(index.String(), `href="/_galerie?page=`+s.Slug()+`"`) {
			t.Errorf("the index does not lead to %s", s.Slug())
		}
	}
}
