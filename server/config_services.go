package main

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/publicsuffix"

	"moncompte/server/web"
)

// mostServices is more than one page can offer; each is also named in the policy of a page.
const mostServices = 30

// services reads MONCOMPTE_SERVICES: a name and an address a line. Over plain http whoever stands on the way would take part in the visit, so
// that it is for this machine and dev mode alone.
func (s *settings) services(dev bool) []web.Service {
	const name = "SERVICES"
	var all []web.Service
	names := map[string]bool{}
	for i, line := range strings.Split(s.text(name, ""), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		service, err := readService(line, dev)
		switch {
		case err != nil:
			s.refuse(name, "line %d: %v", i+1, err)
		case names[service.Name]:
			s.refuse(name, "line %d: another line has the name %q", i+1, service.Name)
		case len(all) == mostServices:
			s.refuse(name, "line %d: no more than %d services", i+1, mostServices)
		}
		names[service.Name] = true
		all = append(all, service)
	}
	return all
}

// readService reads one line. What follows the last blank is the address.
func readService(line string, dev bool) (web.Service, error) {
	at := strings.LastIndexFunc(line, unicode.IsSpace)
	name, address := strings.Join(strings.Fields(line[:max(at, 0)]), " "), strings.TrimSpace(line[max(at, 0):])
	if name == "" {
		return web.Service{}, fmt.Errorf("must be a name and an address, such as Mes démarches https://demarches.example.org/")
	}
	if len([]rune(name)) > 60 || strings.ContainsFunc(name, unicode.IsControl) {
		return web.Service{}, fmt.Errorf("the name must have 60 letters at most")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return web.Service{}, fmt.Errorf("the address must be https://HOST[:PORT][/PATH]")
	case u.Scheme == "http" && !dev && !loopback(u.Hostname()):
		return web.Service{}, fmt.Errorf("the address must be https:// outside this machine")
	case u.User != nil || u.Fragment != "":
		return web.Service{}, fmt.Errorf("the address must have neither a user nor a fragment")
	// Browsers compare origins in one form of writing, and so does the server.
	case strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(";,\\\"'<>*", c) }) ||
		u.Host != strings.ToLower(u.Host) || !strings.HasPrefix(address, u.Scheme+"://"+u.Host) || strings.HasSuffix(u.Hostname(), "."):
		return web.Service{}, fmt.Errorf("the address must be written as browsers do: small letters, xn-- for accents in the host, %% for others")
	case strings.HasSuffix(u.Host, ":") || u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80":
		return web.Service{}, fmt.Errorf("the address must leave the standard port out")
	}
	return web.Service{Name: name, Address: u}, nil
}

// servicesDomain is the domain to whose hosts a pass is sent. It must hold the portal's own host, or browsers refuse the cookie, and must not
// be one under which strangers have names.
func (s *settings) servicesDomain(host string) string {
	const name = "SERVICES_DOMAIN"
	domain := s.text(name, "")
	if domain == "" {
		return ""
	}
	suffix, _ := publicsuffix.PublicSuffix(domain)
	switch {
	case host != domain && !strings.HasSuffix(host, "."+domain):
		s.refuse(name, "must be the domain that the host of MONCOMPTE_BASE_URL is in, such as example.org")
	case suffix == domain:
		s.refuse(name, "must not be a domain under which others have names, such as gouv.fr")
	}
	return domain
}
