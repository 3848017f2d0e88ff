package live

import (
	"strings"
	"syscall/js"

	"moncompte/app/password"
	"moncompte/components"
)

const passwordID = "mot_de_passe"

func isPassword(event js.Value) bool { return event.Get("target").Get("id").String() == passwordID }

// watchPassword ticks the rules off where a new password is chosen, and elsewhere takes back what was said of the old text.
func watchPassword(v *voice) {
	normalize := window.Get("String").Get("prototype").Get("normalize")
	heard := map[password.Rule]bool{}
	answer := func(field js.Value, left bool) {
		rules := byID(passwordID + "-regles")
		if rules.IsNull() {
			return
		}
		list, err := password.DefaultList()
		typed := normalize.Call("call", field.Get("value")).String() // the form that the server judges and hashes
		known := password.Context{}
		if identifier := byID("identifiant"); !identifier.IsNull() {
			known.Identifier = identifier.Get("value").String()
			known.BirthDate = attribute(identifier, "data-birth")
			if names := attribute(identifier, "data-names"); names != "" {
				known.Names = strings.Split(names, "\n")
			}
		}
		view := components.LiveRules(said, password.Check(typed, known, list), typed == "", left, err == nil, known.Names != nil)
		show(rules, components.RuleList(view))
		v.say(func() string { return view.News(heard) })
	}
	on(document, "input", func(event js.Value) {
		if !isPassword(event) {
			return
		}
		if !changed[passwordID] {
			changed[passwordID] = true
			if box := byID(passwordID + "-erreur"); !box.IsNull() && !find(box, ".message").IsNull() {
				box.Call("replaceChildren")
			}
		}
		answer(event.Get("target"), false)
	})
	on(document, "focusout", func(event js.Value) {
		if isPassword(event) && changed[passwordID] {
			answer(event.Get("target"), true)
		}
	})
}

// watchCapsLock says that the keyboard writes capitals, where that cannot be seen. It yields to an error.
func watchCapsLock(v *voice) {
	set := func(on bool) {
		box := byID(passwordID + "-erreur")
		if box.IsNull() || !find(box, ".message").IsNull() || on != find(box, ".note").IsNull() {
			return
		}
		if !on {
			box.Call("replaceChildren")
			return
		}
		view := components.LiveCapsLock(said)
		show(box, components.FieldMessage(view))
		v.say(view.Spoken)
	}
	on(document, "keydown keyup", func(event js.Value) {
		// What fills a form by itself sends keys without a state.
		if isPassword(event) && event.Get("getModifierState").Type() == js.TypeFunction {
			set(event.Call("getModifierState", "CapsLock").Bool())
		}
	})
	on(document, "focusout", func(event js.Value) {
		if isPassword(event) {
			set(false)
		}
	})
}
