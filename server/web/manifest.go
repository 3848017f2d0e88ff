package web

import (
	"encoding/json"
	"net/http"

	"moncompte/app/words"
)

// manifest is what a browser needs to install the site (W3C Web Application Manifest).
type manifest struct {
	ID              string        `json:"id"`
	Name            string        `json:"name"`
	ShortName       string        `json:"short_name"`
	Description     string        `json:"description"`
	Lang            string        `json:"lang"`
	Dir             string        `json:"dir"`
	StartURL        string        `json:"start_url"`
	Scope           string        `json:"scope"`
	Display         string        `json:"display"`
	DisplayOverride []string      `json:"display_override"`
	ThemeColor      string        `json:"theme_color"`
	BackgroundColor string        `json:"background_color"`
	Categories      []string      `json:"categories"`
	Icons           []webImage    `json:"icons"`
	Shortcuts       []webShortcut `json:"shortcuts"`
	Screenshots     []webImage    `json:"screenshots,omitempty"`
}

type webImage struct {
	Src        string `json:"src"`
	Sizes      string `json:"sizes"`
	Type       string `json:"type"`
	Purpose    string `json:"purpose,omitempty"`
	FormFactor string `json:"form_factor,omitempty"`
	Label      string `json:"label,omitempty"`
}

type webShortcut struct {
	Name  string     `json:"name"`
	URL   string     `json:"url"`
	Icons []webImage `json:"icons"`
}

// webManifest names what is installed after the body that runs the portal.
func (s *site) webManifest(w http.ResponseWriter, r *http.Request) error {
	content, err := s.manifest()
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", revalidate)
	content.send(w, r, true)
	return nil
}

func (s *site) newManifest() (*content, error) {
	w := words.French
	m := manifest{
		ID: "/", Name: w.Product(), ShortName: w.Product(), Lang: w.Lang(), Dir: w.Dir(),
		Description: w.Manifest().Description,
		StartURL:    "/mon-compte?src=pwa", Scope: "/", Display: "standalone", DisplayOverride: []string{"standalone", "minimal-ui"},
		// The bar of css/10-tokens.css. The splash has it too: a manifest knows one colour, and white would flash in the dark.
		ThemeColor: "#0b2f6b", BackgroundColor: "#0b2f6b",
		Categories: []string{"government", "utilities"},
		// « any » and « maskable » are drawings of their own: cut to a shape, the first would lose its corners.
		Icons: s.images(
			webImage{Src: "icon-192.png", Sizes: "192x192", Type: "image/png", Purpose: "any"},
			webImage{Src: "icon-512.png", Sizes: "512x512", Type: "image/png", Purpose: "any"},
			webImage{Src: "favicon.svg", Sizes: "any", Type: "image/svg+xml", Purpose: "any"},
			webImage{Src: "maskable-192.png", Sizes: "192x192", Type: "image/png", Purpose: "maskable"},
			webImage{Src: "maskable-512.png", Sizes: "512x512", Type: "image/png", Purpose: "maskable"},
		),
		Shortcuts: []webShortcut{
			{w.Manifest().SignIn, "/connexion", s.shortcutIcon("shortcut-connexion.png")},
			{w.Manifest().Forgotten, "/mot-de-passe-oublie", s.shortcutIcon("shortcut-mot-de-passe.png")},
			{w.Manifest().Help, "/aide", s.shortcutIcon("shortcut-aide.png")},
		},
		Screenshots: s.images(
			webImage{Src: "connexion-narrow.webp", Sizes: "390x844", Type: "image/webp", FormFactor: "narrow", Label: w.Manifest().SignInPhone},
			webImage{Src: "aide-narrow.webp", Sizes: "390x844", Type: "image/webp", FormFactor: "narrow", Label: w.Manifest().HelpPhone},
			webImage{Src: "connexion-wide.webp", Sizes: "1280x800", Type: "image/webp", FormFactor: "wide", Label: w.Manifest().SignInDesktop},
			webImage{Src: "aide-wide.webp", Sizes: "1280x800", Type: "image/webp", FormFactor: "wide", Label: w.Manifest().HelpDesktop},
		),
	}
	if s.Org.Name != "" {
		m.Name += " – " + s.Org.Name
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return newContent(http.Header{"Content-Type": {"application/manifest+json"}}, text), nil
}

func (s *site) shortcutIcon(name string) []webImage {
	return s.images(webImage{Src: name, Sizes: "96x96", Type: "image/png"})
}

// images replaces the names of assets by their addresses, and leaves out those that were not built.
func (s *site) images(named ...webImage) (built []webImage) {
	for _, image := range named {
		if image.Src = s.Assets.URL(image.Src); image.Src != "" {
			built = append(built, image)
		}
	}
	return built
}
