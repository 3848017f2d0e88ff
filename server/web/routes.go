package web

import "net/http"

// handler returns every route, on one screen.
func (s *site) handler() http.Handler {
	pages := http.NewServeMux()
	page := func(pattern string, h handlerFunc) { pages.Handle(pattern, s.handle(h)) }
	page("GET /{$}", s.home)
	page("GET /connexion", s.loginShow)
	page("POST /connexion", s.loginSubmit)
	page("POST /deconnexion", s.logout)
	page("GET /mon-compte", s.accountShow)
	page("GET /mon-compte/securite", s.securityShow)
	page("POST /mon-compte/securite", s.securityEndOthers)
	for purpose, base := range recoveryBases {
		v := recovery{s, purpose, base}
		page("GET "+base, v.startShow)
		page("POST "+base, v.startSubmit)
		page("GET "+base+"/code", v.codeShow)
		page("POST "+base+"/code", v.codeSubmit)
		page("POST "+base+"/renvoyer", v.resend)
		page("GET "+base+"/nouveau", v.passwordShow)
		page("POST "+base+"/nouveau", v.passwordSubmit)
	}
	page("GET /aide", s.helpIndex)
	page("GET /aide/{page}", s.helpTopic)
	page("GET /auth/verify", s.verify)
	if s.Dev {
		page("GET /_galerie", s.gallery)
	}
	if s.Dev && s.Sent != nil {
		page("GET /_dev/messages", s.messages)
		page("GET /_dev/messages.json", s.messagesJSON)
	}

	root := http.NewServeMux()
	root.Handle("/", s.withSession(s.orErrorPage(pages)))
	root.Handle("/s/", s.Assets)
	root.Handle("GET /healthz", s.handle(s.healthz))
	root.Handle("GET /readyz", s.handle(s.readyz))
	return s.withLog(s.withPanicPage(withHeaders(s.secure(), s.withOrigin(withLimit(root)))))
}
