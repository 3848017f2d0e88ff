package gallery

import (
	"github.com/a-h/templ"

	"moncompte/components"
)

// View is what /_galerie shows: the index for an empty slug, one story for its
// slug, nil for a slug that no story has. p brings words, limits and assets, and the organisation of the index.
func View(p components.Page, slug string) templ.Component {
	all := Stories(p)
	if slug == "" {
		p.Title = "Galerie"
		return Index(IndexView{Page: p, Stories: all})
	}
	for _, s := range all {
		if s.Slug() != slug {
			continue
		}
		if !s.Fragment {
			return s.Component
		}
		p.Title = s.Name
		return Fragment(FragmentView{Page: p, Story: s})
	}
	return nil
}

// groups splits stories where the group changes.
func groups(all []Story) [][]Story {
	var out [][]Story
	for i, s := range all {
		if i == 0 || s.Group != all[i-1].Group {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], s)
	}
	return out
}
