package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
)

// promisedCookies are those of the page about cookies, by name: the longest that each stays without being used.
var promisedCookies = sync.OnceValue(func() map[string]time.Duration {
	h, err := help()
	if err != nil {
		panic(err)
	}
	named := regexp.MustCompile("«\u00a0([a-z]+)\u00a0»")
	promised := map[string]time.Duration{}
	for line := range strings.Lines(h.Topic("durees-et-cookies").HTML) {
		life := time.Duration(0) // no longer than the window
		switch {
		case strings.Contains(line, "appareil où je me suis déjà connecté"):
			life = portal.StandardLimits.Kept.Browsers
		case strings.Contains(line, "finir ce que j’ai commencé"):
			life = portal.StandardLimits.WayLife
		}
		for _, name := range named.FindAllStringSubmatch(line, -1) {
			promised[name[1]] = life
		}
	}
	return promised
})

// keepsThePromise fails where a cookie is not named on the page about cookies, or stays longer than it says.
func keepsThePromise(t *testing.T, c *http.Cookie) {
	t.Helper()
	name := strings.TrimPrefix(strings.TrimPrefix(c.Name, "__Host-"), "__Secure-")
	longest, named := promisedCookies()[name]
	if !named {
		t.Errorf("the page about cookies does not name the cookie %q", name)
	}
	if stays := max(time.Duration(c.MaxAge)*time.Second, time.Until(c.Expires)); stays > longest {
		t.Errorf("the cookie %q stays %v, the page about cookies says %v", name, stays, longest)
	}
}

func TestThePageAboutCookiesNamesNoneThatIsNotSet(t *testing.T) {
	files, err := filepath.Glob("*.go")
	check.OK(t, err)
	var source strings.Builder
	for _, file := range append(files, "../../static/js/page.js") {
		text, err := os.ReadFile(file)
		check.OK(t, err)
		if !strings.HasSuffix(file, "_test.go") {
			source.Write(text)
		}
	}
	for name := range promisedCookies() {
		if !regexp.MustCompile(`(Cookie += |cookieName\(|cookie = )"` + name + `["=]`).MatchString(source.String()) {
			t.Errorf("the page about cookies names %q, which nothing sets", name)
		}
	}
}
