package web_test

import (
	"regexp"
	"testing"
	"time"

	"moncompte/server/web"
)

func TestWhoFindsAWeaknessLearnsWhereToSaySo(t *testing.T) {
	named := func(address string) func(*web.Options) { return func(o *web.Options) { o.Org.URL = address } }
	text := open(t, local, named("https://www.caf.example/signaler")).browser().get("/.well-known/security.txt").body
	lines := regexp.MustCompile(`^Contact: https://www\.caf\.example/signaler
Expires: (\S+)
Preferred-Languages: fr, en
Canonical: ` + regexp.QuoteMeta(local) + `/\.well-known/security\.txt
$`).FindStringSubmatch(text)
	if lines == nil {
		t.Fatalf("%q", text)
	}
	expires, err := time.Parse(time.RFC3339, lines[1])
	if ahead := time.Until(expires); err != nil || ahead < 30*24*time.Hour || ahead > 365*24*time.Hour {
		t.Errorf("it expires in %s: %v", ahead, err)
	}
	for _, none := range []string{"", "http://www.caf.example/"} {
		if status := open(t, local, named(none)).browser().get("/.well-known/security.txt").Status; status != "404 Not Found" {
			t.Errorf("%q: %s", none, status)
		}
	}
}
