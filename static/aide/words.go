package aide

import (
	"fmt"
	"html"
	"maps"
	"net/url"
	"regexp"
	"strings"
)

// notConforming is the setting that says so.
const notConforming = "non conforme"

// words are what stands for the placeholders of a page, as HTML.
type words map[string]string

// words are those of the portal, and the figures that are quoted. It refuses a site that is not http or https: its address becomes a link.
func (o Options) words(quoted words) (words, error) {
	w := o.Words.Help()
	name, org, first := w.Org, w.Org, w.OrgFirst
	if o.OrgName != "" {
		name = html.EscapeString(o.OrgName)
		org += " (" + name + ")"
		first += " (" + name + ")"
	}
	contact := w.ContactAsk + " <strong>" + name + "</strong>."
	if o.Phone != "" {
		contact = w.ContactCall + " <strong>" + name + `</strong>, <a class="phone" href="tel:` + dial(o.Phone) + `">` +
			html.EscapeString(o.Phone) + "</a>."
	}
	site := w.OwnSite
	if o.URL != "" {
		u, err := url.Parse(o.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, fmt.Errorf("aide: the site %q is not an http or https address", o.URL)
		}
		site = w.Site + ` <a href="` + html.EscapeString(u.String()) + `">` + html.EscapeString(u.Host) + "</a>"
	}
	// What no audit has measured is not conforming (RGAA 4.1.2, the declaration).
	conforming := w.NotMeasured.Before + "<strong>" + w.NotMeasured.Inside + "</strong>" + w.NotMeasured.After
	if o.Accessibility != "" && o.Accessibility != notConforming {
		conforming = "<strong>" + html.EscapeString(o.Accessibility) + "</strong>"
	}
	all := words{
		"{{contact}}":  contact,
		"{{org}}":      org,
		"{{Org}}":      first,
		"{{site}}":     site,
		"{{conforme}}": conforming,
	}
	maps.Copy(all, quoted)
	return all, nil
}

// dial is a phone number as a tel: address wants it.
func dial(phone string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '+' {
			return c
		}
		return -1
	}, phone)
}

var placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// fill puts the words in their places, in one pass: nothing in them is taken for a placeholder. unknown is the first
// placeholder that has no words, empty when there is none.
func (w words) fill(page string) (filled, unknown string) {
	filled = placeholder.ReplaceAllStringFunc(page, func(name string) string {
		value, ok := w[name]
		if !ok && unknown == "" {
			unknown = name
		}
		return value
	})
	return filled, unknown
}
