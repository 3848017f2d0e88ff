package main

import (
	"fmt"
	"strings"
	"testing"
)

// configured reads the settings of lines NAME=value.
func configured(settings ...string) (config, error) {
	values := map[string]string{}
	for _, line := range settings {
		name, value, _ := strings.Cut(line, "=")
		values[name] = value
	}
	return readConfig(func(name string) (string, bool) { v, ok := values[name]; return v, ok }, settings)
}

func TestTheServicesAreALineEach(t *testing.T) {
	c, err := configured("MONCOMPTE_SERVICES=\n Mes  démarches https://demarches.example.org/accueil?x=1\r\n\nMes papiers\thttps://papiers.example.org:8443\nIci http://127.0.0.1:9000\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.Services); got != "[{Mes démarches https://demarches.example.org/accueil?x=1} {Mes papiers https://papiers.example.org:8443} {Ici http://127.0.0.1:9000}]" {
		t.Error(got)
	}
	if c, err := configured("MONCOMPTE_DEV=1", "MONCOMPTE_SERVICES=Essai http://essai.example.org/"); err != nil || len(c.Services) != 1 {
		t.Errorf("in dev mode: %v", err)
	}
}

func TestAWrongServiceStopsTheStart(t *testing.T) {
	for line, why := range map[string]string{
		"https://demarches.example.org":                      "a name and an address",
		"Démarches":                                          "a name and an address",
		"Démarches demarches.example.org":                    "must be https://HOST",
		"Démarches ftp://demarches.example.org":              "must be https://HOST",
		"Démarches javascript:alert(1)":                      "must be https://HOST",
		"Démarches https:///x":                               "must be https://HOST",
		"Démarches https://:443":                             "must be https://HOST",
		"Démarches http://demarches.example.org":             "outside this machine",
		"Démarches https://user@demarches.example.org":       "neither a user",
		"Démarches https://demarches.example.org/#x":         "neither a user",
		"Démarches https://Demarches.example.org":            "as browsers do",
		"Démarches HTTPS://demarches.example.org":            "as browsers do",
		"Démarches https://démarches.example.org":            "as browsers do",
		"Démarches https://demarches.example.org.":           "as browsers do",
		"Démarches https://demarches.example.org/é":          "as browsers do",
		"Démarches https://demarches.example.org/;x":         "as browsers do",
		"Démarches https://*.example.org":                    "as browsers do",
		"Démarches https://demarches.example.org:443":        "standard port",
		"Démarches https://demarches.example.org:":           "standard port",
		"A https://a.example.org\nA https://b.example.org":   "line 2: another line",
		strings.Repeat("a", 61) + " https://a.example.org":   "60 letters",
		strings.Repeat("Service https://a.example.org\n", 2): "another line",
		"A https://a.example.org\nB b":                       "line 2: the address",
	} {
		_, err := configured("MONCOMPTE_SERVICES=" + line)
		if err == nil || !strings.HasPrefix(err.Error(), "MONCOMPTE_SERVICES: line ") || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", line, err)
		}
	}
	var many strings.Builder
	for i := range mostServices + 1 {
		fmt.Fprintf(&many, "Service %d https://a.example.org\n", i)
	}
	if _, err := configured("MONCOMPTE_SERVICES=" + many.String()); err == nil || !strings.Contains(err.Error(), "no more than 30") {
		t.Errorf("%d services: %v", mostServices+1, err)
	}
}

func TestThePassGoesToTheOperatorsOwnDomainAlone(t *testing.T) {
	for domain, why := range map[string]string{"": "", "example.org": "", "moncompte.example.org": "", "org": "others have names", "example.com": "is in", "ample.org": "is in",
		".example.org": "is in", "demarches.moncompte.example.org": "is in", "EXAMPLE.org": "is in"} {
		c, err := configured("MONCOMPTE_BASE_URL=https://moncompte.example.org", "MONCOMPTE_SERVICES_DOMAIN="+domain)
		if why == "" && (err != nil || c.ServicesDomain != domain) || why != "" && (err == nil || !strings.Contains(err.Error(), "MONCOMPTE_SERVICES_DOMAIN: ") || !strings.Contains(err.Error(), why)) {
			t.Errorf("%q: %q, %v", domain, c.ServicesDomain, err)
		}
	}
	if _, err := configured("MONCOMPTE_BASE_URL=https://moncompte.gouv.fr", "MONCOMPTE_SERVICES_DOMAIN=gouv.fr"); err == nil {
		t.Error("a pass for the whole State")
	}
}
