package web

import (
	"net/http"

	"moncompte/components"
)

func (s *site) helpIndex(w http.ResponseWriter, r *http.Request) error {
	view := components.HelpIndexView{Page: s.page(r), Groups: s.helpGroups(), Search: s.helpForm("")}
	return s.render(w, r, http.StatusOK, components.HelpIndex(view))
}

func (s *site) helpTopic(w http.ResponseWriter, r *http.Request) error {
	topic := s.Help.Topic(r.PathValue("page"))
	if topic == nil {
		return statusError(http.StatusNotFound)
	}
	view := components.HelpTopicView{Page: s.page(r), HTML: topic.HTML, Address: s.BaseURL.JoinPath(topic.Path()).String()}
	view.Title, view.Description = topic.Title, topic.Description
	view.Search.Provisional = s.unusual()
	for _, next := range topic.Next {
		view.Related = append(view.Related, components.HelpLink{HRef: next.Path(), Text: next.Short})
	}
	return s.render(w, r, http.StatusOK, components.HelpTopic(view))
}

// helpGroups lists every topic.
func (s *site) helpGroups() (all []components.HelpGroup) {
	for _, group := range s.Help.Groups() {
		g := components.HelpGroup{Name: group.Name}
		for _, t := range group.Topics {
			g.Links = append(g.Links, components.HelpLink{HRef: t.Path(), Text: t.Title, Description: t.Description})
		}
		all = append(all, g)
	}
	return all
}
