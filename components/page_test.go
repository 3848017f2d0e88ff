package components

import "testing"

func TestTheTitleNamesThePageThenTheProductThenTheBody(t *testing.T) {
	caf := french
	caf.Org.Name = "Caf"
	out := caf
	out.Notice = SignedOut
	titled := caf
	titled.Title = "Mot de passe"
	for _, row := range []struct {
		view frameView
		want string
	}{
		{french.frame("Connexion"), "Connexion – Mon Compte"},
		{caf.frame("Connexion"), "Connexion – Mon Compte – Caf"},
		{caf.frame("Connexion").failed(true), "Erreur : Connexion – Mon Compte – Caf"},
		{titled.frame("Connexion"), "Mot de passe – Mon Compte – Caf"},
		{caf.frame(french.Words.Product()), "Mon Compte – Caf"},
		{caf.frame("Code").step("Étape 2 sur 3"), "Code – Étape 2 sur 3 – Mon Compte – Caf"},
		{out.frame("Accueil"), "Déconnexion réussie – Accueil – Mon Compte – Caf"},
		{out.frame("Accueil").failed(true), "Erreur : Accueil – Mon Compte – Caf"},
		{caf.frame("Code").news("Le code part. Attendez."), "Le code part – Code – Mon Compte – Caf"},
	} {
		if got := plainSpaces(row.view.documentTitle()); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

func TestAPhoneNumberBecomesAnAddress(t *testing.T) {
	for phone, want := range map[string]string{
		"3230":              "tel:3230",
		"01 23 45 67 89":    "tel:0123456789",
		"+33 (0)1.23.45.67": "tel:+3301234567",
	} {
		if got := (Org{Phone: phone}).dial(); got != want {
			t.Errorf("%q: %q, want %q", phone, got, want)
		}
	}
}

func TestEveryNoticeHasItsSentence(t *testing.T) {
	for _, n := range []Notice{SignedOut, PasswordChanged, SessionEnded} {
		if n.Sentence(french.Words.Frame()) == "" {
			t.Errorf("notice %d says nothing", n)
		}
	}
	if NoNotice.Sentence(french.Words.Frame()) != "" || Notice(99).Sentence(french.Words.Frame()) != "" {
		t.Error("no notice says something")
	}
}
