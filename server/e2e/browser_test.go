package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "write a picture of each page into this directory")

// browser is the context of the one browser process that all tests share.
var browser context.Context

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(withBrowser(m.Run))
}

// withBrowser runs the tests while a browser with an empty profile is there, and returns the exit status.
func withBrowser(tests func() int) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	path, err := findBrowser()
	if err != nil {
		return fail(err)
	}
	profile, err := os.MkdirTemp("", "moncompte-e2e-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(profile)

	allocator, stop := chromedp.NewExecAllocator(context.Background(), browserOptions(path, profile)...)
	defer stop()
	ctx, closeBrowser := chromedp.NewContext(allocator)
	defer closeBrowser()
	if err := chromedp.Do(ctx); err != nil {
		return fail(fmt.Errorf("the browser does not start: %w", err))
	}
	browser = ctx
	return tests()
}

func findBrowser() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("the browser tests need Chromium: install it, on Debian with `apt-get install chromium`")
}

func browserOptions(path, profile string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.NoSandbox, // Chromium refuses its sandbox to root, as in a container
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "fr-FR"),
		chromedp.WSURLReadTimeout(patience),
	)
}

// ownBrowser starts another browser process with a profile of its own. A context of the shared one is like a private window, which
// installs nothing.
func ownBrowser(t testing.TB, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path, err := findBrowser()
	if err != nil {
		t.Fatal(err)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(browserOptions(path, t.TempDir()), more...)...)
	t.Cleanup(stop)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}
