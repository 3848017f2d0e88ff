package portal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
)

// leaving is a store whose visitor leaves once the attempt is counted.
type leaving struct {
	*store.Store
	leave context.CancelFunc
}

func (l leaving) Credential(ctx context.Context, n nir.Number) (portal.Credential, error) {
	c, err := l.Store.Credential(ctx, n)
	l.leave()
	return c, err
}

func TestWhoeverLeavesGetsTheAttemptBack(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	for range 3 { // also counts the schemes: afterwards no statement stands before the hash
		s.signIn(nathalie, wrong, keys.Secret{})
	}
	for range 8 {
		ctx, cancel := context.WithCancel(t.Context())
		s.login.Store = leaving{s.store, cancel}
		if _, err := s.enter(ctx, s.request(nathalie, wrong, keys.Secret{})); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
	}
	// A row that leaving could end would be a way to guess for ever.
	if b := s.account(nathalie); b.InRow != 3 || len(b.Recent) != 3 {
		t.Errorf("after 3 failures and 8 attempts that were not judged: %+v, want the failures alone", b)
	}
}

// failing is a store that cannot record.
type failing struct {
	*store.Store
	counting, entering error
}

func (f failing) Begin(ctx context.Context) (portal.Tx, error) {
	tx, err := f.Store.Begin(ctx)
	return failingTx{tx, f}, err
}

type failingTx struct {
	portal.Tx
	failing failing
}

func (tx failingTx) LockBuckets(ctx context.Context, at time.Time, subjects ...portal.Subject) ([]portal.Bucket, error) {
	if tx.failing.counting != nil {
		return nil, tx.failing.counting
	}
	return tx.Tx.LockBuckets(ctx, at, subjects...)
}

func (tx failingTx) Enter(ctx context.Context, session portal.Session, row portal.SessionRow) error {
	return errors.Join(tx.Tx.Enter(ctx, session, row), tx.failing.entering)
}

func TestAFaultOfTheStoreNeverSignsAnybodyIn(t *testing.T) {
	s := newSite(t)
	id := s.add(nathalie, argon(t, right, small))
	fault := errors.New("the disk is full")
	for name, broken := range map[string]failing{"counting": {s.store, fault, nil}, "recording": {s.store, nil, fault}} {
		s.login.Store = broken
		if _, err := s.enter(t.Context(), s.request(nathalie, right, keys.Secret{})); !errors.Is(err, fault) || portal.ErrorKind(err) != portal.KindInternal {
			t.Errorf("%s fails: %v", name, err)
		}
	}
	open, err := s.store.OpenSessions(t.Context(), id)
	history, err2 := s.store.SignIns(t.Context(), id, keys.Secret{})
	if err := errors.Join(err, err2); err != nil || len(open) != 0 || len(history) != 0 {
		t.Errorf("%d sessions and %d sign-ins are kept (%v)", len(open), len(history), err)
	}
}

// Else whoever comes back a few times while the database is in trouble would have to wait once it is well.
func TestASignInThatCouldNotBeKeptCountsAgainstNobody(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	fault := errors.New("the disk is full")
	s.login.Store = failing{s.store, nil, fault}
	for range portal.AccountLimit.Free + 1 {
		if _, err := s.enter(t.Context(), s.request(nathalie, right, keys.Secret{})); !errors.Is(err, fault) {
			t.Fatal(err)
		}
	}
	if b := s.account(nathalie); b.InRow != 0 || len(b.Recent) != 0 {
		t.Errorf("counted: %+v", b)
	}
}

func TestASessionIsKeptForNobodyButWhoeverWasProven(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	other := s.add(jean, argon(t, right, small))
	p, err := s.login.Verify(t.Context(), s.request(nathalie, right, keys.Secret{}))
	check.OK(t, err)
	for what, change := range map[string]func(*portal.SessionRow){
		"another account":    func(r *portal.SessionRow) { r.Account = other },
		"nobody":             func(r *portal.SessionRow) { r.Account = "" },
		"another epoch":      func(r *portal.SessionRow) { r.Epoch++ },
		"an earlier request": func(r *portal.SessionRow) { r.New = false },
	} {
		changed := row(p)
		change(&changed)
		if err := s.login.Enter(t.Context(), p, changed); err == nil {
			t.Errorf("a session of %s is kept", what)
		}
	}
	if err := s.login.Enter(t.Context(), p, row(p)); err != nil {
		t.Error(err)
	}
}
