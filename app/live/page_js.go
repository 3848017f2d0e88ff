package live

import (
	"syscall/js"
	"time"
)

// declinedKey remembers on the device that installing was refused: a choice, and nothing about the person.
const declinedKey = "moncompte.installer"

// watchNetwork tells the shell when the browser is offline, and for a moment when it no longer is.
func watchNetwork(s *shell) {
	var forget delay
	workers := window.Get("navigator").Get("serviceWorker") // undefined where there can be none
	helped := func() bool { return workers.Truthy() && workers.Get("controller").Truthy() }
	s.change(func(s *status) { s.offline, s.helped = !window.Get("navigator").Get("onLine").Bool(), helped() })
	if workers.Truthy() {
		on(workers, "controllerchange", func(js.Value) { s.change(func(s *status) { s.helped = helped() }) })
	}
	on(window, "offline", func(js.Value) {
		s.change(func(s *status) { s.offline, s.back, s.helped = true, false, helped() })
	})
	on(window, "online", func(js.Value) {
		s.change(func(s *status) { s.offline, s.back = false, true })
		forget.run(8*time.Second, func() { s.change(func(s *status) { s.back = false }) })
	})
}

// watchForms tells the shell whether somebody is at a form.
func watchForms(s *shell) {
	look := func() {
		busy, form := filling(), !find(document, inputs).IsNull()
		if busy != s.status.busy || form != s.status.form {
			s.change(func(s *status) { s.busy, s.form = busy, form })
		}
	}
	safely(func() {
		declined := stored(declinedKey) != ""
		s.change(func(s *status) { s.declined = declined })
	})
	safely(look)
	var settled delay
	on(document, "input focusin", func(js.Value) { look() })
	// The focus is nowhere for a moment while it goes from one field to the next.
	on(document, "focusout", func(js.Value) { settled.run(50*time.Millisecond, look) })
}

// inputs are what a person fills in. A search is not among them: it can be typed again.
const inputs = "main form:not([role=search]) input:not([type=hidden])"

// filling reports whether a form holds something that would be lost, or has the focus.
func filling() bool {
	if active := document.Get("activeElement"); active.Truthy() && active.Call("matches", inputs).Bool() {
		return true
	}
	found := false
	each(document, inputs+":not([readonly])", func(input js.Value) {
		switch input.Get("type").String() {
		case "radio", "checkbox":
			found = found || input.Get("checked").Bool() != input.Get("defaultChecked").Bool()
		default:
			found = found || input.Get("value").String() != ""
		}
	})
	return found
}

// pageActions are the shell's buttons.
type pageActions struct{}

// activate lets the new version take over and loads the page again, unless somebody has begun to type meanwhile. Where it has taken
// over already, as another tab wanted, loading again is all that is left to do.
func (pageActions) activate() {
	safely(func() {
		workers := window.Get("navigator").Get("serviceWorker")
		reload := func() {
			if !filling() {
				window.Get("location").Call("reload")
			}
		}
		on(workers, "controllerchange", func(js.Value) { reload() })
		then(workers.Call("getRegistration"), func(registration js.Value) {
			if registration.Truthy() && registration.Get("waiting").Truthy() {
				registration.Get("waiting").Call("postMessage", map[string]any{"type": "activate"})
				return
			}
			reload()
		})
	})
}

func (pageActions) decline() {
	safely(func() { window.Get("localStorage").Call("setItem", declinedKey, "non") })
}

// stored reads the browser's storage, which may be closed to us: then nothing is there.
func stored(key string) string {
	if value := window.Get("localStorage").Call("getItem", key); value.Type() == js.TypeString {
		return value.String()
	}
	return ""
}
