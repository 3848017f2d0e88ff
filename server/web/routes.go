package web

import (
	"net/http"
	"sync"

	"moncompte/server/portal"
)

// handler returns every route, on one screen.
func (s *site) handler() http.Handler {
	pages := http.NewServeMux()
	page := func(pattern string, h handlerFunc) { pages.Handle(pattern, s.handle(h)) }
	page("GET /{$}", s.constant(never, s.home))
	page("GET /connexion", s.unlessBegun(s.loginShow))
	page("POST /connexion", s.loginSubmit)
	page("GET "+arrivingPath, s.arrivingShow)
	if s.SecondStep != nil {
		page("GET /connexion/code", s.secondStep().codeShow)
		page("POST /connexion/code", s.secondStep().codeSubmit)
		page("POST /connexion/renvoyer", s.secondStep().resend)
	}
	page("POST /deconnexion", s.logout)
	page("GET /mon-compte", s.accountShow)
	page("GET "+securityPath, s.securityShow)
	page("POST "+securityPath, s.securitySubmit)
	page("GET "+disowningPath+"{token}", s.disowningShow)
	page("POST "+disowningPath+"{token}", s.disowningSubmit)
	page("GET "+contactsPath, s.contactsShow)
	page("POST "+contactsPath, s.orCode(s.contactsSubmit))
	page("GET "+confirmPath, s.confirmShow)
	page("POST "+confirmPath, s.confirmSubmit)
	for _, purpose := range []portal.Purpose{portal.Contact, portal.Confirmation} {
		v := s.recovery(purpose)
		page("GET "+v.base+"/code", v.own(v.codeShow))
		page("POST "+v.base+"/code", v.own(v.codeSubmit))
		page("POST "+v.base+"/renvoyer", v.own(v.resend))
	}
	page("GET "+passwordPath, s.passwordChangeShow)
	page("POST "+passwordPath, s.orCode(s.passwordChangeSubmit))
	if s.Passkeys != nil {
		page("POST /connexion/cle/demande", s.passkeyAsk)
		page("POST /connexion/cle", s.passkeySubmit)
		page("GET "+passkeysPath, s.passkeysShow)
		page("POST "+passkeysPath, s.orCode(s.passkeysSubmit))
	}
	for _, purpose := range []portal.Purpose{portal.Reset, portal.First} {
		v := s.recovery(purpose)
		page("GET "+v.base, s.unlessBegun(v.startShow))
		page("POST "+v.base+"/numero", v.numberSubmit)
		page("POST "+v.base, v.startSubmit)
		page("GET "+v.base+"/code", v.codeShow)
		page("POST "+v.base+"/code", v.codeSubmit)
		page("POST "+v.base+"/renvoyer", v.resend)
		page("GET "+v.base+"/nouveau", v.passwordShow)
		page("POST "+v.base+"/nouveau", v.passwordSubmit)
	}
	if s.FranceConnect != nil {
		page("GET /franceconnect/connexion", s.franceConnectStart)
		page("GET /franceconnect/retour", s.franceConnectReturn)
		page("GET /franceconnect/rattachement", s.linkingShow)
		page("POST /franceconnect/rattachement", s.linkingSubmit)
		page("POST /franceconnect/rattachement/numero", s.proof().numberSubmit)
		page("GET /franceconnect/rattachement/code", s.proof().codeShow)
		page("POST /franceconnect/rattachement/code", s.proof().codeSubmit)
		page("POST /franceconnect/rattachement/renvoyer", s.proof().resend)
		page("GET /franceconnect/deconnexion", s.leavingShow)
		page("GET /franceconnect/deconnecte", s.leftShow)
		page("GET /franceconnect/jwks", s.franceConnectKeys)
	}
	page("GET /aide", s.constant(revalidate, s.helpIndex))
	page("GET /aide/{page}", s.constant(revalidate, s.helpTopic))
	page("GET /aide/recherche", s.constant(revalidate, s.helpSearch))
	page("GET "+offlinePath, s.constant(revalidate, s.offlineShow))
	page("GET /.well-known/change-password", s.changePassword)
	if s.Dev {
		page("GET /_galerie", s.gallery)
	}
	if s.Dev && s.Sent != nil {
		page("GET /_dev/messages", s.messages)
		page("GET /_dev/messages.json", s.messagesJSON)
	}

	s.offline = sync.OnceValues(func() (offline, error) { return s.newOffline(pages) })

	// Without the session: neither a check for updates nor a file that caches share may prolong it, and a proxy's question reads it faster.
	shared := http.NewServeMux()
	shared.Handle("GET /sw.js", s.handle(s.worker))
	shared.Handle("GET "+offlinePath+"/{file}", s.handle(s.offlinePack))
	shared.Handle("GET /manifest.webmanifest", s.handle(s.webManifest))
	shared.Handle("GET /aide/recherche/{file}", s.handle(s.helpSearchIndex))
	shared.Handle(verifyRoute, s.handle(s.verify))

	root := http.NewServeMux()
	root.Handle("/", s.withSession(s.orErrorPage(pages)))
	root.Handle("/s/", s.Assets)
	for _, path := range []string{"/sw.js", offlinePath + "/{file}", "/manifest.webmanifest", "/aide/recherche/{file}", "/auth/verify"} {
		root.Handle(path, s.orErrorPage(shared))
	}
	root.Handle("GET /robots.txt", s.handle(s.robots))
	root.Handle("GET "+securityTXTPath, s.handle(s.securityTXT))
	root.Handle("GET /healthz", s.handle(s.healthz))
	root.Handle("GET /readyz", s.handle(s.readyz))
	return s.withLog(s.withPanicPage(s.withHeaders(s.secure(), s.withOrigin(withLimit(root)))))
}
