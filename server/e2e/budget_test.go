package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"moncompte/server/portal"
	"moncompte/server/web"
	"moncompte/static/aide"
)

// What a page may weigh on the way, in bytes. Ten segments of 1,460 bytes arrive in the first flight of a new connection (RFC 6928),
// and TLS takes some of it.
const (
	seenBudget    = 14_000 // to see and fill in the sign-in form: the page, with its style in it
	typedBudget   = 31_500 // to send it in the shortest way too: the whole sheet and its scripts
	offlineBudget = 60_000 // for the whole help, without a network
)

// weighed is an answer and what it took to bring it.
type weighed struct {
	wire int // bytes received, the status line and the headers among them
	body int // bytes of the body, compressed
	text string
}

// weigh asks for a path over a connection of its own, as a browser does, and counts what comes back.
func weigh(t testing.TB, address, path string) weighed {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	check(t, err)
	defer connection.Close()
	r, err := http.NewRequest(http.MethodGet, "http://"+address+path, nil)
	check(t, err)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	r.Header.Set("Connection", "close")
	check(t, r.Write(connection))
	received, err := io.ReadAll(connection)
	check(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(received)), r)
	check(t, err)
	body, err := io.ReadAll(answer.Body)
	check(t, err)
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d", path, answer.StatusCode)
	}
	text := body
	if answer.Header.Get("Content-Encoding") == "br" {
		text, err = io.ReadAll(brotli.NewReader(bytes.NewReader(body)))
		check(t, err)
	}
	return weighed{wire: len(received), body: len(body), text: string(text)}
}

// bill is what each address weighs.
type bill map[string]int

// within returns an error that lists the addresses, the heaviest first, when they are over the budget together.
func (b bill) within(budget int) error {
	sum := total(b)
	if sum <= budget {
		return nil
	}
	text := fmt.Sprintf("%d bytes, %d over the budget:", sum, sum-budget)
	paths := slices.SortedFunc(maps.Keys(b), func(one, two string) int { return b[two] - b[one] })
	for _, path := range paths {
		text += fmt.Sprintf("\n%7d %s", b[path], path)
	}
	return errors.New(text)
}

var (
	sheets  = regexp.MustCompile(`<link rel="stylesheet" href="([^"]+)"`)
	scripts = regexp.MustCompile(`<script[^>]* src="([^"]+)"(?: data-htmx="([^"]+)")?`)
)

// signInBills are what it takes to see the sign-in form, and to send it.
func signInBills(t testing.TB, address string) (seen, typed bill) {
	t.Helper()
	page := weigh(t, address, "/connexion")
	seen, typed = bill{"/connexion": page.wire}, bill{"/connexion": page.wire}
	for _, found := range sheets.FindAllStringSubmatch(page.text, -1) {
		typed[found[1]] = weigh(t, address, found[1]).wire
		if form := strings.Index(page.text, "</form>"); strings.Index(page.text, found[0]) < form {
			seen[found[1]] = typed[found[1]] // the form waits for it
		}
	}
	for _, found := range scripts.FindAllStringSubmatch(page.text, -1) {
		for _, script := range found[1:] {
			if script != "" {
				typed[script] = weigh(t, address, script).wire
			}
		}
	}
	return seen, typed
}

// announced is what the service worker is told to keep.
type announced struct {
	Pages map[string]string
	Pack  string
	Files []string
}

// offlineBill is what it takes to have the whole help without a network.
func offlineBill(t testing.TB, address string) (bill, announced) {
	t.Helper()
	worker := weigh(t, address, "/sw.js")
	list, _, _ := strings.Cut(strings.TrimPrefix(worker.text, "self.precache="), ";\n")
	var a announced
	check(t, json.Unmarshal([]byte(list), &a))
	b := bill{"/sw.js": worker.body, a.Pack: weigh(t, address, a.Pack).body}
	for _, file := range a.Files {
		b[file] = weigh(t, address, file).body
	}
	return b, a
}

// production is the site as people meet it: with FranceConnect, under its public address, and without the banner of dev mode.
func production(s *site, o *web.Options) {
	o.Dev = false
	o.BaseURL = &url.URL{Scheme: "https", Host: "moncompte.example"}
	o.FranceConnect = &web.FranceConnect{}
	help, err := aide.Load(aide.Options{OrgName: o.Org.Name, Phone: o.Org.Phone, URL: o.Org.URL, FranceConnect: true, Limits: portal.StandardLimits})
	check(s.t, err)
	o.Help = help
}

func TestTheSignInPageFitsTheFirstFlight(t *testing.T) {
	t.Parallel()
	seen, typed := signInBills(t, newSite(t, production, withPasskeys).address)
	if len(seen) != 1 {
		t.Errorf("the form waits for %d style sheets", len(seen)-1)
	}
	if len(typed) != len(seen)+4 {
		t.Errorf("the page has %d more files, not its sheet, htmx, page.js and boot.js", len(typed)-len(seen))
	}
	if err := seen.within(seenBudget); err != nil {
		t.Errorf("to see the form: %v", err)
	}
	if err := typed.within(typedBudget); err != nil {
		t.Errorf("to send the form: %v", err)
	}
	t.Logf("to see the form %d bytes, to send it %d", total(seen), total(typed))
}

func TestTheWholeHelpIsSmallEnoughToKeep(t *testing.T) {
	t.Parallel()
	b, list := offlineBill(t, newSite(t, production).address)
	if len(list.Pages) < 20 || len(list.Files) < 5 {
		t.Errorf("only %d pages and %d files are kept", len(list.Pages), len(list.Files))
	}
	if err := b.within(offlineBudget); err != nil {
		t.Errorf("the help: %v", err)
	}
	t.Logf("%d pages and %d files, %d bytes", len(list.Pages), len(list.Files), total(b))
}

// A check that finds nothing must be able to find something.
func TestTheBudgetsFindAPageThatIsTooHeavy(t *testing.T) {
	t.Parallel()
	s := newSite(t, production)
	light := s.serving()
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Ballast", strings.Repeat("x", seenBudget))
		light.ServeHTTP(w, r)
	}))
	seen, typed := signInBills(t, s.address)
	if err := seen.within(seenBudget); err == nil || !strings.Contains(err.Error(), "/connexion") {
		t.Errorf("a heavy answer is within the budget: %v", err)
	}
	if err := typed.within(typedBudget); err == nil {
		t.Error("five heavy answers are within the budget")
	}
	if err := (bill{"/aide": offlineBudget, "/sw.js": 1}).within(offlineBudget); err == nil {
		t.Error("one byte too many is within the budget")
	}
	if err := (bill{"/aide": offlineBudget}).within(offlineBudget); err != nil {
		t.Errorf("the whole budget is not within it: %v", err)
	}
}

func total(b bill) (sum int) {
	for _, weight := range b {
		sum += weight
	}
	return sum
}
