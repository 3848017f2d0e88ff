package portal_test

import (
	"testing"

	"moncompte/server/portal"
)

func TestTheInitialIsALetterThatEveryTelephoneShows(t *testing.T) {
	for names, want := range map[string]string{"Nathalie Marie": "N", "élodie": "E", "Çelik": "C", "Ñusta": "N", " -'anna": "A", "Œdipe": "O", "Łucja": "L", "SANS PRENOM": "", "X": "", "2e": "", "Жанна": "", "": ""} {
		if got := (portal.Civil{GivenNames: names}).Initial(); got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
}
