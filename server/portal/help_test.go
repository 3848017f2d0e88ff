package portal

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"moncompte/app/password"
	"moncompte/static/aide"
)

var markup = regexp.MustCompile(`<[^>]*>`)

// The help is written by hand: when a limit changes, the sentence that says it must change too.
func TestTheHelpGivesTheLimitsThatHold(t *testing.T) {
	h, err := aide.Load(aide.Options{})
	if err != nil {
		t.Fatal(err)
	}
	minutes := func(d time.Duration) string { return fmt.Sprintf("%d minutes", int(d.Minutes())) }
	for slug, sentences := range map[string][]string{
		"trop-d-essais": {
			fmt.Sprintf("Les %d premiers essais sont libres.", AccountLimit.Free),
			fmt.Sprintf("Ensuite, j’attends %d minute.", int(AccountLimit.FirstWait.Minutes())),
			"L’attente double à chaque erreur : " + minutes(2*AccountLimit.FirstWait),
			fmt.Sprintf("Elle ne dépasse pas %d heure.", int(AccountLimit.MaxWait.Hours())),
			fmt.Sprintf("Après %d erreurs dans la même journée, j’attends jusqu’à %d heures.", AccountLimit.PerWindow, int(AccountLimit.Window.Hours())),
			fmt.Sprintf("Après %d erreurs de suite, le mot de passe ne marche plus.", AccountLimit.DisableAt),
		},
		"connexion-refusee": {fmt.Sprintf("J’ai %d essais avant de devoir attendre.", AccountLimit.Free)},
		"code-non-recu": {
			"Le code est valable " + minutes(CodeLife), "Plus de " + minutes(CodeLife) + " ont passé",
			fmt.Sprintf("Il peut partir %d fois en tout.", MostSends),
			fmt.Sprintf("J’ai %d essais par code, et %d essais par jour.", CodeTries, codeDayLimit.PerWindow),
			fmt.Sprintf("il part %d SMS et %d mails par jour au plus.", smsDayLimit.PerWindow, emailDayLimit.PerWindow),
		},
		"mot-de-passe-oublie": {"Il est valable " + minutes(CodeLife), "J’ai " + minutes(PasswordGrace) + "."},
		"premiere-connexion": {
			"Il est valable " + minutes(CodeLife), "J’ai " + minutes(PasswordGrace) + ".",
			fmt.Sprintf("au moins %d caractères", password.MinLength),
		},
		"choisir-mon-mot-de-passe": {
			fmt.Sprintf("Au moins %d caractères.", password.MinLength), fmt.Sprintf("jusqu’à %d caractères.", password.MaxLength),
		},
	} {
		topic := h.Topic(slug)
		if topic == nil {
			t.Errorf("there is no page %s", slug)
			continue
		}
		text := strings.Join(strings.Fields(strings.ReplaceAll(html.UnescapeString(markup.ReplaceAllString(topic.HTML, "")), "\u00a0", " ")), " ")
		for _, sentence := range sentences {
			if !strings.Contains(text, sentence) {
				t.Errorf("%s does not say %q", slug, sentence)
			}
		}
	}
	// The sentences on a minute to wait for another message, and on a first wait of one, are in the singular.
	if ResendAfter != time.Minute || AccountLimit.FirstWait != time.Minute {
		t.Error("the help says one minute")
	}
}
