package web

import (
	"net/url"
	"strings"
)

// Service stands behind the portal: Mon Compte leads to it, and a sign-in may lead back there. The configuration has checked it.
type Service struct {
	Name    string
	Address *url.URL
}

// origin is what browsers compare: scheme, host and port (RFC 6454 §4).
func (v Service) origin() string { return v.Address.Scheme + "://" + v.Address.Host }

// service is the one at an address, false when the address is none's.
func (s *site) service(address string) (Service, bool) {
	for _, v := range s.Services {
		if rest, ok := strings.CutPrefix(address, v.origin()); ok && (rest == "" || strings.ContainsRune("/?#", rune(rest[0]))) {
			return v, true
		}
	}
	return Service{}, false
}

// signInForms are the pages whose forms may end on a service.
var signInForms = map[string]bool{
	"/connexion":                true,
	"/connexion/code":           true,
	"/mot-de-passe-oublie/code": true, "/mot-de-passe-oublie/nouveau": true,
	"/premiere-connexion/code": true, "/premiere-connexion/nouveau": true,
	linkingPath:           true,
	linkingPath + "/code": true,
}

// formPolicy is the policy of those pages. Chromium applies form-action to every redirect that follows a form (W3C CSP Level 3, 6.4.1), so
// that a 303 to a service that is not named there shows nothing at all. Naming the services keeps the 303, and lets a form of the page
// send nothing to anybody who may not be led to anyway.
func (s *site) formPolicy() string {
	forms, listed := policy, map[string]bool{}
	for _, v := range s.Services {
		if o := v.origin(); !listed[o] {
			forms, listed[o] = forms+" "+o, true
		}
	}
	return forms
}
