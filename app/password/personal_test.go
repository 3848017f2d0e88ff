package password_test

import (
	"testing"

	"moncompte/app/password"
)

func TestAPersonalItemIsFoundInItsUsualWritings(t *testing.T) {
	for _, row := range []struct {
		typed string
		want  password.Item
	}{
		{"girafe2850578006084", password.IdentifierItem},
		{"2 85 05 78 006 084 girafe", password.IdentifierItem},
		{"girafe-85.05.78.006-cactus", password.IdentifierItem},
		{"girafe8006084cactus", password.IdentifierItem},
		{"girafe006084cactus", password.NoItem}, // six of its digits
		{"girafe3850678cactus", password.NoItem},

		{"girafe07051985cactus", password.BirthDateItem},
		{"girafe 07/05/1985 cactus", password.BirthDateItem},
		{"girafe 7-5-1985 cactus", password.BirthDateItem},
		{"girafe 7.05.1985 cactus", password.BirthDateItem},
		{"1985-05-07 girafe cactus", password.BirthDateItem},
		{"girafe070585cactus", password.BirthDateItem},
		{"girafe 07.05.85 cactus", password.BirthDateItem},
		{"girafe850507cactus", password.BirthDateItem},
		{"girafe05071985cactus", password.BirthDateItem},
		{"née le 7 mai 1985 girafe", password.BirthDateItem},
		{"née le 07 MAI 85 girafe", password.BirthDateItem},
		{"girafe1985cactus", password.NoItem}, // the year alone is of many people
		{"girafe08051985cactus", password.NoItem},

		{"girafeLEFEVRE42cactus", password.NameItem},
		{"girafelefe\u0300vre42cactus", password.NameItem},
		{"girafe L3f3vr3 42 cactus", password.NameItem},
		{"l-e-f-e-v-r-e girafe 42", password.NameItem},
		{"éclaires 42 girafes", password.NameItem}, // five letters: anywhere
		{"anneclaire 42 girafes", password.NameItem},
		{"girafe Zoé 42 cactus", password.NameItem},
		{"zoe42girafecactus", password.NameItem},
		{"girafeZoeCactus42", password.NameItem},
		{"girafe-anne-42-cactus", password.NameItem},
		{"bonne année 42 girafes", password.NoItem}, // Anne is part of a word
		{"zoetrope 42 cactus bleu", password.NoItem},
		{"tanne 42 girafe cactus", password.NoItem},
	} {
		r := password.Check(row.typed, claire, list(t))
		if r.Which != row.want || r.Met(password.Personal) != (row.want == password.NoItem) {
			t.Errorf("%q: item %d, met %v; want item %d", row.typed, r.Which, r.Met(password.Personal), row.want)
		}
	}
}

func TestCorsicanAndProvisionalIdentifiersAreFoundToo(t *testing.T) {
	for identifier, typed := range map[string]string{
		"1720 52A004123": "girafe 172 052a0 cactus", // stored forms have no space, a careless one does no harm
		"172052A004123":  "girafe52A0041cactus",
		"P0A9B8C7":       "girafe-p0a9b8c-cactus",
	} {
		if r := password.Check(typed, password.Context{Identifier: identifier}, nil); r.Which != password.IdentifierItem {
			t.Errorf("%q is not found to hold %q", typed, identifier)
		}
	}
}

func TestWhatIsUnknownOfThePersonRefusesNothing(t *testing.T) {
	for _, c := range []password.Context{
		{},
		{Identifier: "285", BirthDate: "1985", Names: []string{"", " ", "-", "Le", "de"}},
		{BirthDate: "1985-00-00"},
		{BirthDate: "1985-13-07"},
		{BirthDate: "19é5-05-07"},
		{Names: []string{"Des", "van der"}},
	} {
		for _, typed := range []string{"des chats 285 der le van 1985", "girafe07051985cactus00001985"} {
			if r := password.Check(typed, c, list(t)); !r.Met(password.Personal) {
				t.Errorf("%q with %+v: item %d", typed, c, r.Which)
			}
		}
	}
}
