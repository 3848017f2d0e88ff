package store_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

const issuer = "https://fournisseur.example/api/v2"

// pivot is Nathalie as a provider knows her.
func pivot(t *testing.T, subject string) portal.Identity {
	t.Helper()
	return portal.Identity{Issuer: issuer, Subject: keys.NewSecret(subject), ACR: "eidas1", Civil: storetest.Nathalie(t).Civil,
		IDToken: keys.NewSecret("header.payload.signature")}
}

// link begins a linking and makes the link.
func (d *database) link(t *testing.T, account portal.AccountID, id portal.Identity) {
	t.Helper()
	token := portal.NewToken()
	if err := d.store.BeginLinking(t.Context(), token, id, d.clock()); err != nil {
		t.Fatal(err)
	}
	if err := d.store.Link(t.Context(), d.newLink(token, account, id)); err != nil {
		t.Fatal(err)
	}
}

func (d *database) newLink(token keys.Secret, account portal.AccountID, id portal.Identity) portal.NewLink {
	return portal.NewLink{Token: token, Account: account, Identity: id, At: d.clock(), Since: d.clock().Add(-portal.LinkingLife), Notice: told,
		Lost: portal.Notice{Usable: told.Usable, Compose: func(c portal.Channel) portal.Content {
			return portal.Content{Text: keys.NewSecret("lost by " + string(c))}
		}}}
}

// told is a notice that can go everywhere.
var told = portal.Notice{
	Compose: func(c portal.Channel) portal.Content {
		return portal.Content{Text: keys.NewSecret("linked by " + string(c))}
	},
	Usable: func(_ portal.Channel, to keys.Secret) bool { return !to.IsZero() },
}

func (d *database) linked(t *testing.T, id portal.Identity) portal.AccountID {
	t.Helper()
	l, err := d.store.Linked(t.Context(), id.Issuer, id.Subject, keys.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	return l.Account
}

func linkRoundTrip(t *testing.T, d *database) {
	account := storetest.Add(t, d.store, storetest.Nathalie(t))
	id := pivot(t, "subject-one")
	if got := d.linked(t, id); got != "" {
		t.Fatal("an identity is linked before anybody linked it")
	}
	d.link(t, account, id)
	if got := d.linked(t, id); got != account {
		t.Errorf("the identity opens %q", got)
	}
	other := id
	other.Issuer = issuer + "-plus"
	if d.linked(t, other) != "" {
		t.Error("the same subject of another issuer opens the account")
	}
	if n := count(t, d, "outbox"); n != 2 {
		t.Errorf("%d messages, want one to each of the 2 addresses", n)
	}

	began := d.clock()
	d.turn(time.Hour)
	device := portal.NewToken()
	success := portal.Success{Account: account, At: d.clock(), Method: portal.FranceConnect, Device: device}
	if err := d.store.SignedInByLink(t.Context(), id, success); err != nil {
		t.Fatal(err)
	}
	link, err := d.store.AccountLink(t.Context(), account, issuer)
	if err != nil || !link.At.Equal(began) || !link.LastUsed.Equal(d.clock()) {
		t.Errorf("link: %+v, %v", link, err)
	}
	l, err := d.store.Linked(t.Context(), id.Issuer, id.Subject, device)
	if err != nil || !l.KnownDevice || l.Epoch != 1 || l.Disabled {
		t.Errorf("linked: %+v, %v", l, err)
	}
	signIns, err := d.store.SignIns(t.Context(), account, device)
	if err != nil || len(signIns) != 1 || signIns[0].Method != portal.FranceConnect || !signIns[0].ThisDevice {
		t.Errorf("sign-ins: %+v, %v", signIns, err)
	}
}

func linkEnds(t *testing.T, d *database) {
	account := storetest.Add(t, d.store, storetest.Nathalie(t))
	one, two := pivot(t, "subject-one"), pivot(t, "subject-two")
	d.link(t, account, one)
	d.turn(time.Minute)
	d.link(t, account, two)
	if d.linked(t, one) != "" || d.linked(t, two) != account {
		t.Error("the new subject did not replace the former one")
	}
	jean := storetest.Nathalie(t)
	jean.Identifier = storetest.Number(t, "1850578006048")
	jean.Email, jean.Phone = keys.NewSecret("jean@example.org"), keys.NewSecret("+33639980002")
	his := storetest.Add(t, d.store, jean)
	f := &flows{database: d, t: t}
	linked := f.take() // of both subjects of the one account
	if lost := slices.ContainsFunc(linked, func(m notify.Message) bool { return strings.HasPrefix(m.Content.Text.Reveal(), "lost") }); len(linked) != 4 || lost {
		t.Errorf("%d messages about an account whose subject changed, want both addresses twice and nothing lost", len(linked))
	}
	d.link(t, his, two)
	heard := map[string]string{}
	for _, m := range f.take() {
		heard[m.To.Reveal()] = m.Content.Text.Reveal()
	}
	if n := storetest.Nathalie(t); heard[n.Phone.Reveal()] != "lost by sms" || heard[n.Email.Reveal()] != "lost by email" ||
		heard["+33639980002"] != "linked by sms" || heard["jean@example.org"] != "linked by email" || len(heard) != 4 {
		t.Errorf("of two accounts %d addresses were told when a subject moved from one to the other", len(heard))
	}
	if d.linked(t, two) != his {
		t.Error("a subject opens two accounts")
	}
	if link, err := d.store.AccountLink(t.Context(), account, issuer); err != nil || !link.At.IsZero() {
		t.Errorf("the account that lost the subject is still linked: %+v, %v", link, err)
	}
	messages := count(t, d, "outbox")
	for range 2 {
		if err := d.store.Unlink(t.Context(), his, issuer, d.clock(), told); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, d, "outbox") - messages; n != 2 {
		t.Errorf("%d messages for one unlinking, want 2", n)
	}
	if d.linked(t, two) != "" {
		t.Error("an ended link opens the account")
	}
	err := d.store.SignedInByLink(t.Context(), two, portal.Success{Account: his, At: d.clock(), Method: portal.FranceConnect, Device: portal.NewToken()})
	if !errors.Is(err, portal.ErrNotLinked) {
		t.Errorf("a sign-in after the unlinking: %v, want ErrNotLinked", err)
	}
	if n := count(t, d, "links"); n != 3 {
		t.Errorf("%d rows are left for the audit, want 3", n)
	}
	d.turn(3*365*24*time.Hour + 2*time.Minute)
	if err := d.store.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d, "links"); n != 0 {
		t.Errorf("%d ended links are kept for ever", n)
	}
}

func linkingOnce(t *testing.T, d *database) {
	account := storetest.Add(t, d.store, storetest.Nathalie(t))
	id := pivot(t, "subject-one")
	token := portal.NewToken()
	if err := d.store.BeginLinking(t.Context(), token, id, d.clock()); err != nil {
		t.Fatal(err)
	}
	got, err := d.store.Linking(t.Context(), token, d.clock().Add(-time.Minute))
	if err != nil || got.Civil != id.Civil || got.Subject.Reveal() != "subject-one" || got.Issuer != issuer || got.ACR != "eidas1" ||
		got.IDToken.Reveal() != id.IDToken.Reveal() {
		t.Errorf("the identity came back changed: %v", err)
	}
	if _, err := d.store.Linking(t.Context(), token, d.clock()); !errors.Is(err, portal.ErrNoLinking) {
		t.Errorf("a linking that is over: %v, want ErrNoLinking", err)
	}
	if _, err := d.store.Linking(t.Context(), portal.NewToken(), d.clock().Add(-time.Minute)); !errors.Is(err, portal.ErrNoLinking) {
		t.Errorf("another token: %v, want ErrNoLinking", err)
	}
	var made atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch err := d.store.Link(t.Context(), d.newLink(token, account, id)); {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, portal.ErrNoLinking):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 {
		t.Errorf("one linking made %d links", made.Load())
	}
}

func visitOnce(t *testing.T, d *database) {
	browser := portal.NewToken()
	visit := portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken(), At: d.clock()}
	if err := d.store.BeginVisit(t.Context(), browser, visit); err != nil {
		t.Fatal(err)
	}
	take := func(browser, state keys.Secret, way portal.Way, since time.Time) (portal.Visit, error) {
		return d.store.TakeVisit(t.Context(), browser, state, way, since, d.clock())
	}
	early := d.clock().Add(-time.Minute)
	for what, err := range map[string]error{
		"another browser": second(take(portal.NewToken(), visit.State, portal.ToSignIn, early)),
		"another state":   second(take(browser, portal.NewToken(), portal.ToSignIn, early)),
		"another way":     second(take(browser, visit.State, portal.ToSignOut, early)),
		"too late":        second(take(browser, visit.State, portal.ToSignIn, d.clock())),
	} {
		if !errors.Is(err, portal.ErrNoVisit) {
			t.Errorf("%s: %v, want ErrNoVisit", what, err)
		}
	}
	var taken, used atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch v, err := take(browser, visit.State, portal.ToSignIn, early); {
			case err == nil && v.Nonce.Reveal() == visit.Nonce.Reveal() && v.State.Reveal() == visit.State.Reveal():
				taken.Add(1)
			case errors.Is(err, portal.ErrVisitUsed):
				used.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 || used.Load() != 7 {
		t.Errorf("one visit was taken %d times and refused %d times", taken.Load(), used.Load())
	}
}

func second[T any](_ T, err error) error { return err }

func signOutVisits(t *testing.T, d *database) {
	browser := portal.NewToken()
	early := d.clock().Add(-time.Minute)
	var last portal.Visit
	for range 2 {
		d.turn(time.Second)
		last = portal.Visit{Way: portal.ToSignOut, State: portal.NewToken(), IDToken: keys.NewSecret("id." + portal.NewToken().Reveal()), At: d.clock()}
		if err := d.store.BeginVisit(t.Context(), browser, last); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.store.OpenSignOut(t.Context(), browser, early)
	if err != nil || got.IDToken.Reveal() != last.IDToken.Reveal() || got.State.Reveal() != last.State.Reveal() {
		t.Errorf("the latest sign-out is not found: %v", err)
	}
	if _, err := d.store.OpenSignOut(t.Context(), portal.NewToken(), early); !errors.Is(err, portal.ErrNoVisit) {
		t.Errorf("another browser: %v, want ErrNoVisit", err)
	}
	d.turn(25 * time.Hour)
	if err := d.store.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d, "visits"); n != 0 {
		t.Errorf("%d old visits are kept", n)
	}
}

func candidates(t *testing.T, d *database) {
	storetest.Add(t, d.store, storetest.Nathalie(t))
	same := storetest.Nathalie(t)
	same.Identifier = storetest.Number(t, "1850578006048")
	same.Civil.BirthName, same.Civil.Birthdate = "Du-rand", "1969-05-00"
	storetest.Add(t, d.store, same)
	for want, c := range map[int]portal.Civil{2: storetest.Nathalie(t).Civil, 0: {BirthName: "PETIT", Birthdate: "1969-05-12"}} {
		if n, err := d.store.Candidates(t.Context(), portal.PivotKeys(c)); err != nil || n != want {
			t.Errorf("%d candidates, %v, want %d", n, err, want)
		}
	}
}

// nothingLinkedReadable is nothingReadable for what comes from a provider.
func nothingLinkedReadable(t *testing.T, d *database) {
	account := storetest.Add(t, d.store, storetest.Nathalie(t))
	id := pivot(t, "subject-one")
	d.link(t, account, id)
	token, browser := portal.NewToken(), portal.NewToken()
	visit := portal.Visit{Way: portal.ToSignOut, State: portal.NewToken(), Nonce: portal.NewToken(), IDToken: id.IDToken, At: d.clock()}
	if err := errors.Join(d.store.BeginLinking(t.Context(), token, id, d.clock()), d.store.BeginVisit(t.Context(), browser, visit)); err != nil {
		t.Fatal(err)
	}
	personal := []string{"subject-one", id.IDToken.Reveal(), "DURAND", "Nathalie", "1969-05-12", token.Reveal(), browser.Reveal(),
		visit.State.Reveal(), visit.Nonce.Reveal()}
	for _, table := range []string{"links", "visits", "linkings", "accounts", "outbox"} {
		cells := dump(t, d, table)
		if len(cells) == 0 {
			t.Errorf("table %s is empty", table)
		}
		for _, cell := range cells {
			for _, word := range personal {
				if bytes.Contains(bytes.ToLower(cell), []byte(strings.ToLower(word))) {
					t.Errorf("table %s holds something personal in the clear", table)
				}
			}
		}
	}
}
