package store_test

import (
	"bytes"
	"errors"
	"maps"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
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

// linkBy links the identity to the account of an identifier, by a code, in a session of that token.
func (r *recovery) linkBy(n nir.Number, id portal.Identity, session string) error {
	r.t.Helper()
	ctx := r.t.Context()
	token, err := r.linking.Begin(ctx, id)
	check.OK(r.t, err)
	return r.prove(n, token, session)
}

// prove ends a linking that has begun.
func (r *recovery) prove(n nir.Number, token keys.Secret, session string) error {
	r.t.Helper()
	flow := r.beginFor(n, portal.SMS, portal.Proof)
	r.give(flow, r.code(flow))
	r.take()
	proven, err := r.linking.ProveByCode(r.t.Context(), token, flow, keys.Secret{})
	if err != nil {
		return err
	}
	return r.linking.Enter(r.t.Context(), proven, r.row(r.t, proven.Account, proven.Epoch, session))
}

// heard returns the messages that wait, by address.
func (r *recovery) heard() map[string]string {
	r.t.Helper()
	heard := map[string]string{}
	for _, m := range r.take() {
		heard[m.To.Reveal()] += m.Content.Text.Reveal()
	}
	return heard
}

// link makes a link by its statement alone.
func (d *database) link(t *testing.T, account portal.AccountID, id portal.Identity) {
	t.Helper()
	d.must(t, func(tx portal.Tx) error {
		_, err := tx.ReplaceLinks(t.Context(), account, id, d.Clock())
		return err
	})
}

func (d *database) linked(t *testing.T, id portal.Identity) portal.AccountID {
	t.Helper()
	l, err := d.store.Linked(t.Context(), id.Issuer, id.Subject, keys.Secret{})
	check.OK(t, err)
	return l.Account
}

func linkRoundTrip(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account := storetest.Add(t, d.store, storetest.Nathalie(t))
	id := pivot(t, "subject-one")
	if got := d.linked(t, id); got != "" {
		t.Fatal("an identity is linked before anybody linked it")
	}
	check.OK(t, r.linkBy(storetest.Nathalie(t).Identifier, id, "first"))
	if got := d.linked(t, id); got != account {
		t.Errorf("the identity opens %q", got)
	}
	if _, found := d.session(t, "first"); !found {
		t.Error("the linking has opened no session")
	}
	other := id
	other.Issuer = issuer + "-plus"
	if d.linked(t, other) != "" {
		t.Error("the same subject of another issuer opens the account")
	}
	if n := len(r.take()); n != 2 {
		t.Errorf("%d messages, want one to each of the 2 addresses", n)
	}

	began := d.Clock()
	d.Turn(time.Hour)
	proven, err := r.linking.Recognise(t.Context(), id, keys.Secret{})
	check.OK(t, err)
	check.OK(t, r.linking.Enter(t.Context(), proven, d.row(t, account, 1, "second")))
	link, err := d.store.AccountLink(t.Context(), account, issuer)
	if err != nil || link.At.After(began) || !link.LastUsed.Equal(d.Clock()) {
		t.Errorf("link: %+v, %v", link, err)
	}
	l, err := d.store.Linked(t.Context(), id.Issuer, id.Subject, proven.Device)
	if err != nil || !l.KnownDevice || l.Epoch != 1 || l.Disabled {
		t.Errorf("linked: %+v, %v", l, err)
	}
	signIns, err := d.store.SignIns(t.Context(), account, proven.Device)
	if err != nil || len(signIns) != 2 || signIns[0].Method != portal.FranceConnect || !signIns[0].ThisDevice || signIns[1].ThisDevice {
		t.Errorf("sign-ins: %+v, %v", signIns, err)
	}
}

func linkEnds(t *testing.T, d *database) {
	r := newRecovery(t, d)
	nathalie, jean := storetest.Nathalie(t), storetest.Nathalie(t)
	jean.Identifier = storetest.Number(t, "1850578006048")
	jean.Email, jean.Phone = keys.NewSecret("jean@example.org"), keys.NewSecret("+33639980002")
	account, his := storetest.Add(t, d.store, nathalie), storetest.Add(t, d.store, jean)
	one, two := pivot(t, "subject-one"), pivot(t, "subject-two")
	hears := func(what string, want map[string]string) {
		t.Helper()
		if heard := r.heard(); !maps.Equal(heard, want) {
			t.Errorf("%s: %d addresses were told, want %d, or other things", what, len(heard), len(want))
		}
	}
	sms, email := nathalie.Phone.Reveal(), nathalie.Email.Reveal()
	linked := map[string]string{sms: "linked by sms", email: "linked by email"}
	for _, subject := range []portal.Identity{one, two} {
		d.Turn(time.Minute)
		check.OK(t, r.linkBy(nathalie.Identifier, subject, subject.Subject.Reveal()))
		hears("an account whose subject changes", linked)
	}
	if d.linked(t, one) != "" || d.linked(t, two) != account {
		t.Error("the new subject did not replace the former one")
	}
	check.OK(t, r.linkBy(jean.Identifier, two, "his"))
	hears("a subject that moves", map[string]string{sms: "lost by sms", email: "lost by email", "+33639980002": "linked by sms", "jean@example.org": "linked by email"})
	if d.linked(t, two) != his {
		t.Error("a subject opens two accounts")
	}
	if link, err := d.store.AccountLink(t.Context(), account, issuer); err != nil || !link.At.IsZero() {
		t.Errorf("the account that lost the subject is still linked: %+v, %v", link, err)
	}
	proven, err := r.linking.Recognise(t.Context(), two, keys.Secret{})
	check.OK(t, err)
	by := d.row(t, his, 1, "by")
	d.save(t, by)
	if err := r.linking.Unlink(t.Context(), d.row(t, his, 1, "ended"), issuer, ""); !errors.Is(err, portal.ErrUnauthorized) || d.linked(t, two) != his {
		t.Errorf("unlinking from a session that has ended: %v", err)
	}
	for _, want := range []map[string]string{{"+33639980002": "unlinked by sms", "jean@example.org": "unlinked by email"}, {}} {
		check.OK(t, r.linking.Unlink(t.Context(), by, issuer, ""))
		hears("an unlinking", want)
	}
	if d.linked(t, two) != "" {
		t.Error("an ended link opens the account")
	}
	if err := r.linking.Enter(t.Context(), proven, d.row(t, his, 1, "late")); !errors.Is(err, portal.ErrNotLinked) {
		t.Errorf("a sign-in after the unlinking: %v, want ErrNotLinked", err)
	}
	if _, found := d.session(t, "late"); found {
		t.Error("a session is open without its link")
	}
	if n := count(t, d, "links"); n != 3 {
		t.Errorf("%d rows are left for the audit, want 3", n)
	}
	d.Turn(3*365*24*time.Hour + 2*time.Minute)
	check.OK(t, d.store.Sweep(t.Context()))
	if n := count(t, d, "links"); n != 0 {
		t.Errorf("%d ended links are kept for ever", n)
	}
}

func linkingOnce(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	id := pivot(t, "subject-one")
	token, err := r.linking.Begin(t.Context(), id)
	check.OK(t, err)
	got, err := d.store.Linking(t.Context(), token, d.Clock().Add(-time.Minute))
	if err != nil || got.Civil != id.Civil || got.Subject.Reveal() != "subject-one" || got.Issuer != issuer || got.ACR != "eidas1" ||
		got.IDToken.Reveal() != id.IDToken.Reveal() {
		t.Errorf("the identity came back changed: %v", err)
	}
	for what, c := range map[string]struct {
		token keys.Secret
		since time.Time
	}{
		"a linking that is over": {token, d.Clock()},
		"another token":          {portal.NewToken(), d.Clock().Add(-time.Minute)},
	} {
		_, err1 := d.store.Linking(t.Context(), c.token, c.since)
		err2 := d.unit(t.Context(), func(tx portal.Tx) error { return tx.TakeLinking(t.Context(), c.token, c.since) })
		if !errors.Is(err1, portal.ErrNoLinking) || !errors.Is(err2, portal.ErrNoLinking) {
			t.Errorf("%s: %v and %v, want ErrNoLinking", what, err1, err2)
		}
	}
	flow := r.beginFor(storetest.Nathalie(t).Identifier, portal.SMS, portal.Proof)
	r.give(flow, r.code(flow))
	proven, err := r.linking.ProveByCode(t.Context(), token, flow, keys.Secret{})
	check.OK(t, err)
	var made atomic.Int32
	var all sync.WaitGroup
	for i := range 8 {
		row := d.row(t, proven.Account, 1, strconv.Itoa(i))
		all.Go(func() {
			switch err := r.linking.Enter(t.Context(), proven, row); {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, portal.ErrNoLinking):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := count(t, d, "sessions"); made.Load() != 1 || n != 1 {
		t.Errorf("one linking made %d links and %d sessions", made.Load(), n)
	}
}

func visitOnce(t *testing.T, d *database) {
	browser := portal.NewToken()
	visit := portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken(), At: d.Clock()}
	d.must(t, func(tx portal.Tx) error { return tx.AddVisit(t.Context(), browser, visit) })
	take := func(browser, state keys.Secret, way portal.Way, since time.Time) (v portal.Visit, err error) {
		err = d.unit(t.Context(), func(tx portal.Tx) (err error) {
			v, err = tx.TakeVisit(t.Context(), browser, state, way, since, d.Clock())
			return err
		})
		return v, err
	}
	early := d.Clock().Add(-time.Minute)
	for what, err := range map[string]error{
		"another browser": check.ErrOf(take(portal.NewToken(), visit.State, portal.ToSignIn, early)),
		"another state":   check.ErrOf(take(browser, portal.NewToken(), portal.ToSignIn, early)),
		"another way":     check.ErrOf(take(browser, visit.State, portal.ToSignOut, early)),
		"too late":        check.ErrOf(take(browser, visit.State, portal.ToSignIn, d.Clock())),
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

func signOutVisits(t *testing.T, d *database) {
	browser := portal.NewToken()
	early := d.Clock().Add(-time.Minute)
	var last portal.Visit
	for range 2 {
		d.Turn(time.Second)
		last = portal.Visit{Way: portal.ToSignOut, State: portal.NewToken(), IDToken: keys.NewSecret("id." + portal.NewToken().Reveal()), At: d.Clock()}
		d.must(t, func(tx portal.Tx) error { return tx.AddVisit(t.Context(), browser, last) })
	}
	got, err := d.store.OpenSignOut(t.Context(), browser, early)
	if err != nil || got.IDToken.Reveal() != last.IDToken.Reveal() || got.State.Reveal() != last.State.Reveal() {
		t.Errorf("the latest sign-out is not found: %v", err)
	}
	if _, err := d.store.OpenSignOut(t.Context(), portal.NewToken(), early); !errors.Is(err, portal.ErrNoVisit) {
		t.Errorf("another browser: %v, want ErrNoVisit", err)
	}
	d.Turn(25 * time.Hour)
	check.OK(t, d.store.Sweep(t.Context()))
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
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	id := pivot(t, "subject-one")
	check.OK(t, r.linkBy(storetest.Nathalie(t).Identifier, id, "session"))
	token, browser := portal.NewToken(), portal.NewToken()
	visit := portal.Visit{Way: portal.ToSignOut, State: portal.NewToken(), Nonce: portal.NewToken(), IDToken: id.IDToken, At: d.Clock()}
	d.must(t, func(tx portal.Tx) error {
		return errors.Join(tx.AddLinking(t.Context(), token, id, d.Clock()), tx.AddVisit(t.Context(), browser, visit))
	})
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
