package e2e

import (
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"moncompte/components"
	"moncompte/server/web"
)

// The pictures of the manifest are committed, since a build has no browser. To make them anew, and then build:
//
//	go test ./server/e2e -run TestThePicturesOfTheManifest -captures "$PWD/static/captures"
var captures = flag.String("captures", "", "write the pictures of the manifest into this directory")

// captureLimit is how many bytes one picture may have.
const captureLimit = 60_000

func TestTheSiteCanBeInstalled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := attach(t, s, phone, ownBrowser(t))
	p.open("/")
	p.equipped()
	for _, defect := range call(p, page.GetInstallabilityErrors, cdp.Empty{}).InstallabilityErrors {
		t.Errorf("it cannot be installed: %s", defect.ErrorID)
	}
	m := call(p, page.GetAppManifest, page.GetAppManifestParams{})
	if m.URL != s.url+"/manifest.webmanifest" {
		t.Errorf("the manifest is %q", m.URL)
	}
	for _, defect := range m.Errors {
		t.Errorf("the manifest: %s, line %d", defect.Message, defect.Line)
	}
	// Every picture is there and as large as the manifest says.
	pictures := promised[[]string](p, `(async () => {
		const m = await (await fetch("/manifest.webmanifest")).json();
		const all = [...m.icons, ...m.screenshots, ...m.shortcuts.flatMap(s => s.icons)];
		return Promise.all(all.map(async ({src, sizes}) => {
			const image = new Image();
			image.src = src;
			await image.decode();
			return sizes === "any" || sizes === image.naturalWidth + "x" + image.naturalHeight ? "" : src + " is not " + sizes;
		}));
	})()`)
	if len(pictures) != 12 {
		t.Errorf("the manifest shows %d pictures", len(pictures))
	}
	for _, defect := range pictures {
		if defect != "" {
			t.Error(defect)
		}
	}
	p.open("/mon-compte?src=pwa")
	p.at("/connexion", headingLogin)
	p.signIn(nathalie)
	p.open("/mon-compte?src=pwa")
	p.at("/mon-compte", headingAccount)
}

// A check that finds nothing must be able to find something.
func TestASiteWithoutIconsCannotBeInstalled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.become(withoutIcons(s.serving()))
	p := attach(t, s, phone, ownBrowser(t))
	p.open("/")
	if defects := call(p, page.GetInstallabilityErrors, cdp.Empty{}).InstallabilityErrors; len(defects) == 0 {
		t.Error("it can be installed")
	}
}

func TestThePicturesOfTheManifestAreOfOurPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(_ *site, o *web.Options) {
		o.Dev = false
		o.Org = components.Org{} // whoever runs the portal
	})
	for _, with := range []equipment{{name: "narrow", width: 390, height: 844}, {name: "wide", width: 1280, height: 800}} {
		for name, path := range map[string]string{"connexion": "/connexion", "aide": "/aide"} {
			p := openTab(t, s, with)
			p.open(path)
			shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: new(int64(60))})
			if len(shot.Data) == 0 || len(shot.Data) > captureLimit {
				t.Errorf("%s %s: %d bytes", name, with.name, len(shot.Data))
			}
			file := name + "-" + with.name + ".webp"
			if *captures != "" {
				check(t, os.WriteFile(filepath.Join(*captures, file), shot.Data, 0o644))
			}
			committed, err := os.Stat(filepath.Join("..", "..", "static", "captures", file))
			check(t, err)
			if committed.Size() > captureLimit {
				t.Errorf("%s has %d bytes", file, committed.Size())
			}
		}
	}
}

// withoutIcons serves a manifest that names no icon.
func withoutIcons(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/manifest.webmanifest" {
			w.Header().Set("Content-Type", "application/manifest+json")
			io.WriteString(w, `{"name": "Mon Compte", "start_url": "/", "display": "standalone"}`)
			return
		}
		next.ServeHTTP(w, r)
	})
}
