package storetest

import (
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
)

// Number parses an identifier that a test knows to be right.
func Number(t testing.TB, typed string) nir.Number {
	t.Helper()
	n, report := nir.Parse(typed, nil)
	if !report.OK() {
		t.Fatalf("identifier of a test: %s", report.Problem)
	}
	return n
}

// Nathalie is a fictitious account.
func Nathalie(t testing.TB) portal.Account {
	return portal.Account{
		Identifier: Number(t, "2690549588157"),
		Civil: portal.Civil{BirthName: "DURAND", UsedName: "MARTIN", GivenNames: "Nathalie Anne", Sex: portal.Female,
			Birthdate: "1969-05-12", Birthplace: "49588", Birthcountry: "99100"},
		Email:    keys.NewSecret("nathalie@example.org"),
		Phone:    keys.NewSecret("+33639980001"),
		Password: keys.NewSecret("$hash$one"),
	}
}

// Add imports an account and returns its id.
func Add(t testing.TB, s *store.Store, a portal.Account) portal.AccountID {
	t.Helper()
	scheme := ""
	if !a.Password.IsZero() {
		scheme = "test"
	}
	check.OK(t, check.ErrOf(portal.ImportRows(t.Context(), s, []portal.ImportRow{{Account: a, Scheme: scheme}}, portal.ImportOptions{})))
	c, err := s.Credential(t.Context(), a.Identifier)
	if err != nil || c.Account == "" {
		t.Fatalf("the account that was imported is not found: %v", err)
	}
	return c.Account
}

// Count counts failures at that time against the subject, as attempts do.
func Count(t testing.TB, s *store.Store, at time.Time, failures int, subject portal.Subject) {
	t.Helper()
	tx, err := s.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	buckets, err := tx.LockBuckets(t.Context(), at, subject)
	check.OK(t, err)
	for range failures {
		buckets[0] = subject.Limit.Count(buckets[0], at)
	}
	check.OK(t, tx.SaveBuckets(t.Context(), at, []portal.Subject{subject}, buckets))
	check.OK(t, tx.Commit())
}
