package components

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

var token = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{3,6});`)

// themes reads the colours of the light and the dark theme from the style sheet.
func themes(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	css, err := os.ReadFile("../static/css/10-tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	split := regexp.MustCompile(`@media \(prefers-color-scheme: dark\)`).FindIndex(css)
	if split == nil {
		t.Fatal("no dark theme")
	}
	light, dark = map[string]string{}, map[string]string{}
	for _, m := range token.FindAllSubmatch(css[:split[0]], -1) {
		light[string(m[1])] = string(m[2])
		dark[string(m[1])] = string(m[2])
	}
	for _, m := range token.FindAllSubmatch(css[split[0]:], -1) {
		dark[string(m[1])] = string(m[2])
	}
	return light, dark
}

// luminance is WCAG 2.2's relative luminance of a colour written abc or aabbcc.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	if len(colour) == 3 {
		colour = string([]byte{colour[0], colour[0], colour[1], colour[1], colour[2], colour[2]})
	}
	rgb, err := strconv.ParseUint(colour, 16, 32)
	if err != nil {
		t.Fatalf("colour %q: %v", colour, err)
	}
	linear := func(c uint64) float64 {
		s := float64(c&255) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(rgb>>16) + 0.7152*linear(rgb>>8) + 0.0722*linear(rgb)
}

// WCAG 2.2: 1.4.3 and 1.4.6 for text (4.5 and 7), 1.4.11 for borders and rings (3).
func TestEveryPairOfColoursCanBeRead(t *testing.T) {
	const text, body, border = 4.5, 7, 3
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"ink", "paper", body}, {"ink", "surface", body}, {"ink", "ground", body}, {"ink", "error-tint", body},
		{"ink", "mark", body},
		{"soft", "paper", body}, {"soft", "surface", body},
		{"action", "paper", text}, {"action", "surface", text}, {"action", "error-tint", text},
		{"action-strong", "paper", text}, {"action-strong", "surface", text}, {"action-strong", "error-tint", text},
		{"on-action", "action", text}, {"on-action", "action-strong", text},
		{"error", "paper", text}, {"error", "error-tint", text},
		{"success", "paper", text}, {"success", "success-tint", text},
		{"notice", "paper", text}, {"notice", "notice-tint", text},
		{"on-bar", "bar", body}, {"accent", "bar", border},
		{"line", "paper", border}, {"error", "paper", border},
		{"ring", "halo", body},
	}
	light, dark := themes(t)
	for name, theme := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			front, back := luminance(t, theme[p.front]), luminance(t, theme[p.back])
			ratio := (math.Max(front, back) + 0.05) / (math.Min(front, back) + 0.05)
			if ratio < p.least {
				t.Errorf("%s: %s on %s is %.2f, less than %g", name, p.front, p.back, ratio, p.least)
			}
		}
	}
}
