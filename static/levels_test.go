package static

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"moncompte/server/check"
)

// level is what a browser gets, and from where on. What its sources use is found in them: syntax, and every name behind a dot that the
// compatibility data of MDN knows, by the oldest interface that has it. Listed is what such a name alone would not tell.
type level struct {
	name    string
	sources []string
	needs   map[string]string // key of the data: how the source uses it
	asked   []string          // names that the source uses only where they are there, or that our settings never reach
	own     []string          // names of the source's own objects, as an interface has them by chance
}

// The levels stand on each other, but for offline and WASM, which both stand on the page script.
var levels = []level{
	{name: "page script", sources: []string{"js/page.js"},
		needs: map[string]string{"api.AbortController": `window\.AbortController`, "api.fetch": `window\.fetch`, "api.Element.closest": `prototype\.closest`,
			"api.HTMLTemplateElement": `window\.HTMLTemplateElement`, "javascript.builtins.Set": `window\.Set`, "javascript.builtins.Promise": `window\.Promise`},
		asked: []string{"share", "requestSubmit", "PublicKeyCredential", "replaceChildren"}},
	{name: "htmx", sources: []string{"node_modules/htmx.org/dist/htmx.min.js"},
		needs: map[string]string{"api.Element.replaceChildren": `\.replaceChildren`},
		asked: []string{"moveBefore", "startViewTransition", "navigation", "finished", "parseHTMLUnsafe", "adoptedStyleSheets", "hashChange", "navigationType", "canIntercept"},
		own:   []string{"config", "path", "delay", "changed", "show", "capture", "transition", "sourceElement", "createHTML", "createScript", "interval"}},
	{name: "offline", sources: []string{"worker/sw.js"},
		needs: map[string]string{"api.ServiceWorkerGlobalScope.fetch_event": `addEventListener\("fetch"`, "api.Cache": `caches\.`, "api.Clients.claim": `clients\.claim`}},
	{name: "WASM", sources: []string{"js/boot.js", "js/compile.js"},
		needs: map[string]string{"http.headers.Content-Security-Policy.script-src.wasm-unsafe-eval": `wasm-unsafe-eval`,
			"webassembly.bulk-memory-operations": `copies of memory`, "webassembly.non-trapping-float-to-int-conversions": `conversions that\s+// saturate`,
			"webassembly.sign-extension-operations": `sign extension`, "api.Element.replaceChildren": `prototype\.replaceChildren`},
		asked: []string{"connection", "saveData", "effectiveType", "ResizeObserver", "prompt", "transferSize"},
		own:   []string{"run"}},
	{name: "passkeys", sources: []string{"js/passkey.js"},
		needs: map[string]string{"api.PublicKeyCredential": `window\.PublicKeyCredential`, "api.CredentialsContainer.get.publicKey_option": `credentials\.get`,
			"api.CredentialsContainer.create.publicKey_option": `credentials\.create`},
		asked: []string{"getClientCapabilities", "isConditionalMediationAvailable", "getTransports"}},
	{name: "reading aloud", sources: []string{"js/listen.js"},
		needs: map[string]string{"api.SpeechSynthesis": `speechSynthesis`, "javascript.builtins.Intl.Segmenter": `Intl\.Segmenter`},
		asked: []string{"highlights"}, own: []string{"range"}},
}

// syntax is what can be seen in a source: the key of the data for each pattern.
var syntax = map[string]string{
	`=>`:                     "javascript.functions.arrow_functions",
	"`":                      "javascript.grammar.template_literals",
	`\basync\b`:              "javascript.statements.async_function",
	`\?\.[a-zA-Z\[(]`:        "javascript.operators.optional_chaining",
	`\?\?[^=]`:               "javascript.operators.nullish_coalescing",
	`\?\?=`:                  "javascript.operators.nullish_coalescing_assignment",
	`\|\|=`:                  "javascript.operators.logical_or_assignment",
	`[^&"'\w]#[a-zA-Z]+\(`:   "javascript.classes.private_class_methods",
	`[^&"'\w]#[a-zA-Z]+[=;]`: "javascript.classes.private_class_fields",
	`catch ?\{`:              "javascript.statements.try_catch.optional_catch_binding",
}

// browsers are the columns of the README, and what the data calls them.
var browsers = []struct{ name, key string }{{"Chrome", "chrome"}, {"Firefox", "firefox"}, {"Safari", "safari"}, {"iOS", "safari_ios"}}

type versions [4]float64

const never = 1e9

func (v versions) String() string {
	words := make([]string, len(v))
	for i, b := range browsers {
		words[i] = b.name + " " + strconv.FormatFloat(v[i], 'f', -1, 64)
	}
	return strings.Join(words, " | ")
}

// compat is the data of MDN: a tree, with what browsers support under __compat.
type compat map[string]json.RawMessage

func (c compat) at(t *testing.T, key string) compat {
	t.Helper()
	for part := range strings.SplitSeq(key, ".") {
		var next compat
		if err := json.Unmarshal(c[part], &next); err != nil || next == nil {
			t.Fatalf("the data knows no %s", key)
		}
		c = next
	}
	return c
}

// since is from which versions on browsers support what c is about; whole, not in part.
func (c compat) since(whole bool) (v versions, known bool) {
	var about struct {
		Support map[string]json.RawMessage
	}
	if json.Unmarshal(c["__compat"], &about) != nil || about.Support == nil {
		return v, false
	}
	type support struct {
		VersionAdded any             `json:"version_added"`
		Flags        json.RawMessage `json:"flags"`
		Partial      bool            `json:"partial_implementation"`
		Prefix       string          `json:"prefix"`
		Alternative  string          `json:"alternative_name"`
	}
	for i, b := range browsers {
		var all []support
		if json.Unmarshal(about.Support[b.key], &all) != nil {
			all = make([]support, 1)
			json.Unmarshal(about.Support[b.key], &all[0])
		}
		v[i] = never
		for _, s := range all {
			text, _ := s.VersionAdded.(string)
			if n, err := strconv.ParseFloat(strings.TrimPrefix(text, "≤"), 64); err == nil && s.Flags == nil && !(whole && s.Partial) && s.Prefix == "" && s.Alternative == "" {
				v[i] = min(v[i], n)
			}
		}
	}
	return v, true
}

// names are all members of interfaces and built-in objects, and the globals, each by the oldest that has it.
func (c compat) names(t *testing.T) map[string]versions {
	oldest := map[string]versions{}
	note := func(name string, c compat) {
		v, known := c.since(false)
		if !known {
			return
		}
		if before, twice := oldest[name]; twice {
			for i := range v {
				v[i] = min(v[i], before[i])
			}
		}
		oldest[name] = v
	}
	for _, under := range []string{"api", "javascript.builtins"} {
		for name, raw := range c.at(t, under) {
			var owner compat
			if json.Unmarshal(raw, &owner) != nil {
				continue
			}
			note(name, owner)
			for member, raw := range owner {
				var inner compat
				if member != "__compat" && json.Unmarshal(raw, &inner) == nil {
					note(strings.TrimSuffix(member, "_static"), inner)
				}
			}
		}
	}
	return oldest
}

var (
	member  = regexp.MustCompile(`[\w)\]]\??\.([a-zA-Z]\w*)`)
	remarks = regexp.MustCompile(`(?m)(^|\s)//.*$`)
)

func TestTheREADMENamesTheOldestBrowsersOfEachLevel(t *testing.T) {
	raw, err := os.ReadFile("../server/e2e/node/node_modules/@mdn/browser-compat-data/data.json")
	if err != nil {
		t.Fatalf("%v: run `go tool -modfile=tools.mod task setup`", err)
	}
	var data compat
	check.OK(t, json.Unmarshal(raw, &data))
	names := data.names(t)
	readme, err := os.ReadFile("../README.md")
	check.OK(t, err)
	var below versions
	for i, l := range levels {
		var source strings.Builder
		for _, name := range l.sources {
			text, err := os.ReadFile(name)
			check.OK(t, err)
			source.Write(text)
		}
		code := remarks.ReplaceAllString(source.String(), "")
		oldest, why := below, [4]string{"the level below", "the level below", "the level below", "the level below"}
		want := func(what string, v versions) {
			for i := range v {
				if v[i] > oldest[i] {
					oldest[i], why[i] = v[i], what
				}
			}
		}
		for key, use := range l.needs {
			if !regexp.MustCompile(use).MatchString(source.String()) {
				t.Errorf("%s: %s is listed and not used", l.name, key)
			}
			v, known := data.at(t, key).since(true)
			if !known {
				t.Errorf("%s: the data says nothing of %s", l.name, key)
			}
			want(key, v)
		}
		for pattern, key := range syntax {
			if regexp.MustCompile(pattern).MatchString(code) {
				v, _ := data.at(t, key).since(true)
				want(key, v)
			}
		}
		used := map[string]bool{}
		for _, found := range member.FindAllStringSubmatch(code, -1) {
			used[found[1]] = true
		}
		for _, name := range append(l.own, l.asked...) {
			if !used[name] && !strings.Contains(code, name) {
				t.Errorf("%s: %s is listed and not used", l.name, name)
			}
			delete(used, name)
		}
		for name := range used {
			if v, known := names[name]; known {
				want("."+name, v)
			}
		}
		if row := fmt.Sprintf("| %s | %s |", l.name, oldest); !strings.Contains(string(readme), row) {
			t.Errorf("the README lacks\n%s\nby %q", row, why)
		}
		if i == 0 {
			below = oldest
		}
	}
}
