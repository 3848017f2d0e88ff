package live

import (
	"bytes"
	"context"
	"strings"
	"syscall/js"
	"time"

	"github.com/a-h/templ"
)

var (
	window   = js.Global()
	document = js.Global().Get("document")
)

// safely runs a handler so that its panic stays without effect: the page is usable without it, and a panic that got through
// would end the program.
func safely(f func()) {
	defer func() { _ = recover() }()
	f()
}

// on hears an event before anybody else does, HTMX and the page script included.
func on(target js.Value, names string, handle func(event js.Value)) {
	listener := js.FuncOf(func(_ js.Value, args []js.Value) any {
		safely(func() { handle(args[0]) })
		return nil
	})
	for _, name := range strings.Fields(names) {
		target.Call("addEventListener", name, listener, true)
	}
}

// then waits for a promise. A refusal runs the last functions, if any, and is silent.
func then(promise js.Value, use func(js.Value), otherwise ...func()) {
	var fulfilled, refused js.Func
	release := func() {
		fulfilled.Release()
		refused.Release()
	}
	fulfilled = js.FuncOf(func(_ js.Value, args []js.Value) any {
		defer release()
		safely(func() { use(args[0]) })
		return nil
	})
	refused = js.FuncOf(func(js.Value, []js.Value) any {
		release()
		for _, f := range otherwise {
			safely(f)
		}
		return nil
	})
	promise.Call("then", fulfilled, refused)
}

// delay runs the last of several functions once nobody has come with another for a while.
type delay struct{ timer *time.Timer }

func (d *delay) run(after time.Duration, f func()) {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.timer = time.AfterFunc(after, func() { safely(f) })
}

// byID returns null when there is none.
func byID(id string) js.Value { return document.Call("getElementById", id) }

func find(in js.Value, selector string) js.Value { return in.Call("querySelector", selector) }

// each visits the elements of a selector.
func each(in js.Value, selector string, visit func(js.Value)) {
	list := in.Call("querySelectorAll", selector)
	for i := range list.Length() {
		visit(list.Index(i))
	}
}

// attribute is "" for none.
func attribute(element js.Value, name string) string {
	if value := element.Call("getAttribute", name); value.Type() == js.TypeString {
		return value.String()
	}
	return ""
}

func html(c templ.Component) string {
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		return ""
	}
	return b.String()
}

// show puts a component in the place of what an element contains. What stands there already stays as it is: Tab may just have
// led from the field to a link in it. templ has escaped what came from a person.
func show(in js.Value, c templ.Component) {
	if in.IsNull() {
		return
	}
	fresh := document.Call("createElement", "template")
	fresh.Set("innerHTML", html(c))
	if !fresh.Get("innerHTML").Equal(in.Get("innerHTML")) {
		in.Call("replaceChildren", fresh.Get("content"))
	}
}
