package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long anything may take before a test gives up. It bounds a hang and nothing else: a loaded machine is slow.
const patience = 2 * time.Minute

// equipment is what a person comes with.
type equipment struct {
	name     string
	width    int64
	height   int64
	phone    bool // fingers, a viewport that follows the page's meta tag, two device pixels a pixel
	noScript bool
}

var (
	phone   = equipment{name: "phone", width: 360, height: 740, phone: true}
	desktop = equipment{name: "desktop", width: 1280, height: 800}
)

// both are a phone and a desktop, with scripts.
var both = []equipment{phone, desktop}

// everyEquipment is a phone and a desktop, with scripts and without.
func everyEquipment() []equipment {
	all := []equipment{phone, desktop}
	for _, e := range all[:2] {
		e.name += " without scripts"
		e.noScript = true
		all = append(all, e)
	}
	return all
}

// keyboards are the desktops of everyEquipment.
func keyboards() []equipment {
	return slices.DeleteFunc(everyEquipment(), func(e equipment) bool { return e.phone })
}

// onEach runs a test with each of them, side by side.
func onEach(t *testing.T, all []equipment, test func(t *testing.T, with equipment)) {
	for _, with := range all {
		t.Run(with.name, func(t *testing.T) {
			t.Parallel()
			test(t, with)
		})
	}
}

// tab is one page of a browser that has never been here: no cookies, no cache. What needs its context runs in Chromium alone.
type tab struct {
	*console
	hands
	t    testing.TB
	ctx  context.Context // of Chromium's DevTools; nil in another engine
	site *site
	with equipment
	mark int
}

func openTab(t testing.TB, s *site, with equipment) *tab {
	t.Helper()
	return attach(t, s, with, browser, chromedp.WithNewBrowserContext())
}

func attach(t testing.TB, s *site, with equipment, in context.Context, options ...chromedp.ContextOption) *tab {
	t.Helper()
	p := &tab{console: &console{}, t: t, site: s, with: with}
	ctx, cancel := chromedp.NewContext(in, append(options, chromedp.WithListener(p.listen))...)
	t.Cleanup(cancel)
	check(t, chromedp.Do(ctx))
	p.ctx, p.hands = ctx, chromium{ctx, with.phone}
	t.Cleanup(func() {
		get[bool](p, "true") // every event before this answer has been heard
		p.console.check(t)
	})
	p.resize(with.width, with.height)
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: with.noScript})
	return p
}

// resize changes the size of the screen, in CSS pixels.
func (p *tab) resize(width, height int64) {
	p.t.Helper()
	var options []chromedp.EmulateViewportOption
	if p.with.phone {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))
	}
	p.do(chromedp.EmulateViewport(width, height, options...))
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	check(p.t, chromedp.Do(ctx, steps...))
}

// call sends a command of the DevTools protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	answer, err := chromedp.Call(ctx, command, params)
	check(p.t, err)
	return answer
}

// get evaluates an expression in the page. It works without scripts too: only the page's own are off.
func get[T any](p *tab, expression string) T {
	p.t.Helper()
	value, err := evaluated[T](p, expression, patience)
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

func evaluated[T any](p *tab, expression string, within time.Duration) (value T, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	answer, err := p.evaluate(ctx, expression)
	if err == nil && (len(answer) == 0 || string(answer) == "null") {
		err = errors.New("it has no value")
	}
	if err == nil {
		err = json.Unmarshal(answer, &value)
	}
	return value, err
}

// until waits for an expression to be true. An expression that throws is not true yet.
func (p *tab) until(expression string) {
	p.t.Helper()
	if p.turns(expression, patience) {
		return
	}
	// The page may be the one that hangs.
	page, _ := evaluated[string](p, `location.pathname + "\n" + document.body.innerText`, time.Second)
	p.t.Fatalf("never true: %s\non %s", expression, page)
}

// turns reports whether an expression becomes true in that time.
func (p *tab) turns(expression string, within time.Duration) bool {
	late := time.Now().Add(within)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for time.Now().Before(late) {
		// An answer may be lost with the page that was asked.
		if ok, err := evaluated[bool](p, "Boolean("+expression+")", min(time.Until(late), 5*time.Second)); err == nil && ok {
			return true
		}
		<-again.C
	}
	return false
}

// wait waits for what no expression in the page can tell.
func (p *tab) wait(what string, done func() bool) {
	p.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	for !done() {
		select {
		case <-late:
			p.t.Fatalf("never: %s", what)
		case <-again.C:
		}
	}
}

// is fails the test when an expression is not true now.
func (p *tab) is(expression string) {
	p.t.Helper()
	if !get[bool](p, "Boolean("+expression+")") {
		p.t.Errorf("not true on %s: %s\n%s", p.path(), expression, p.text("body"))
	}
}

// open goes to an address of the site, as if it were typed.
func (p *tab) open(path string) {
	p.t.Helper()
	p.follow(func() { p.visit(p.site.url + path) })
}

// visit goes to an address of any site.
func (p *tab) visit(address string) {
	p.t.Helper()
	p.handle(func(ctx context.Context) error { return p.goTo(ctx, address) })
}

// handle fails the test when the hands cannot do something, or not in time.
func (p *tab) handle(act func(context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	check(p.t, act(ctx))
}

// back is the browser's Back button.
func (p *tab) back() {
	p.t.Helper()
	p.follow(func() { p.handle(p.goBack) })
}

// follow acts and waits until another document is there, whole.
func (p *tab) follow(act func()) {
	p.t.Helper()
	p.mark++
	get[int](p, fmt.Sprintf("window.e2eMark = %d", p.mark))
	act()
	// Between two pages Firefox has an empty one, which is complete as well.
	p.until(fmt.Sprintf(`window.e2eMark !== %d && location.href !== "about:blank" && document.readyState === "complete"`, p.mark))
}

// leave ends the page: nothing of it goes on.
func (p *tab) leave() {
	p.t.Helper()
	call(p, page.Navigate, page.NavigateParams{URL: "about:blank"})
	p.until(`location.href === "about:blank"`)
}

func (p *tab) path() string { return get[string](p, "location.pathname") }

// text is what a person reads in the first element of a selector, with plain spaces and without what only keeps a line together.
func (p *tab) text(selector string) string {
	p.t.Helper()
	return get[string](p, fmt.Sprintf(`(document.querySelector(%s)?.innerText ?? "").replace(/\u2060/g, "").replace(/\s+/g, " ").trim()`, quote(selector)))
}

// says fails the test when the selected element does not contain the words.
func (p *tab) says(selector, words string) {
	p.t.Helper()
	if text := p.text(selector); !strings.Contains(text, words) {
		p.t.Errorf("%s on %s says %q, not %q", selector, p.path(), text, words)
	}
}

// at fails the test when the page is not the one at the path, with that heading.
func (p *tab) at(path, heading string) {
	p.t.Helper()
	if got := p.path(); got != path {
		p.t.Fatalf("the page is %s, not %s: %s", got, path, p.text("main"))
	}
	if got := get[[]string](p, `[...document.querySelectorAll("h1")].map(h => h.innerText.replace(/\s+/g, " "))`); len(got) != 1 || got[0] != heading {
		p.t.Errorf("the headings of %s are %q, not %q", path, got, heading)
	}
}

// quote writes text as a JavaScript string.
func quote(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// another opens a second tab of the same browser: same cookies, same cache.
func (p *tab) another() *tab {
	p.t.Helper()
	return attach(p.t, p.site, p.with, p.ctx)
}
