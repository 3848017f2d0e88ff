package store_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// row is a new session of that account, named like its token.
func (d *database) row(t *testing.T, account portal.AccountID, epoch int64, token string) portal.SessionRow {
	t.Helper()
	data, err := portal.SessionCodec{}.Encode(time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC), map[string]any{
		portal.SessionAccount: string(account), portal.SessionEpoch: strconv.FormatInt(epoch, 10), portal.SessionID: token, portal.SessionBrowser: "Firefox"})
	check.OK(t, err)
	row, err := portal.NewSessionRow(token, data, d.Clock().Add(30*time.Minute))
	check.OK(t, err)
	row.New = true
	return row
}

func (d *database) save(t *testing.T, row portal.SessionRow) {
	t.Helper()
	check.OK(t, d.store.SaveSession(t.Context(), row))
}

// session returns the session that is found under a token, and whether there is one.
func (d *database) session(t *testing.T, token string) (portal.SessionRow, bool) {
	t.Helper()
	row, err := d.store.Session(t.Context(), token)
	check.OK(t, err)
	return row, row.Token != ""
}

func sessionRoundTrip(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	want := d.row(t, id, 1, "token")
	d.save(t, want)
	got, found := d.session(t, "token")
	if !found || string(got.Data) != string(want.Data) || got.Account != id || got.Epoch != 1 || !got.Expires.Equal(want.Expires) || got.New {
		t.Fatalf("found %v: %+v", found, got)
	}
	check.OK(t, d.store.EndSession(t.Context(), "token"))
	if _, found := d.session(t, "token"); found {
		t.Error("a session that has ended is found")
	}
	d.save(t, d.row(t, id, 1, "former"))
	next := d.row(t, id, 1, "next")
	next.Replaces = "former"
	d.save(t, next)
	if _, found := d.session(t, "former"); found {
		t.Error("a session that another one has replaced is found")
	}
	d.Turn(31 * time.Minute)
	if _, found := d.session(t, "next"); found {
		t.Error("an expired session is found")
	}
}

// noRevival signs out while many requests of the same session are under way.
func noRevival(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	d.save(t, d.row(t, id, 1, "token"))
	loaded, _ := d.session(t, "token")
	check.OK(t, d.store.EndSession(t.Context(), "token"))
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			changed := loaded
			changed.Expires = changed.Expires.Add(time.Duration(i) * time.Minute)
			if err := d.store.SaveSession(t.Context(), changed); err != nil {
				t.Errorf("saving after the sign-out: %v", err)
			}
		})
	}
	all.Wait()
	if _, found := d.session(t, "token"); found {
		t.Error("a request that was under way revived the session")
	}
}

func epochEnds(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	d.save(t, d.row(t, id, 1, "token"))
	loaded, _ := d.session(t, "token")
	check.OK(t, d.store.EndSessions(t.Context(), id))
	d.save(t, loaded)
	if _, found := d.session(t, "token"); found {
		t.Error("the session survived the end of all sessions")
	}
	// A sign-in that read the account before its sessions ended comes too late.
	d.save(t, d.row(t, id, 1, "late"))
	if _, found := d.session(t, "late"); found {
		t.Error("a session of an old epoch is found")
	}
	d.save(t, d.row(t, id, 2, "next"))
	if _, found := d.session(t, "next"); !found {
		t.Error("a session of the new epoch is not found")
	}
	check.OK(t, d.store.SetDisabled(t.Context(), id, true))
	if _, found := d.session(t, "next"); found {
		t.Error("the session survived the disabling of its account")
	}
	check.OK(t, d.store.SetDisabled(t.Context(), id, false))
	if _, found := d.session(t, "next"); found {
		t.Error("enabling the account brought an old session back")
	}
}

func endOthers(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	for _, name := range []string{"here", "phone", "library"} {
		d.Turn(time.Second)
		d.save(t, d.row(t, id, 1, name))
	}
	open, err := d.store.OpenSessions(t.Context(), id)
	if err != nil || len(open) != 3 || open[0].ID != "library" || open[0].Browser != "Firefox" {
		t.Fatalf("open: %+v, %v", open, err)
	}
	ended, err := d.store.EndOtherSessions(t.Context(), d.row(t, id, 1, "here"), "here")
	if err != nil || ended != 2 {
		t.Fatalf("ended %d, %v", ended, err)
	}
	if _, found := d.session(t, "here"); !found {
		t.Error("the session that asked ended too")
	}
	if _, found := d.session(t, "phone"); found {
		t.Error("another session is still open")
	}
}

// heldSession changes an account from a session that has ended meanwhile in each of the ways there are.
func heldSession(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	d.save(t, d.row(t, id, 1, "other"))
	for _, c := range []struct {
		what string
		end  func() error
	}{
		{"signed out", func() error { return d.store.EndSession(t.Context(), "here") }},
		{"all sessions ended", func() error { d.exec(t, `UPDATE accounts SET session_epoch = 2`); return nil }},
		{"the account closed", func() error { return d.store.SetDisabled(t.Context(), id, true) }},
		{"nobody's by now", func() error { d.exec(t, `UPDATE sessions SET account_id = NULL WHERE token_hash = 'here'`); return nil }},
		{"nothing for an hour", func() error { d.Turn(time.Hour); return nil }},
	} {
		d.exec(t, `DELETE FROM sessions WHERE token_hash = 'here'`)
		d.exec(t, `UPDATE accounts SET session_epoch = 1, disabled_at = NULL`)
		here := d.row(t, id, 1, "here")
		d.save(t, here)
		hold := func(tx portal.Tx) error { return tx.HoldSession(t.Context(), here) }
		d.must(t, hold)
		check.OK(t, c.end())
		if err := d.unit(t.Context(), hold); !errors.Is(err, portal.ErrUnauthorized) {
			t.Errorf("%s: %v", c.what, err)
		}
		if _, err := d.store.EndOtherSessions(t.Context(), here, "here"); !errors.Is(err, portal.ErrUnauthorized) {
			t.Errorf("%s, ending the others: %v", c.what, err)
		}
		if _, err := d.store.EndOneSession(t.Context(), here, "other"); !errors.Is(err, portal.ErrUnauthorized) {
			t.Errorf("%s, ending another: %v", c.what, err)
		}
	}
	if n := count(t, d, "sessions"); n != 2 {
		t.Errorf("%d sessions are left", n)
	}
}

// leftSession is what is left of a session that a new password has ended.
func leftSession(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	left := func(token string) portal.AccountID {
		t.Helper()
		account, err := d.store.LeftSession(t.Context(), token)
		if err != nil && !errors.Is(err, portal.ErrNoFlow) {
			t.Fatal(err)
		}
		return account
	}
	row := d.row(t, id, 1, "left")
	data, err := portal.SessionCodec{}.Encode(row.Expires, map[string]any{portal.SessionAccount: string(id), portal.SessionEpoch: "1", "left": "1"})
	check.OK(t, err)
	row.Data = data
	d.must(t, func(tx portal.Tx) error {
		return errors.Join(tx.EndSessions(t.Context(), id), tx.LeaveSession(t.Context(), row))
	})
	d.save(t, d.row(t, id, 1, "ended")) // of the same epoch, and not by a new password
	if left("left") != id || left("ended") != "" || left("none") != "" {
		t.Error("not exactly what is left of a session is found")
	}
	if _, found := d.session(t, "left"); found {
		t.Error("what is left of a session opens the account")
	}
	if open, err := d.store.OpenSessions(t.Context(), id); err != nil || len(open) != 0 {
		t.Errorf("its owner sees %d sessions, %v", len(open), err)
	}
	if err := d.unit(t.Context(), func(tx portal.Tx) error { return tx.HoldSession(t.Context(), row) }); !errors.Is(err, portal.ErrUnauthorized) {
		t.Errorf("it changes the account: %v", err)
	}
	if d.Turn(time.Hour); left("left") != "" {
		t.Error("it is found for ever")
	}
}

// oneAfterTheOther changes an account from two of its sessions at once, and ends one of them meanwhile.
func oneAfterTheOther(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	here, there := d.row(t, id, 1, "here"), d.row(t, id, 1, "there")
	d.save(t, here)
	d.save(t, there)
	tx, err := d.store.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	check.OK(t, tx.HoldSession(t.Context(), here))
	done := make(chan string, 2)
	var all sync.WaitGroup
	all.Go(func() {
		if err := d.unit(t.Context(), func(tx portal.Tx) error { return tx.HoldSession(t.Context(), there) }); err != nil {
			t.Error(err)
		}
		done <- "a change from another session"
	})
	all.Go(func() {
		if err := d.store.EndSession(t.Context(), "here"); err != nil {
			t.Error(err)
		}
		done <- "the end of the session"
	})
	select {
	case what := <-done:
		t.Errorf("%s did not wait for the change under way", what)
	case <-time.After(200 * time.Millisecond):
	}
	check.OK(t, tx.Commit())
	all.Wait()
}

func sweeping(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	storetest.Count(t, d.store, d.Clock(), 1, portal.AccountSubject(account.Identifier))
	d.enter(t, id, portal.Password, portal.NewToken(), "token")
	rows := func() string {
		var n []string
		for _, table := range []string{"sessions", "buckets", "devices", "sign_ins"} {
			n = append(n, strconv.Itoa(count(t, d, table)))
		}
		return strings.Join(n, " ")
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{20 * time.Minute, "1 1 1 1"},
		{2 * time.Hour, "0 1 1 1"},
		{91 * 24 * time.Hour, "0 0 1 1"},
		{280 * 24 * time.Hour, "0 0 1 0"},
		{40 * 24 * time.Hour, "0 0 0 0"},
	} {
		d.Turn(step.after)
		check.OK(t, d.store.Sweep(t.Context()))
		if got := rows(); got != step.want {
			t.Errorf("after %s more: %s rows are left, want %s", step.after, got, step.want)
		}
	}
}

func migrateTwice(t *testing.T, d *database) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := store.Open(t.Context(), store.Options{URL: d.url, Keys: d.keys})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if applied, err := s.Migrate(t.Context()); err != nil || len(applied) != 0 {
				t.Errorf("applied again: %v, %v", applied, err)
			}
			if err := s.CheckSchema(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
