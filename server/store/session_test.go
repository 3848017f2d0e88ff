package store_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// data is what scs would save of a session.
func data(t *testing.T, account portal.AccountID, epoch int, id string) []byte {
	t.Helper()
	b, err := store.SessionCodec{}.Encode(time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC), map[string]any{
		store.SessionAccount: string(account), store.SessionEpoch: strconv.Itoa(epoch), store.SessionID: id, store.SessionBrowser: "Firefox"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// begin commits a new session in a request of its own.
func (d *database) begin(t *testing.T, token string, data []byte) {
	t.Helper()
	if err := d.store.Sessions().CommitCtx(store.WithVisit(t.Context()), token, data, d.clock().Add(30*time.Minute)); err != nil {
		t.Fatal(err)
	}
}

// visit begins a request that finds the session, or not.
func (d *database) visit(t *testing.T, token string) (ctx context.Context, found bool) {
	t.Helper()
	ctx = store.WithVisit(t.Context())
	_, found, err := d.store.Sessions().FindCtx(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	return ctx, found
}

func sessionRoundTrip(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	want := data(t, id, 1, "s1")
	d.begin(t, "token", want)
	got, found, err := d.store.Sessions().FindCtx(store.WithVisit(t.Context()), "token")
	if err != nil || !found || string(got) != string(want) {
		t.Fatalf("found %v, %s, %v", found, got, err)
	}
	if err := d.store.Sessions().DeleteCtx(t.Context(), "token"); err != nil {
		t.Fatal(err)
	}
	if _, found := d.visit(t, "token"); found {
		t.Error("a deleted session is found")
	}
	d.begin(t, "another", want)
	d.turn(31 * time.Minute)
	if _, found := d.visit(t, "another"); found {
		t.Error("an expired session is found")
	}
	if err := d.store.Sessions().CommitCtx(t.Context(), "token", want, d.clock()); err == nil {
		t.Error("a commit outside a visit was accepted: it could revive a session")
	}
}

// noRevival signs out while many requests of the same session are under way.
func noRevival(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	d.begin(t, "token", data(t, id, 1, "s1"))
	var under []context.Context
	for range 20 {
		ctx, found := d.visit(t, "token")
		if !found {
			t.Fatal("the session is not found")
		}
		under = append(under, ctx)
	}
	if err := d.store.Sessions().DeleteCtx(t.Context(), "token"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i, ctx := range under {
		all.Go(func() {
			changed := data(t, id, 1, "s1-"+strconv.Itoa(i))
			if err := d.store.Sessions().CommitCtx(ctx, "token", changed, d.clock().Add(time.Hour)); err != nil {
				t.Errorf("commit after sign-out: %v", err)
			}
		})
	}
	all.Wait()
	if _, found := d.visit(t, "token"); found {
		t.Error("a request that was under way revived the session")
	}
}

func epochEnds(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	d.begin(t, "token", data(t, id, 1, "s1"))
	ctx, _ := d.visit(t, "token")
	if err := d.store.EndSessions(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := d.store.Sessions().CommitCtx(ctx, "token", data(t, id, 1, "s2"), d.clock().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, found := d.visit(t, "token"); found {
		t.Error("the session survived the end of all sessions")
	}
	// A sign-in that read the account before its sessions ended comes too late.
	d.begin(t, "late", data(t, id, 1, "s3"))
	if _, found := d.visit(t, "late"); found {
		t.Error("a session of an old epoch is found")
	}
	d.begin(t, "next", data(t, id, 2, "s4"))
	if _, found := d.visit(t, "next"); !found {
		t.Error("a session of the new epoch is not found")
	}
	if err := d.store.SetDisabled(t.Context(), id, true); err != nil {
		t.Fatal(err)
	}
	if _, found := d.visit(t, "next"); found {
		t.Error("the session survived the disabling of its account")
	}
	if err := d.store.SetDisabled(t.Context(), id, false); err != nil {
		t.Fatal(err)
	}
	if _, found := d.visit(t, "next"); found {
		t.Error("enabling the account brought an old session back")
	}
}

func endOthers(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	for _, name := range []string{"here", "phone", "library"} {
		d.turn(time.Second)
		d.begin(t, name, data(t, id, 1, name))
	}
	open, err := d.store.OpenSessions(t.Context(), id)
	if err != nil || len(open) != 3 || open[0].ID != "library" || open[0].Browser != "Firefox" {
		t.Fatalf("open: %+v, %v", open, err)
	}
	ended, err := d.store.EndOtherSessions(t.Context(), id, "here")
	if err != nil || ended != 2 {
		t.Fatalf("ended %d, %v", ended, err)
	}
	if _, found := d.visit(t, "here"); !found {
		t.Error("the session that asked ended too")
	}
	if _, found := d.visit(t, "phone"); found {
		t.Error("another session is still open")
	}
}

func fewTouches(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	session := data(t, id, 1, "s1")
	d.begin(t, "token", session)
	writes := func(after time.Duration) (n int) {
		d.turn(after)
		ctx, _ := d.visit(t, "token")
		for _, s := range d.traced(func() {
			if err := d.store.Sessions().CommitCtx(ctx, "token", session, d.clock().Add(30*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}) {
			if !strings.HasPrefix(strings.TrimSpace(s), "SELECT") {
				n++
			}
		}
		return n
	}
	if n := writes(10 * time.Second); n != 0 {
		t.Errorf("%d writes within the minute", n)
	}
	if n := writes(time.Minute); n != 1 {
		t.Errorf("%d writes after a minute, want 1", n)
	}
	d.turn(29*time.Minute + 30*time.Second)
	if _, found := d.visit(t, "token"); !found {
		t.Error("the session ended although it was used")
	}
}

func sweeping(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	d.begin(t, "token", data(t, id, 1, "s1"))
	subject := portal.AccountSubject(account.Identifier)
	if err := d.store.Reserve(t.Context(), d.clock(), subject); err != nil {
		t.Fatal(err)
	}
	if err := d.store.SignedIn(t.Context(), portal.Success{Account: id, At: d.clock(), Method: portal.Password, Device: portal.NewToken()}); err != nil {
		t.Fatal(err)
	}
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
		d.turn(step.after)
		if err := d.store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
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
