package live

import (
	"strings"
	"syscall/js"
	"time"

	"moncompte/app/search"
	"moncompte/components"
)

// finder searches the help here: at once, without a network, and without sending what was typed anywhere.
type finder struct {
	index  *search.Index // nil until it has been fetched, from the service worker's cache as a rule
	asked  bool          // the fetch has begun and not failed
	use    func()        // what waits for it, the last to ask
	list   string        // what the place for results held before anything was asked; empty when the page came with results
	spoken delay
}

// watchSearch answers where a page has a search with an index and a place for results.
func watchSearch() {
	f := &finder{use: func() {}}
	if place := byID("resultats"); !place.IsNull() && !find(place, ".help-group").IsNull() {
		f.list = place.Get("innerHTML").String()
	}
	on(document, "focusin", func(event js.Value) {
		if _, ok := questionOf(event); ok {
			f.fetch(nil)
		}
	})
	on(document, "input", func(event js.Value) {
		field, ok := questionOf(event)
		switch {
		case !ok:
		case f.answer(field.Get("value").String()):
			event.Call("stopImmediatePropagation") // nothing is left to ask the server
		default:
			f.fetch(func() { f.answer(field.Get("value").String()) })
		}
	})
	// HTMX reads the field only when its delay is over: what is there by then may be private (OWASP ASVS 5.0 V14.2.1), or answered
	// here. Version 4 and version 2 name the event differently.
	on(document, "htmx:config:request htmx:configRequest", func(event js.Value) {
		if field, ok := questionOf(event); ok && f.answer(field.Get("value").String()) {
			event.Call("preventDefault")
		}
	})
	on(window, "submit", f.submit)
	safely(func() {
		// Whoever is in the field already has started the WASM by going there.
		if active := document.Get("activeElement"); active.Truthy() && active.Get("id").String() == "q" {
			f.fetch(nil)
		}
		f.arrive()
	})
}

// submit answers a form that is sent, where it must not be sent or cannot.
func (f *finder) submit(event js.Value) {
	form := event.Get("target")
	field := find(form, "#q")
	if !form.Call("matches", "form[role=search]").Bool() || field.IsNull() {
		return
	}
	question := field.Get("value").String()
	// What names a person must not get into an address (OWASP ASVS 5.0 V14.2.1): the server would take it out again, too late.
	if private(question) {
		event.Call("preventDefault")
		event.Call("stopImmediatePropagation")
		if !f.answer(question) { // the page has no place for it: the server's has
			window.Get("location").Call("assign", form.Get("action").String()+"?retire=1")
		}
		return
	}
	online := window.Get("navigator").Get("onLine").Bool()
	if !online && f.index != nil && f.answer(question) {
		event.Call("preventDefault")
		event.Call("stopImmediatePropagation")
	}
}

// arrive answers the question of the address where the page could not: the service worker has one page for all of them.
func (f *finder) arrive() {
	field := byID("q")
	question := window.Get("URLSearchParams").New(window.Get("location").Get("search")).Call("get", "q")
	if field.IsNull() || f.list == "" || question.Type() != js.TypeString || field.Get("value").String() != "" {
		return
	}
	f.fetch(func() {
		asked := question.String()
		asked = strings.ToValidUTF8(asked[:min(len(asked), search.MaxQuery)], "") // as the server cuts it
		if private(asked) || field.Get("value").String() != "" {
			return
		}
		field.Set("value", asked)
		f.answer(asked)
	})
}

// questionOf returns the event's target if that is the field of a search that can be answered here.
func questionOf(event js.Value) (field js.Value, ok bool) {
	field = event.Get("target")
	return field, field.Get("id").String() == "q" && !find(document, "form[role=search][data-index]").IsNull() && !byID("resultats").IsNull()
}

// private reports what must not be sent, by the page's pattern of provisional identifiers. One that is not understood is the server's.
func private(question string) bool {
	pattern, _ := patternOf(find(document, "form[role=search]"))
	return search.Private(question, pattern)
}

// fetch gets the index once and calls the last function that waited for it; nil waits for nothing and takes nobody's place. A
// failure leaves everything to the server, until somebody asks again.
func (f *finder) fetch(use func()) {
	if use != nil {
		f.use = use
	}
	form := find(document, "form[role=search][data-index]")
	if f.asked || form.IsNull() {
		return
	}
	f.asked = true
	again := func() { f.asked = false }
	options := map[string]any{"credentials": "omit"}
	then(window.Call("fetch", attribute(form, "data-index"), options), func(response js.Value) {
		if !response.Get("ok").Bool() {
			f.asked = response.Get("status").Int() == 404 // an index of another version does not come back
			return
		}
		then(response.Call("arrayBuffer"), func(buffer js.Value) {
			data := make([]byte, buffer.Get("byteLength").Int())
			js.CopyBytesToGo(data, window.Get("Uint8Array").New(buffer))
			if index, err := search.Parse(data); err == nil {
				f.index = index
				f.use()
			}
		}, again)
	}, again)
}

// answer shows what the server would answer, and no answer of the server's that is still under way replaces it. It returns false for
// what only the server can: everything but a refusal while there is no index, and the list of all topics on a page that came
// without it.
func (f *finder) answer(question string) bool {
	form, place := find(document, "form[role=search]"), byID("resultats")
	if form.IsNull() || place.IsNull() || f.index == nil && !private(question) {
		return false
	}
	pattern, _ := patternOf(form)
	results := components.NewHelpResults(said, f.index, question, pattern, nil)
	switch {
	case results.Private || results.Asked:
		show(place, components.HelpResults(results))
	case f.list != "":
		place.Set("innerHTML", f.list)
	default:
		return false
	}
	// HTMX 2 reads the event's detail.
	stop := map[string]any{"bubbles": true, "detail": map[string]any{}}
	byID("q").Call("dispatchEvent", window.Get("CustomEvent").New("htmx:abort", stop))
	f.spoken.run(400*time.Millisecond, func() { byID("nombre").Set("textContent", results.Status()) })
	return true
}
