package web_test

import (
	"strings"
	"testing"
)

func TestSearchEnginesBeginNoSignIn(t *testing.T) {
	robots := open(t, local).browser().get("/robots.txt").body
	for _, line := range []string{"User-agent: *", "Disallow: /franceconnect/", "Disallow: /mon-compte"} {
		if !strings.Contains(robots, line+"\n") {
			t.Errorf("robots.txt lacks %q", line)
		}
	}
}
