package web_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"moncompte/app/limits"
	"moncompte/app/words"
	"moncompte/components"
	"moncompte/components/gallery"
	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/web"
	"moncompte/static/aide"
)

// everything is all that pages and the help say with these limits.
func everything(t *testing.T, l limits.Limits) string {
	t.Helper()
	var b strings.Builder
	for _, s := range gallery.Stories(components.Page{Words: words.French, Limits: l}) {
		check.OK(t, s.Component.Render(t.Context(), &b))
	}
	help, err := aide.Load(aide.Options{FranceConnect: true, Limits: l})
	check.OK(t, err)
	for _, g := range help.Groups() {
		for _, topic := range g.Topics {
			b.WriteString(topic.Title + topic.Description + topic.HTML)
		}
	}
	return b.String()
}

// figures are the fields of a struct and of the structs in it.
func figures(of reflect.Type) (all []reflect.StructField) {
	for field := range of.Fields() {
		if field.Type.Kind() != reflect.Struct {
			all = append(all, field)
			continue
		}
		for _, inner := range figures(field.Type) {
			inner.Index = append(slices.Clone(field.Index), inner.Index...)
			all = append(all, inner)
		}
	}
	return all
}

// A limit that no page and no topic gives is told to nobody, and one that they give by heart does not change with it.
func TestEachLimitIsTold(t *testing.T) {
	standard := everything(t, portal.StandardLimits)
	for _, limit := range figures(reflect.TypeFor[limits.Limits]()) {
		changed := portal.StandardLimits
		field := reflect.ValueOf(&changed).Elem().FieldByIndex(limit.Index)
		field.SetInt(2 * field.Int())
		if everything(t, changed) == standard {
			t.Errorf("%s changes, and nothing that people read does", limit.Name)
		}
	}
}

// What the site is configured with is what its pages say.
func TestAPageSaysTheLimitsOfItsSite(t *testing.T) {
	o := open(t, local, func(o *web.Options) {
		o.Limits = portal.StandardLimits
		o.Limits.CodeDigits = 9
	})
	if page := o.browser().get("/premiere-connexion").body; !strings.Contains(page, "un code à 9\u00a0chiffres") {
		t.Error("the page says another length of codes")
	}
}
