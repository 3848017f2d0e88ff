package aide

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// guideFile is where the text of the official guide is. The repository keeps only prints of its sentences.
var guideFile = flag.String("guide", "", "rewrite testdata/guide.sha256 from the text of the guide in this `file`")

const printsFile = "testdata/guide.sha256"

// TestEveryFactOfTheGuideIsCovered lists what the guide says, in its order, and where the help says it.
func TestEveryFactOfTheGuideIsCovered(t *testing.T) {
	facts := []struct{ fact, slug, words string }{
		{"the services need a sign-in", "trouver-mon-compte", "je m’y connecte pour utiliser tous les services"},
		{"from the home page", "trouver-mon-compte", "page d’accueil"},
		{"in the blue menu bar", "trouver-mon-compte", "barre de menu bleue"},
		{"on the icon", "trouver-mon-compte", "l’icône mon compte"},
		{"the number is on the front of the card", "numero", "le devant de la carte"},
		{"under the names", "numero", "sous mon prénom et mon nom de famille"},
		{"on payslips", "numero", "bulletins de salaire"},
		{"on the certificate of rights, in the ameli account", "numero", "mon attestation de droits. je la trouve dans mon compte ameli"},
		{"the password is confidential", "mot-de-passe-oublie", "mon mot de passe est secret"},
		{"the body cannot read it", "mot-de-passe-oublie", "(caf) ne peut pas le lire"},
		{"remember it when you make it", "premiere-connexion", "je choisis donc un mot de passe dont je me souviendrai"},
		{"lost number: health fund", "numero", "caisse primaire d’assurance maladie"},
		{"lost number: MSA", "numero", "mutualité sociale agricole"},
		{"lost number: self-employed", "numero", "sécurité sociale pour les indépendants"},
		{"lost number: the body", "numero", "à l’accueil de mon organisme (caf)"},
		{"with an identity document", "numero", "pièce d’identité"},
		{"and a civil-status document", "numero", "pièce d’état civil"},
		{"① 13 first digits", "se-connecter", "13 premiers chiffres"},
		{"① or the provisional identifier", "se-connecter", "identifiant provisoire"},
		{"② then the password", "se-connecter", "je tape mon mot de passe"},
		{"② letters and digits", "se-connecter", "des lettres et des chiffres"},
		{"② and the button", "se-connecter", "je clique sur se connecter"},
		{"③ forgotten password", "se-connecter", "le lien mot de passe oublié ?"},
		{"③ a code by SMS or e-mail", "se-connecter", "par sms ou par mail"},
		{"③ the person chooses", "se-connecter", "c’est moi qui choisis"},
		{"③ to make a new password", "se-connecter", "je crée un nouveau mot de passe"},
		{"④ FranceConnect", "se-connecter", "④ je préfère franceconnect"},
		{"sign out when done", "me-deconnecter", "quand j’ai fini dans mon compte, je me déconnecte"},
		{"with the button", "me-deconnecter", "bouton déconnexion"},
		{"what FranceConnect is", "franceconnect", "je me connecte aux services publics avec un compte que j’ai déjà"},
		{"FranceConnect ① the button", "franceconnect", "je clique sur s’identifier avec franceconnect"},
		{"FranceConnect ② choose the account", "franceconnect", "je clique sur celui que je veux utiliser"},
		{"account of the taxes", "franceconnect", "impots.gouv.fr"},
		{"account of ameli", "franceconnect", "ameli.fr"},
		{"account of La Poste", "franceconnect", "la poste"},
		{"account of the MSA", "franceconnect", "msa"},
		{"account Yris", "franceconnect", "yris"},
		{"account France Identité", "franceconnect", "france identité"},
		{"MobileConnect, which the guide still names", "franceconnect", "mobileconnect et moi"},
		{"FranceConnect ③ its credentials", "franceconnect", "je tape les identifiants de ce compte"},
		{"FranceConnect ③ the button and the service", "franceconnect", "je clique sur me connecter, puis j’accède"},
		{"example of ameli: the number", "franceconnect", "mon numéro de sécurité sociale ;"},
		{"example of ameli: the password", "franceconnect", "le mot de passe de mon compte ameli"},
	}
	h := mustLoad(t, caf)
	for _, f := range facts {
		topic := h.Topic(f.slug)
		if topic == nil {
			t.Errorf("%s: there is no page %s", f.fact, f.slug)
			continue
		}
		text := strings.ToLower(strings.ReplaceAll(read(topic.HTML), "\n", " "))
		if !strings.Contains(text, f.words) {
			t.Errorf("%s: %s does not say %q", f.fact, f.slug, f.words)
		}
	}
}

// prints of a text are hashes of its sentences of 6 to 12 words and, of longer ones, of every 12 words in a row.
func prints(text string) map[string]string {
	const least, window = 6, 12
	found := map[string]string{}
	for _, s := range sentences(text) {
		words := terms(s)
		if len(words) < least {
			continue
		}
		for i := range max(1, len(words)-window+1) {
			piece := strings.Join(words[i:min(i+window, len(words))], " ")
			sum := sha256.Sum256([]byte(piece))
			found[hex.EncodeToString(sum[:8])] = piece
		}
	}
	return found
}

func TestNoSentenceOfTheGuideIsCopied(t *testing.T) {
	if *guideFile != "" {
		writePrints(t)
	}
	guide := map[string]bool{}
	f, err := os.Open(printsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		guide[lines.Text()] = true
	}
	if len(guide) < 50 {
		t.Fatalf("only %d prints of the guide: it has more sentences", len(guide))
	}
	for _, topic := range topics(mustLoad(t, caf)) {
		for sum, piece := range prints(read(topic.HTML)) {
			if guide[sum] {
				t.Errorf("%s copies the guide: %q", topic.Slug, piece)
			}
		}
	}
}

// writePrints joins the lines of the guide, whose sentences run over several, and cuts at blank lines and list marks.
func writePrints(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(*guideFile)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("\n\n", ".\n", "\n", " ", "\f", ".\n", "①", ".\n", "②", ".\n", "③", ".\n", "④", ".\n", "•", ".\n",
		"\uf0a7", ".\n", "\uf0d8", ".\n").Replace(string(data))
	sums := slices.Sorted(maps.Keys(prints(text)))
	if err := os.WriteFile(printsFile, []byte(strings.Join(sums, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestACopiedSentenceWouldBeFound(t *testing.T) {
	guide := prints("Avant. Le petit chat boit du lait frais chaque matin dans la grande cuisine de ma tante. Après.")
	for name, text := range map[string]string{
		"whole":            "Le petit chat boit du lait frais, chaque matin, dans la grande cuisine de ma tante !",
		"the greater part": "On dit que le petit chat boit du lait frais chaque matin dans la grande maison.",
	} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(prints(text))), func(sum string) bool { return guide[sum] != "" }) {
			t.Errorf("%s: the copy was not found", name)
		}
	}
	if own := prints("Un chat boit son lait tous les matins."); len(own) != 1 {
		t.Errorf("a sentence of 8 words has %d prints, want 1", len(own))
	}
}
