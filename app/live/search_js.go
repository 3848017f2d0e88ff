package live

import (
	"syscall/js"
	"time"

	"moncompte/app/search"
	"moncompte/components"
)

// finder searches the help here: at once, without a network, and without sending what was typed anywhere.
type finder struct {
	index  *search.Index // nil until it has been fetched, from the service worker's cache as a rule
	asked  bool          // the fetch has begun
	use    func()        // what waits for it, the last to ask
	list   string        // what the place for results held before anything was asked; empty when the page came with results
	spoken delay
}

// watchSearch answers where a page has a search with an index and a place for results.
func watchSearch() {
	f := &finder{}
	if place := byID("resultats"); !place.IsNull() && !find(place, ".help-group").IsNull() {
		f.list = place.Get("innerHTML").String()
	}
	on(document, "focusin", func(event js.Value) {
		if _, ok := questionOf(event); ok {
			f.fetch(func() {})
		}
	})
	on(document, "input", func(event js.Value) {
		field, ok := questionOf(event)
		if !ok {
			return
		}
		if f.index == nil {
			f.fetch(func() { f.answer(field.Get("value").String()) })
		} else if f.answer(field.Get("value").String()) {
			event.Call("stopImmediatePropagation") // nothing is left to ask the server
		}
	})
	on(window, "submit", func(event js.Value) {
		field := find(event.Get("target"), "#q")
		if !event.Get("target").Call("matches", "form[role=search]").Bool() || field.IsNull() {
			return
		}
		question := field.Get("value").String()
		online := window.Get("navigator").Get("onLine").Bool()
		// What names a person must not get into an address (OWASP ASVS 5.0 V14.2.1): the server would take it out again, too late.
		if (search.Private(question) || !online && f.index != nil) && f.answer(question) {
			event.Call("preventDefault")
			event.Call("stopImmediatePropagation")
		}
	})
	safely(func() {
		// Whoever is in the field already has started the WASM by going there.
		if active := document.Get("activeElement"); active.Truthy() && active.Get("id").String() == "q" {
			f.fetch(func() {})
		}
		f.arrive()
	})
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
		if asked = asked[:min(len(asked), search.MaxQuery)]; search.Private(asked) || field.Get("value").String() != "" {
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

// fetch gets the index once and calls the last function that waited for it. A failure leaves everything to the server.
func (f *finder) fetch(use func()) {
	f.use = use
	form := find(document, "form[role=search][data-index]")
	if f.asked || form.IsNull() {
		return
	}
	f.asked = true
	options := map[string]any{"credentials": "omit"}
	then(window.Call("fetch", attribute(form, "data-index"), options), func(response js.Value) {
		if !response.Get("ok").Bool() {
			return
		}
		then(response.Call("arrayBuffer"), func(buffer js.Value) {
			data := make([]byte, buffer.Get("byteLength").Int())
			js.CopyBytesToGo(data, window.Get("Uint8Array").New(buffer))
			if index, err := search.Parse(data); err == nil {
				f.index = index
				f.use()
			}
		})
	})
}

// answer shows what the server would answer. It returns false for what only the server can: the list of all topics, on a page
// that came without it.
func (f *finder) answer(question string) bool {
	place := byID("resultats")
	if place.IsNull() || f.index == nil && !search.Private(question) {
		return false
	}
	results := components.NewHelpResults(f.index, question, nil)
	switch {
	case results.Private || results.Asked:
		show(place, components.HelpResults(results))
	case f.list != "":
		place.Set("innerHTML", f.list)
	default:
		return false
	}
	f.spoken.run(400*time.Millisecond, func() { byID("nombre").Set("textContent", results.Status()) })
	return true
}
