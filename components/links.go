package components

// The addresses that pages link to. Every one is a route of the server.
const (
	linkHome           = "/"
	linkLogin          = "/connexion"
	linkLogout         = "/deconnexion"
	linkAccount        = "/mon-compte"
	linkSecurity       = "/mon-compte/securite"
	linkDisowning      = "/ce-n-etait-pas-moi/"
	linkContacts       = "/mon-compte/coordonnees"
	linkPassword       = "/mon-compte/mot-de-passe"
	linkConfirm        = "/mon-compte/confirmer"
	linkPasskeys       = "/mon-compte/cles"
	linkForgotten      = "/mot-de-passe-oublie"
	linkFirst          = "/premiere-connexion"
	keepNumber         = "/numero" // below the first step of a way: takes along what was typed
	linkFranceConnect  = "/franceconnect/connexion"
	linkHelp           = "/aide"
	linkHelpSearch     = "/aide/recherche"
	linkHelpIdentifier = "/aide/numero"
	linkAccessibility  = "/aide/accessibilite"
	linkPersonalData   = "/aide/donnees-personnelles"
)
