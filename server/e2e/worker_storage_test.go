package e2e

import (
	"slices"
	"strings"
	"testing"
)

func TestEvictedStorageFillsAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, phone, "/")
	before := p.kept()
	promised[bool](p, `caches.keys().then(names => Promise.all(names.map(name => caches.delete(name)))).then(() => true)`)
	p.open("/aide/numero")
	p.reads("/aide/numero")
	p.wait("the pages come back", func() bool { return len(p.kept()) == len(before) })
	s.stop()
	p.open("/aide/se-connecter")
	p.reads("/aide/se-connecter")
}

// Whatever a person does, no cache of the worker ever holds a page of a session, and Back does not bring one back.
func TestNothingOfASessionIsEverKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, desktop, "/")
	before, pages := p.cached(), len(p.kept())
	p.signIn(nathalie)
	p.open("/mon-compte/securite")
	p.open("/aide")
	p.is(`document.querySelector(".sign-out button")`) // the network's page, not the kept one
	p.open("/aide/numero")
	p.is(`document.querySelector(".sign-out button")`)
	p.open("/mon-compte")
	p.at("/mon-compte", headingAccount)
	// Storage is emptied while somebody is signed in, and fills again without a cookie.
	promised[bool](p, `caches.keys().then(names => Promise.all(names.map(name => caches.delete(name)))).then(() => true)`)
	p.open("/aide")
	p.wait("the pages come back", func() bool { return len(p.kept()) == pages })
	p.open("/mon-compte")
	p.follow(func() { p.press(named("Déconnexion")) })
	p.at("/", headingOut)

	after := p.cached() // with what the WebAssembly asked to keep
	for _, key := range before {
		if !slices.Contains(after, key) {
			t.Errorf("%s has gone", key)
		}
	}
	for _, key := range after {
		if !slices.Contains(before, key) && !strings.HasPrefix(key, "/s/") {
			t.Errorf("%s came on top", key)
		}
	}
	for _, key := range after {
		if !strings.HasPrefix(key, "/aide") && !strings.HasPrefix(key, "/hors-ligne?") && !strings.HasPrefix(key, "/s/") {
			t.Errorf("%s is kept", key)
		}
	}
	personal := promised[[]string](p, `(async () => {
		const found = [];
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) {
				const text = await (await cache.match(request)).text();
				if (/action="\/deconnexion"|DURAND/.test(text)) found.push(request.url);
			}
		}
		return found;
	})()`)
	if len(personal) > 0 {
		t.Errorf("pages of a session are kept: %v", personal)
	}

	p.back()
	p.at("/connexion", headingLogin)
	s.stop()
	p.open("/mon-compte")
	p.at("/mon-compte", headingOffline)
	p.back()
	if p.text("h1") == headingAccount || strings.Contains(p.text("body"), "DURAND") {
		t.Error("Back shows a page of the session")
	}
}

func TestTheWorkerKeepsOnlyHashedFilesThatAPageAsksFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, desktop, "/")
	p.expect("status of 404")
	before := p.cached()
	icon := s.options.Assets.URL("franceconnect.svg")
	tell := func(message string) {
		t.Helper()
		get[bool](p, `(navigator.serviceWorker.controller.postMessage(`+message+`), true)`)
	}
	tell(`{type: "keep", urls: "/s/"}`)
	tell(`null`)
	tell(`{type: "keep", urls: ["/mon-compte", "https://moncompte.example/s/x.js", "` + icon + `"]}`)
	p.wait("the icon is kept", func() bool { return slices.Contains(p.cached(), icon) })
	if after := p.cached(); len(after) != len(before)+1 {
		t.Errorf("kept: %v", after)
	}
}
