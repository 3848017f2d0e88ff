package live

import (
	"syscall/js"

	"moncompte/app/nir"
	"moncompte/components"
)

// changed is the id of each field that was typed in since the page or an answer came. What the server said of a field stays
// until then.
var changed = map[string]bool{}

// identifierOf returns the event's target if that is the identifier field. The one that is read-only is for password managers.
func identifierOf(event js.Value) (field js.Value, ok bool) {
	field = event.Get("target")
	return field, field.Get("id").String() == "identifiant" && !field.Get("readOnly").Bool()
}

// judge reads an identifier field. It returns false when the page's pattern of provisional identifiers is not understood: then
// the server alone judges.
func judge(field js.Value) (typed string, r nir.Report, ok bool) {
	typed = field.Get("value").String()
	pattern, err := patternOf(field)
	if err != nil {
		return typed, r, false
	}
	return typed, nir.Check(typed, pattern), true
}

// patternOf is the pattern of provisional identifiers that an element names, nil for the usual one.
func patternOf(element js.Value) (*nir.Pattern, error) {
	if source := attribute(element, "data-provisional"); source != "" {
		return nir.ParsePattern(source)
	}
	return nil, nil
}

// watchIdentifier answers while the identifier is typed. The field itself is never written to; its state and its description are the
// page script's, once it has been left.
func watchIdentifier(v *voice) {
	answer := func(field js.Value, left bool) {
		typed, r, ok := judge(field)
		if !ok {
			return
		}
		view := identifierView(typed, r, left)
		show(byID("identifiant-erreur"), components.FieldMessage(view))
		v.say(view.Spoken)
	}
	on(document, "input", func(event js.Value) {
		if field, ok := identifierOf(event); ok {
			changed["identifiant"] = true
			answer(field, false)
		}
	})
	on(document, "focusout", func(event js.Value) {
		if field, ok := identifierOf(event); ok && changed["identifiant"] {
			answer(field, true)
		}
	})
}
