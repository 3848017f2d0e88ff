package gallery

import (
	"moncompte/app/search"
	"moncompte/components"
)

// helps are the pages of the help.
func helps(p components.Page) []Story {
	const group = "Aide"
	form := components.HelpSearchView{Index: "/aide/recherche/index.0123456789abcdef.bin", Live: true}
	groups := []components.HelpGroup{
		{Name: "Mon numéro", Links: []components.HelpLink{
			{HRef: "/aide/numero", Text: "Où trouver mon numéro de sécurité sociale\u00a0?", Description: "Sur ma carte Vitale."},
			{HRef: "/aide/sans-numero", Text: "Je n’ai pas de numéro"}}},
		{Name: "Je n’y arrive pas", Links: []components.HelpLink{{HRef: "/aide/site-en-panne", Text: "Le site ne répond pas", Description: "J’attends."}}},
	}
	topic := components.HelpTopicView{Page: at(p, "/aide/numero"),
		HTML:    "<p>Je regarde ma carte.</p>\n<h2 id=\"et-maintenant\">Et maintenant</h2>\n<ul>\n<li><a href=\"/connexion\">Je me connecte</a></li>\n</ul>",
		Related: []components.HelpLink{{HRef: "/aide/sans-numero", Text: "Je n’ai pas de numéro"}}}
	topic.Address = "https://moncompte.example/aide/numero"
	topic.Title = "Où trouver mon numéro\u00a0?"

	found := components.HelpResultsView{Words: p.Words, Asked: true, Hits: []search.Hit{
		{Path: "/aide/numero", Title: "Où trouver mon numéro\u00a0?", Excerpt: []search.Piece{
			{Text: "Le "}, {Text: "numéro", Match: true}, {Text: " est sous mon nom."}}},
		{Path: "/aide/sans-numero", Title: "Je n’ai pas de numéro", Excerpt: []search.Piece{{Text: "L’identifiant provisoire."}}},
	}}
	results := func(question string, v components.HelpResultsView) components.HelpSearchPageView {
		page := components.HelpSearchPageView{Page: at(p, "/aide/recherche"), Search: form, Results: v}
		page.Search.Question = question
		return page
	}
	nobody := results("", components.HelpResultsView{Words: p.Words, Asked: true})
	nobody.Page.Org.Phone = ""
	all := []Story{
		{Name: "Sommaire", Component: components.HelpIndex(components.HelpIndexView{Page: at(p, "/aide"), Search: form, Groups: groups})},
		{Name: "Une question", Component: components.HelpTopic(topic)},
		{Name: "Recherche, rien de demandé", Component: components.HelpSearchPage(results("", components.HelpResultsView{Words: p.Words, Groups: groups}))},
		{Name: "Recherche, deux réponses", Component: components.HelpSearchPage(results("numéro", found))},
		{Name: "Recherche, aucune réponse", Component: components.HelpSearchPage(results("zzzz", components.HelpResultsView{Words: p.Words, Asked: true}))},
		{Name: "Recherche, aucune réponse ni téléphone", Component: components.HelpSearchPage(nobody)},
		{Name: "Recherche, un numéro tapé", Component: components.HelpSearchPage(results("", components.HelpResultsView{Words: p.Words, Private: true}))},
		{Name: "Recherche, réponse HTMX", Component: components.HelpAnswer(found), Fragment: true},
		{Name: "Recherche, réponse HTMX, rien", Component: components.HelpAnswer(components.HelpResultsView{Words: p.Words, Asked: true}), Fragment: true},
	}
	for i := range all {
		all[i].Group = group
	}
	return all
}
