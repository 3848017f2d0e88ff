package gallery

import "moncompte/components"

func disownings(p components.Page) []Story {
	p = at(p, "/ce-n-etait-pas-moi/EXEMPLE")
	story := func(name string, v components.DisowningView) Story {
		v.Page = p
		return Story{Group: "Ce n’était pas moi", Name: name, Component: components.Disowning(v)}
	}
	return []Story{
		story("Simple", components.DisowningView{Token: "EXEMPLE"}),
		story("Trop tard", components.DisowningView{Over: true}),
	}
}
