package live

import (
	"syscall/js"

	"github.com/a-h/templ"

	"moncompte/app/nir"
	"moncompte/components"
)

// watchSubmit answers a form with a malformed identifier at once, as the server would. It listens on the window, before the
// page script turns the button to « Connexion… ». A form that it lets through is the server's to judge.
func watchSubmit() {
	on(window, "submit", func(event js.Value) {
		form := event.Get("target")
		field := find(form, "#identifiant:not([readonly])")
		if field.IsNull() {
			clear(changed)
			return
		}
		typed, r, ok := judge(field)
		if !ok || r.OK() {
			clear(changed)
			return
		}
		answer := refusal(form, typed, r)
		event.Call("preventDefault")
		event.Call("stopImmediatePropagation")
		clear(changed)
		refuse(answer)
	})
}

// refusal is what the server answers to this form under HTMX.
func refusal(form js.Value, typed string, r nir.Report) templ.Component {
	page := components.Page{Words: said}
	if !find(form, "#canal").IsNull() {
		return components.RecoveryStartMessages(components.RecoveryStartView{
			Page: page, Identifier: typed, Report: r, Submitted: true,
			ChannelMissing: find(form, "input[name=canal]:checked").IsNull(),
		})
	}
	password := find(form, "#"+passwordID)
	return components.LoginMessages(components.LoginView{
		Page: page, Identifier: typed, Report: r, Submitted: true,
		PasswordMissing: !password.IsNull() && password.Get("value").String() == "",
	})
}

// refuse puts the messages where HTMX would: the summary into its target, each field's message into its own element. The page
// script then does what it does after an answer.
func refuse(answer templ.Component) {
	sheet := document.Call("createElement", "template")
	sheet.Set("innerHTML", html(answer))
	parts := sheet.Get("content")
	find(parts, "title").Call("remove") // without the name of the body that runs the portal
	each(parts, "[data-hx-swap-oob]", func(part js.Value) {
		if place := byID(part.Get("id").String()); !place.IsNull() {
			place.Set("innerHTML", part.Get("innerHTML"))
		}
		part.Call("remove")
	})
	byID("messages").Call("replaceChildren", parts)
	document.Call("dispatchEvent", window.Get("CustomEvent").New("moncompte:refused"))
}
