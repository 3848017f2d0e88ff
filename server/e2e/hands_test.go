package e2e

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// element is a JavaScript expression for an element.
type element string

func css(selector string) element {
	return element("document.querySelector(" + quote(selector) + ")")
}

// named is the first visible link or button with that text.
func named(text string) element {
	return element(fmt.Sprintf(`[...document.querySelectorAll("a, button")].find(e =>
		e.checkVisibility() && e.innerText.replace(/\u2060/g, "").replace(/\s+/g, " ").trim() === %s)`, quote(text)))
}

// The elements of the sign-in form.
var (
	identifierField = css("#identifiant")
	passwordField   = css("#mot_de_passe")
	submitButton    = css("form[action='/connexion'] > button")
	revealButton    = css("[data-reveal]")
)

type point struct{ X, Y float64 }

// hands are what a person does in a browser, and an eye on the page: all that the ways of every engine need of it.
type hands interface {
	evaluate(ctx context.Context, expression string) ([]byte, error) // as JSON
	goTo(ctx context.Context, address string) error
	goBack(ctx context.Context) error
	click(ctx context.Context, at point) error
	insert(ctx context.Context, text string) error  // into the field that has the focus
	pressKey(ctx context.Context, key string) error // "\t" and "\r" are Tab and Enter
}

// reach scrolls to an element and returns its middle, once it keeps its place and nothing lies over it.
func (p *tab) reach(e element) point {
	p.t.Helper()
	const inPlace = `(e => {
		if (!e) return false;
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getClientRects()[0], x = r.x + r.width / 2, y = r.y + r.height / 2;
		const before = window.e2ePlace;
		window.e2ePlace = [x, y];
		return e.contains(document.elementFromPoint(x, y)) && before?.[0] === x && before[1] === y;
	})(%s)`
	get[bool](p, "(delete window.e2ePlace, window.e2ePressed = false, true)")
	p.until(fmt.Sprintf(inPlace, e))
	at := get[[]float64](p, "e2ePlace")
	return point{at[0], at[1]}
}

// press clicks, or taps on a phone, until the page has heard of it: the browser drops what it is given on a page that it has not
// painted yet, and says so to nobody. A tap is a click a moment later, and either may have led to another page.
func (p *tab) press(e element) {
	p.t.Helper()
	for heard := false; !heard; {
		at := p.reach(e)
		if !p.with.noScript {
			get[bool](p, `(addEventListener("click", () => { window.e2ePressed = true }, {capture: true, once: true}), true)`)
		}
		p.handle(func(ctx context.Context) error { return p.click(ctx, at) })
		heard = p.with.noScript || p.turns("window.e2ePressed !== false", 10*time.Second)
	}
}

// pressTwice is a double click.
func (p *tab) pressTwice(e element) {
	p.t.Helper()
	at := p.reach(e)
	p.do(chromedp.MouseClickXY(at.X, at.Y), chromedp.MouseClickXY(at.X, at.Y, chromedp.ClickCount(2)))
}

// write goes into a field and types at the end of what it holds.
func (p *tab) write(e element, text string) {
	p.t.Helper()
	p.press(e)
	p.until(fmt.Sprintf("document.activeElement === %s", e))
	get[bool](p, fmt.Sprintf("(e => { e.setSelectionRange(e.value.length, e.value.length); return true })(%s)", e))
	p.handle(func(ctx context.Context) error { return p.insert(ctx, text) })
}

// keys presses one key after the other: characters, Tab and Enter.
func (p *tab) keys(text string) {
	p.t.Helper()
	for _, key := range text {
		p.handle(func(ctx context.Context) error { return p.pressKey(ctx, string(key)) })
	}
}

// key presses one key, with an editing command of the browser if one is named ("paste").
func (p *tab) key(key string, modifiers chromedp.Modifier, command ...string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(modifiers), func(k *input.DispatchKeyEventParams) {
		if k.Type != input.DispatchKeyEventTypeKeyUp {
			k.Commands = command
		}
	}))
}

// fillIn types both fields of the sign-in form.
func (p *tab) fillIn(identifier, password string) {
	p.t.Helper()
	p.write(identifierField, identifier)
	p.write(passwordField, password)
}

// value is what a field holds.
func (p *tab) value(e element) string {
	p.t.Helper()
	return get[string](p, string(e)+".value")
}

// holds fails the test when a field does not hold the text.
func (p *tab) holds(e element, want string) {
	p.t.Helper()
	if got := p.value(e); got != want {
		p.t.Errorf("%s holds %q, not %q", e, got, want)
	}
}
