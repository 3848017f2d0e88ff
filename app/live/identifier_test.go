package live

import (
	"strings"
	"testing"

	"moncompte/app/nir"
)

func TestWhatIsNotFinishedIsNoErrorUntilTheFieldIsLeft(t *testing.T) {
	for _, row := range []struct{ typed, typing, left string }{
		{"", "", ""},
		{"2", "", "Il manque 12 chiffres"},
		{"2690549", "", "numéro de dossier"},
		{"269054958815", "", "Il manque 1 chiffre"},
		{"2690549588157", "", ""},
		{"26905495881578", "", "Il y a 1 chiffre de trop"},
		{"269054958815780", "", ""},
		{"269054958815781", "(la clé)", "(la clé)"},
		{"2690549588157801", "3 chiffres de trop", "3 chiffres de trop"},
		{"0", "ni 0 ni 9", "ni 0 ni 9"},
		{"26905O", "remplacez-la par le chiffre 0", "remplacez-la par le chiffre 0"},
		{"26905A", "2A ou 2B", "2A ou 2B"},
		{"269052A", "", "Il manque 6 chiffres"},
		{"2691549588157", "mois de naissance", "mois de naissance"},
		{"P2026", "", "identifiant provisoire"},
		{"l8", "", "remplacez-la par le chiffre 1"},
		{"P20#", "ne peut pas se trouver", "ne peut pas se trouver"},
		{"P2026ABC45", "", ""},
	} {
		for _, moment := range []struct {
			left bool
			want string
		}{{false, row.typing}, {true, row.left}} {
			got := strings.ReplaceAll(identifierView(row.typed, nir.Check(row.typed, nil), moment.left).Error, "\u00a0", " ")
			if moment.want == "" && got != "" || !strings.Contains(got, moment.want) {
				t.Errorf("%q, left %v: %q, not %q", row.typed, moment.left, got, moment.want)
			}
		}
	}
}

func TestWhatIsTypedIsSetOutToBeCounted(t *testing.T) {
	for typed, want := range map[string]string{"": "", "2": "2", "26905": "2 69 05", "2690549588157": "2 69 05 49 588 157", "P2026": ""} {
		if got := identifierView(typed, nir.Check(typed, nil), false); strings.ReplaceAll(got.Echo, nir.GroupSpace, " ") != want || !got.Live {
			t.Errorf("%q is set out as %q", typed, got.Echo)
		}
	}
}
