package portal_test

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

func TestEveryAddressHearsOfAPasskeyThatComesOrGoes(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	open := func() (n int) {
		check.OK(t, k.db.QueryRow(`SELECT count(*) FROM outbox WHERE state = 'open' AND flow IS NULL`).Scan(&n))
		return n
	}
	k.make(a)
	if n := open(); n != 2 || k.wakes == 0 {
		t.Errorf("%d notices after the making, want one an address, and %d wakes", n, k.wakes)
	}
	check.OK(t, k.Remove(t.Context(), k.by(), k.only().ID))
	if n := open(); n != 4 {
		t.Errorf("%d notices after the removal, want two more", n)
	}
}

func TestABrowserThatMadeAPasskeyNeedsNoSecondStepForAWhile(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	k.device = portal.NewToken()
	until := func() time.Time {
		t.Helper()
		at, err := k.store.RememberedUntil(t.Context(), k.device, k.id)
		check.OK(t, err)
		return at
	}
	first := k.make(a)
	if !until().IsZero() {
		t.Error("a browser that keeps nothing of the account is remembered")
	}
	proven, err := k.recognise(a.get(first, k.ask()))
	check.OK(t, err)
	k.device = proven.Device
	if err := k.keep(proven); err != nil || until().After(k.Clock()) {
		t.Errorf("a passkey that was made elsewhere has the browser remembered until %s, %v", until(), err)
	}
	made, answer := a.create(k.askNew())
	shared := k.by()
	shared.Data, shared.New = []byte(`{"values":{"shared":"1"}}`), false
	if err := errors.Join(k.store.SaveSession(t.Context(), shared), k.Add(t.Context(), shared, k.browser, k.device, answer, "")); err != nil || made == nil {
		t.Fatal(err)
	}
	if until().After(k.Clock()) {
		t.Errorf("a computer of several people is remembered until %s", until())
	}
	k.make(a)
	if want := k.Clock().Add(portal.RememberFor); !until().Equal(want) {
		t.Errorf("remembered until %s, want %s", until(), want)
	}
}

func TestASessionThatHasEndedNeitherAddsNorRemovesAPasskey(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	k.make(a)
	k.Turn(time.Minute)
	ended, _ := k.by(), k.by()
	_, answer := a.create(k.askNew())
	check.OK(t, k.store.EndSession(t.Context(), ended.Token))
	if err := k.Add(t.Context(), ended, k.browser, k.device, answer, ""); !errors.Is(err, portal.ErrUnauthorized) {
		t.Errorf("adding: %v", err)
	}
	if err := k.Remove(t.Context(), ended, k.only().ID); !errors.Is(err, portal.ErrUnauthorized) {
		t.Errorf("removing: %v", err)
	}
	k.only()
}

func TestTheLastWayIntoAnAccountStays(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	alone := storetest.Nathalie(t)
	alone.Identifier, alone.Password, alone.Email, alone.Phone = storetest.Number(t, "1850578006048"), keys.Secret{}, keys.Secret{}, keys.Secret{}
	k.id = storetest.Add(t, k.store, alone)
	k.make(a)
	if err := k.Remove(t.Context(), k.by(), k.only().ID); !errors.Is(err, portal.ErrLastWay) {
		t.Fatalf("%v, want the last way to stay", err)
	}
	k.only()
	k.Turn(time.Minute)
	k.make(a)
	all, err := k.List(t.Context(), k.id)
	check.OK(t, err)
	if err := k.Remove(t.Context(), k.by(), all[0].ID); err != nil {
		t.Errorf("one of two: %v", err)
	}
}

func TestAnAccountHasSoManyPasskeysAndNoMore(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	_, late := a.create(k.askNew())
	for range portal.MostPasskeys {
		k.make(a)
	}
	if _, err := k.AskNew(t.Context(), k.id, k.browser); !errors.Is(err, portal.ErrManyPasskeys) {
		t.Errorf("another question: %v", err)
	}
	if err := k.Add(t.Context(), k.by(), k.browser, k.device, late, ""); !errors.Is(err, portal.ErrManyPasskeys) {
		t.Errorf("a question from before: %v", err)
	}
}

func TestAPersonIsToldOfPasskeysOnce(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	offers := func() bool {
		t.Helper()
		offer, err := k.Offer(t.Context(), k.id)
		check.OK(t, err)
		return offer
	}
	if !offers() {
		t.Error("who has none is not told")
	}
	k.make(a)
	if offers() {
		t.Error("who has one is told")
	}
	check.OK(t, k.Remove(t.Context(), k.by(), k.only().ID))
	check.OK(t, k.Offered(t.Context(), k.id))
	if offers() {
		t.Error("who was told is told again")
	}
}

func TestAPasskeyThatWasOverwrittenIsShownAsReplaced(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	one := func(id string, made, used time.Duration, model byte, synchronised bool) portal.Passkey {
		p := portal.Passkey{ID: id, At: at.Add(made), Credential: webauthn.Credential{Flags: webauthn.CredentialFlags{BackupEligible: synchronised},
			Authenticator: webauthn.Authenticator{AAGUID: append(make([]byte, 15), model)}}}
		if used > 0 {
			p.Used = at.Add(used)
		}
		return p
	}
	for what, c := range map[string]struct {
		old, young portal.Passkey
		want       bool
	}{
		"of the same manager":            {one("old", 0, 1, 7, true), one("young", 2, 0, 7, true), true},
		"of the same, and used since":    {one("old", 0, 3, 7, true), one("young", 2, 0, 7, true), false},
		"of another manager":             {one("old", 0, 1, 7, true), one("young", 2, 0, 8, true), false},
		"of managers that say no name":   {one("old", 0, 1, 0, true), one("young", 2, 0, 0, true), false},
		"of two devices of one model":    {one("old", 0, 1, 7, false), one("young", 2, 0, 7, false), false},
		"of the same, one on its device": {one("old", 0, 1, 7, false), one("young", 2, 0, 7, true), false},
	} {
		got := portal.Replaced([]portal.Passkey{c.old, c.young})
		if got["old"] != c.want || got["young"] {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// A passkey is of a domain, and no browser makes one over a line that others can read.
func TestWhereThereCanBePasskeys(t *testing.T) {
	for address, want := range map[string]string{
		"https://moncompte.example":      "moncompte.example",
		"https://moncompte.example:8443": "moncompte.example",
		"http://localhost:8080":          "localhost",
		"http://127.0.0.1:8080":          "",
		"https://192.0.2.7":              "",
		"https://[2001:db8::1]":          "",
		"http://moncompte.example":       "",
	} {
		base, err := url.Parse(address)
		check.OK(t, err)
		party := portal.PasskeyParty(base, "Mon Compte")
		if got := party != nil; got != (want != "") || got && party.Config.RPID != want {
			t.Errorf("%s: %+v, want %q", address, party, want)
		}
	}
}

func TestANameIsKeptAsItCanBeRead(t *testing.T) {
	for typed, want := range map[string]string{
		"  Mon\ttéléphone \n":   "Mon téléphone",
		"\u202emon\x00 nom":     "mon nom",
		"\u00a0 ":               "",
		strings.Repeat("é", 50): strings.Repeat("é", portal.PasskeyNameMax),
		"\xff":                  "",
	} {
		if got := portal.PasskeyName(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestOneAddressAsksForSoManyChallenges(t *testing.T) {
	k := newKeyring(t)
	from := netip.MustParseAddr("192.0.2.9")
	var err error
	n := 0
	for ; err == nil && n < 2000; n++ {
		_, err = k.Ask(t.Context(), portal.NewToken(), from)
	}
	if portal.ErrorKind(err) != portal.KindThrottled || n < 300 {
		t.Errorf("after %d: %v", n, err)
	}
	var kept int
	if err := k.db.QueryRow(`SELECT count(*) FROM passkey_challenges`).Scan(&kept); err != nil || kept != n-1 {
		t.Errorf("%d challenges are kept, %v", kept, err)
	}
}

func TestAnOpenSessionGuessesAPasswordNoFasterThanAStranger(t *testing.T) {
	s := newSite(t)
	phc, err := passhash.New(right, small, nil)
	check.OK(t, err)
	id := s.add("2690549588157", phc)
	confirm := func(password string) error {
		_, err := s.login.Confirm(t.Context(), id, keys.NewSecret(password), keys.Secret{}, netip.MustParseAddr("192.0.2.1"))
		return err
	}
	check.OK(t, confirm(right))
	var last error
	for range portal.AccountLimit.Free + 1 {
		if last = confirm(wrong); !errors.Is(last, portal.ErrUnauthorized) {
			break
		}
	}
	if portal.ErrorKind(last) != portal.KindThrottled {
		t.Errorf("guess after guess: %v", last)
	}
	if !s.login.Fresh(s.Clock().Add(-portal.FreshFor+time.Second)) || s.login.Fresh(s.Clock().Add(-portal.FreshFor)) {
		t.Error("a proof stands for another time than people are told")
	}
}
