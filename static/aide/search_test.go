package aide

import (
	"slices"
	"strings"
	"testing"

	"moncompte/app/search"
)

// TestQuestionsOfPeopleFindTheirPage: a page after "1" must come first, one after "3" among the first three. The questions are
// written as people do: without accents, in capitals, in bits of words, with faults.
func TestQuestionsOfPeopleFindTheirPage(t *testing.T) {
	index := search.New(mustLoad(t, caf).Documents())
	questions := 0
	for slug, list := range map[string]struct{ first, three []string }{
		"numero": {
			[]string{"sécu", "numéro", "numéro de sécurité social", "numéro de sécu", "numero secu", "ou trouver mon numero de securite sociale", "OU EST MON NUMERO", "carte vitale", "crate vitale",
				"13 chiffres", "nir", "bulletin de salaire", "fiche de paye", "attestation de droits", "la clé", "j’ai perdu mon numéro"},
			[]string{"identifiant"},
		},
		"sans-numero": {
			[]string{"sans numero", "identifiant provisoire", "identifian provisoir", "pas de numero de securite sociale", "étudiant étranger", "NIA",
				"mon numéro commence par 7", "perdu mon identifiant provisoire"},
			[]string{"provisoire", "je n’ai pas de numéro"},
		},
		"ne-pas-confondre": {
			[]string{"numero allocataire", "numéro d’alocataire", "matricule", "spi", "numéro fiscal", "numero de dossier", "7 chiffres"},
			[]string{"allocataire", "numéro des impôts"},
		},
		"ne-en-corse": {[]string{"2a", "2B", "corse", "né en corse", "Ajaccio", "lettre dans mon numero"}, nil},
		"mot-de-passe-oublie": {
			[]string{"je ne me souviens plus", "mdp oublié", "mot de passe oublie", "MOT DE PASSE OUBLIE", "motdepasse oublié", "mot de pase oublié", "changer de mot de passe",
				"j'ai perdu mon mot de passe", "réinitialiser", "reinitialisé mon mdp", "oublié mes identifiants"},
			[]string{"mdp", "mot de passe", "nouveau mot de passe"},
		},
		"choisir-mon-mot-de-passe": {
			[]string{"mot de passe refusé", "mdp trop court", "combien de caractères", "caractère spécial", "choisir un mot de passe"},
			[]string{"mot de passe trop connu"},
		},
		"code-non-recu": {
			[]string{"code sms", "sms", "je ne recois pas le code", "j'ai pas reçu le code", "texto", "code expiré", "code pas recu", "rien reçu", "spam",
				"renvoyer le code", "code incorrect", "je reçoit pas le sms"},
			[]string{"code", "combien de temps le code est valable"},
		},
		"coordonnees-changees": {
			[]string{"j’ai changé de téléphone", "changer de numero de telephone", "nouvelle adresse mail", "changer mon mail", "portable perdu",
				"j'ai perdu mon téléphone", "plus acces a ma boite mail"},
			[]string{"téléphone", "adresse mail"},
		},
		"connexion-refusee": {
			[]string{"identifiants incorrects", "mdp incorrect", "connexion refusée", "conexion refuser"},
			[]string{"je n'arrive pas à me connecter", "ça ne marche pas"},
		},
		"trop-d-essais": {
			[]string{"bloqué", "mon compte est bloqué", "compte bloquer", "débloquer mon compte", "trop d'essais", "trop de tentatives", "erreur 429"},
			[]string{"attendre", "mot de passe bloqué"},
		},
		"franceconnect": {
			[]string{"franceconnect", "france connect", "se connecter avec ameli", "FranceConect", "identité numérique la poste"},
			[]string{"impots.gouv"},
		},
		"franceconnect-probleme": {
			[]string{"franceconnect ne marche pas", "problème france connect", "erreur Y010004", "nom de naissance"},
			[]string{"état civil"},
		},
		"site-en-panne": {
			[]string{"panne", "le site ne marche pas", "maintenance", "erreur 503", "page blanche", "bug", "hors ligne", "le site rame"}, nil,
		},
		"premiere-connexion": {
			[]string{"première connexion", "premiere conection", "creer un compte", "créer mon compte", "inscription", "m'inscrire"},
			[]string{"pas encore de mot de passe"},
		},
		"me-deconnecter": {[]string{"déconnexion", "se deconnecter", "me déconecter", "ordinateur public", "fermer la session"}, nil},
		"aider-un-proche": {
			[]string{"conjoint", "mon mari", "tutelle", "aider ma mère", "enfant", "procuration"}, nil,
		},
		"faux-message": {[]string{"reçu un sms bizarre", "arnaque", "phishing", "sms suspect", "faux mail", "piratage", "compte piraté"}, nil},
		"accessibilite": {
			[]string{"accessibilité", "lecteur d'écran", "agrandir le texte", "malvoyant", "handicap"}, []string{"facile à lire"},
		},
		"langues":              {[]string{"anglais", "traduire", "FALC", "autre langue", "je ne sais pas lire", "facile a lire et a comprendre"}, nil},
		"durees-et-cookies":    {[]string{"cookies", "combien de temps mes données", "durée de conservation"}, nil},
		"donnees-personnelles": {[]string{"données personnelles", "rgpd", "vie privee", "CNIL"}, nil},
		"trouver-mon-compte":   {[]string{"installer l'application", "icone", "où cliquer", "trouver mon compte"}, []string{"mon espace"}},
		"se-connecter":         {[]string{"comment me connecter", "se connecter pas a pas", "mode d'emploi"}, []string{"connexion"}},
	} {
		for places, all := range map[int][]string{1: list.first, 3: list.three} {
			for _, question := range all {
				questions++
				var got []string
				for _, hit := range index.Search(question, 8) {
					got = append(got, strings.TrimPrefix(hit.Path, Prefix))
				}
				if at := slices.Index(got, slug); at < 0 || at >= places {
					t.Errorf("%q: %s is at %d of %q, want among the first %d", question, slug, at, got, places)
				}
			}
		}
	}
	if questions < 100 {
		t.Errorf("only %d questions", questions)
	}
}

// A question that nothing fits must not be answered with something.
func TestNonsenseFindsNothing(t *testing.T) {
	index := search.New(mustLoad(t, caf).Documents())
	for _, question := range []string{"zzzz", "qwrtpsdf", "白日依山尽", "xk", "🙂", "", " ", "je ne", "l’", "\xff\xfe"} {
		if hits := index.Search(question, 8); len(hits) > 0 {
			t.Errorf("%q finds %q", question, hits[0].Title)
		}
	}
}

func TestEveryPageIsFoundByItsTitleAndByEachOfItsKeywords(t *testing.T) {
	h := mustLoad(t, caf)
	index := search.New(h.Documents())
	for _, topic := range topics(h) {
		for i, question := range append([]string{topic.Title, topic.Short}, strings.Split(topic.Keywords, ",")...) {
			hits := index.Search(question, 3)
			if !slices.ContainsFunc(hits, func(hit search.Hit) bool { return hit.Path == topic.Path() }) {
				t.Errorf("%q does not find %s among the first three", question, topic.Slug)
			}
			if i == 0 && len(hits) > 0 && hits[0].Path != topic.Path() {
				t.Errorf("%q finds %s first, not %s", question, hits[0].Path, topic.Slug)
			}
		}
	}
}
