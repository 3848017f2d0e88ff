package store_test

import (
	"fmt"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// recentSessions ends a session that two programs have read in each of the ways there are: the one that ends it answers so at once, the
// other one within a second.
func recentSessions(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	other, err := store.Open(t.Context(), store.Options{URL: d.url, Keys: d.keys, Now: d.Clock})
	check.OK(t, err)
	t.Cleanup(func() { other.Close() })
	open := func(s *store.Store) bool {
		t.Helper()
		row, err := s.RecentSession(t.Context(), "here")
		check.OK(t, err)
		return row.Token != ""
	}
	by := func() portal.SessionRow { return d.row(t, id, 1, "desk") }
	for _, c := range []struct {
		what string
		end  func() error
	}{
		{"signed out", func() error { return d.store.EndSession(t.Context(), "here") }},
		{"all sessions ended", func() error { return d.store.EndSessions(t.Context(), id) }},
		{"the others ended", func() error { _, err := d.store.EndOtherSessions(t.Context(), by(), "desk"); return err }},
		{"this one ended", func() error { _, err := d.store.EndOneSession(t.Context(), by(), "here"); return err }},
		{"those of a way of signing in ended", func() error {
			return d.unit(t.Context(), func(tx portal.Tx) error { return tx.EndSessionsBy(t.Context(), id, "", "desk") })
		}},
		{"another in its place", func() error {
			next := d.row(t, id, 1, "next")
			next.Replaces = "here"
			return d.store.SaveSession(t.Context(), next)
		}},
		{"one too many", func() error {
			for i := range portal.MostSessions {
				d.Turn(time.Microsecond)
				d.enter(t, id, portal.Password, keys.Secret{}, fmt.Sprint("desk", i))
			}
			return nil
		}},
		{"the account closed", func() error { return d.store.SetDisabled(t.Context(), id, true) }},
		{"the account erased", func() error { return d.store.Erase(t.Context(), id) }},
	} {
		d.exec(t, `DELETE FROM sessions`)
		d.exec(t, `UPDATE accounts SET session_epoch = 1, disabled_at = NULL`)
		d.Turn(time.Second)
		d.save(t, d.row(t, id, 1, "here"))
		d.save(t, d.row(t, id, 1, "desk"))
		d.Turn(time.Microsecond)
		if !open(d.store) || !open(other) {
			t.Fatalf("%s: not open before", c.what)
		}
		d.Turn(time.Microsecond)
		if err := c.end(); err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if open(d.store) {
			t.Errorf("%s: it opens where it ended", c.what)
		}
		if !open(other) {
			t.Errorf("%s: nothing is remembered elsewhere: this shows nothing", c.what)
		}
		if d.Turn(900 * time.Millisecond); open(other) {
			t.Errorf("%s: it opens elsewhere after a second", c.what)
		}
	}
}

// prolonged moves the end of a session on with an old copy of it in hand.
func prolonged(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	row := d.row(t, id, 1, "token")
	d.save(t, row)
	prolong := func(by time.Duration) portal.SessionRow {
		t.Helper()
		check.OK(t, d.store.ProlongSession(t.Context(), "token", row.Expires.Add(by)))
		got, _ := d.session(t, "token")
		return got
	}
	row.New = false
	row.Data = []byte(string(row.Data) + " ") // as any change of it
	d.save(t, row)
	for _, by := range []time.Duration{10 * time.Minute, 5 * time.Minute} { // the second one is late
		if got := prolong(by); !got.Expires.Equal(row.Expires.Add(10*time.Minute)) || string(got.Data) != string(row.Data) || got.Account != id {
			t.Errorf("by %s: %+v", by, got)
		}
	}
	check.OK(t, d.store.EndSession(t.Context(), "token"))
	if got := prolong(20 * time.Minute); got.Token != "" {
		t.Error("a session that has ended is open again")
	}
}
