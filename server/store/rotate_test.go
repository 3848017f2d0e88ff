package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// rotatingWhileServing changes the keys under two instances on which people sign in, mistype and ask for codes all the while.
func rotatingWhileServing(t *testing.T, d *database) {
	path := keysFile(t)
	instances := []*instance{d.start(t, path), d.start(t, path)}
	d.store = instances[0].Store
	var accounts []portal.Account
	ids := map[string]portal.AccountID{}
	for i := range 1200 { // more than one batch
		a := storetest.Nathalie(t)
		a.Password = keys.Secret{} // no hash that a guess would be compared with
		a.Identifier = storetest.Number(t, fmt.Sprintf("K%07d", i))
		accounts = append(accounts, a)
	}
	rows := make([]portal.ImportRow, len(accounts))
	for i, a := range accounts {
		rows[i] = portal.ImportRow{Account: a}
	}
	check.OK(t, check.ErrOf(portal.ImportRows(t.Context(), d.store, rows, portal.ImportOptions{})))
	for _, a := range accounts {
		c, err := d.store.Credential(t.Context(), a.Identifier)
		if err != nil || c.Account == "" {
			t.Fatal(err)
		}
		ids[a.Identifier.Canonical()] = c.Account
	}
	identity := pivot(t, "subject-one")
	d.link(t, ids[accounts[0].Identifier.Canonical()], identity)

	var done atomic.Bool
	var people sync.WaitGroup
	defer people.Wait()
	defer done.Store(true)
	var rounds atomic.Int64
	for n := range 4 {
		people.Go(func() {
			here, there := instances[n%2], instances[(n+1)%2]
			mine := &database{url: d.url, store: here.Store, Watch: storetest.NewWatch(d.Clock())}
			r, other := newRecovery(t, mine), newRecovery(t, &database{url: d.url, store: there.Store, Watch: storetest.NewWatch(d.Clock())})
			ctx := t.Context()
			for i := n; !done.Load(); i = (i + 37) % len(accounts) {
				a := accounts[i]
				id := ids[a.Identifier.Canonical()]
				if c, err := here.Credential(ctx, a.Identifier); err != nil || c.Account != id {
					t.Errorf("sign-in: account %q, %v", c.Account, err)
				}
				if got, err := here.Account(ctx, id); err != nil || got.Civil != a.Civil {
					t.Errorf("account: %v", err)
				}
				if l, err := here.Linked(ctx, identity.Issuer, identity.Subject, keys.Secret{}); err != nil || l.Account == "" {
					t.Errorf("linked: %+v, %v", l, err)
				}
				token := r.begin(a.Identifier, portal.Email)
				if got := other.give(token, r.code(token)); got != portal.CodeRight {
					t.Errorf("code: %v", got)
				}
				device := portal.NewToken()
				mine.enter(t, id, portal.Password, device, portal.NewToken().Reveal())
				if name, ours, err := there.KnownDevice(ctx, device, a.Identifier); err != nil || name == "" || !ours {
					t.Errorf("device: %q, %v, %v", name, ours, err)
				}
				rounds.Add(1)
			}
		})
	}
	// Strangers guess at one number on both instances from before the change to its end: five guesses and no more are judged.
	guess := guesser(t, d)
	var judged atomic.Int64
	for n := range 2 {
		people.Go(func() {
			for !done.Load() {
				if guess(instances[n].Store) {
					judged.Add(1)
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
	d.until(t, "people come", func() bool { return rounds.Load() > 8 })

	operator := d.start(t, path)
	addKey(t, path, operator)
	before := rounds.Load()
	moved, err := operator.Rotate(t.Context(), 2, store.Rotation{})
	if err != nil || moved < len(accounts) {
		t.Errorf("%d rows were moved over, %v", moved, err)
	}
	during := rounds.Load() - before
	d.until(t, "people come afterwards", func() bool { return rounds.Load() > before+during+8 })
	done.Store(true)
	people.Wait()
	if during < 4 {
		t.Errorf("only %d rounds while the keys changed", during)
	}
	if n := judged.Load(); n != int64(portal.AccountLimit.Free) {
		t.Errorf("%d guesses were judged across the change, want %d", n, portal.AccountLimit.Free)
	}
	for i, one := range instances {
		if one.Keys().Current() != 2 {
			t.Errorf("instance %d protects new data with version %d", i, one.Keys().Current())
		}
	}
	if needs, err := operator.Needs(t.Context(), 2); err != nil || len(needs) > 0 {
		t.Errorf("the old key is needed by %q, %v", needs, err)
	}

	if _, _, err := operator.DropKeys(t.Context(), false); !errors.Is(err, store.ErrNeeded) || !strings.Contains(err.Error(), "2m0s") {
		t.Errorf("at once, the old key is dropped: %v", err)
	}
	d.Turn(3 * time.Minute)
	kept, _, err := operator.DropKeys(t.Context(), false)
	if err != nil || kept != 2 || keys.Keep(path, kept) != nil {
		t.Fatalf("dropped all but %d, %v", kept, err)
	}
	d.until(t, "every instance forgets the old key", func() bool {
		return !slices.ContainsFunc(instances, func(i *instance) bool { return len(i.Keys().Versions()) != 1 })
	})
	for _, one := range instances {
		if c, err := one.Credential(t.Context(), accounts[0].Identifier); err != nil || c.Account != ids[accounts[0].Identifier.Canonical()] {
			t.Errorf("with the new key alone the account is not found: %v", err)
		}
		if err := one.stop(); err != nil {
			t.Errorf("an instance stopped by itself: %v", err)
		}
	}
}

// rotatingWaits has an instance on another machine, whose keys file is copied late: nothing is protected with a key that it lacks.
func rotatingWaits(t *testing.T, d *database) {
	path := keysFile(t)
	elsewhere := filepath.Join(t.TempDir(), "moncompte.keys")
	copyKeys(t, path, elsewhere)
	here, there := d.start(t, path), d.start(t, elsewhere)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, here.Store, account)
	addKey(t, path, here)
	waiting := make(chan int, 9)
	rotated := make(chan error, 1)
	go func() {
		_, err := here.Rotate(t.Context(), 2, store.Rotation{Waiting: func(n int) { waiting <- n }})
		rotated <- err
	}()
	// The instance here learns it by itself; what stays is the one there.
	for n := 0; n != 1; {
		select {
		case n = <-waiting:
		case err := <-rotated:
			t.Fatalf("it did not wait: %v", err)
		}
	}
	time.Sleep(3 * beat)
	select {
	case err := <-rotated:
		t.Fatalf("it did not wait for the other machine: %v", err)
	default:
	}
	if here.Keys().Current() != 1 || here.Keys().Newest() != 2 {
		t.Errorf("version %d of %d protects new data before everybody can read it", here.Keys().Current(), here.Keys().Newest())
	}
	if _, _, err := here.DropKeys(t.Context(), false); !errors.Is(err, store.ErrNeeded) {
		t.Errorf("half-way, the old key is dropped: %v", err)
	}
	copyKeys(t, path, elsewhere)
	check.OK(t, <-rotated)
	for _, one := range []*instance{here, there} {
		if c, err := one.Credential(t.Context(), account.Identifier); err != nil || c.Account != id || one.Keys().Current() != 2 {
			t.Errorf("account %q under version %d, %v", c.Account, one.Keys().Current(), err)
		}
	}
	// An instance that was killed says nothing any more: nobody waits for it for long.
	d.exec(t, `INSERT INTO instances (id, knows, uses, beats, seen_at) VALUES ('killed', 1, 1, 1, 0)`)
	addKey(t, path, here)
	copyKeys(t, path, elsewhere)
	if _, err := here.Rotate(t.Context(), 3, store.Rotation{}); err != nil {
		t.Error(err)
	}
}

// rotatingResumes is cut off at each batch, as by kill -9, and goes on to the end; accounts are found at every point.
func rotatingResumes(t *testing.T, d *database) {
	path := keysFile(t)
	operator := d.start(t, path)
	var rows []portal.ImportRow
	for i := range 3500 { // batches of a thousand
		a := storetest.Nathalie(t)
		a.Identifier = storetest.Number(t, fmt.Sprintf("K%07d", i))
		rows = append(rows, portal.ImportRow{Account: a, Scheme: "test"})
	}
	check.OK(t, check.ErrOf(portal.ImportRows(t.Context(), operator, rows, portal.ImportOptions{})))
	addKey(t, path, operator)
	cut := 0
	for {
		ctx, stop := context.WithCancel(t.Context())
		batches := 0
		_, err := operator.Rotate(ctx, 2, store.Rotation{Progress: func(int, int) {
			if batches++; batches > cut {
				stop()
			}
		}})
		stop()
		for _, i := range []int{0, 999, 1000, 3499} {
			if c, err := operator.Credential(t.Context(), rows[i].Account.Identifier); err != nil || c.Account == "" {
				t.Fatalf("cut off after %d batches, account %d is not found: %v", cut, i, err)
			}
		}
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if needs, err := operator.Needs(t.Context(), 2); err != nil || cut == 0 && len(needs) == 0 {
			t.Errorf("cut off after %d batches: needs %q, %v", cut, needs, err)
		}
		cut++
	}
	if cut < 2 {
		t.Errorf("it was cut off %d times", cut)
	}
	if needs, err := operator.Needs(t.Context(), 2); err != nil || len(needs) > 0 {
		t.Errorf("the old key is needed by %q, %v", needs, err)
	}
}

// countingUnderTwoKeys has one instance that protects with the new key already and one that does not yet: they count together.
func countingUnderTwoKeys(t *testing.T, d *database) {
	path := keysFile(t)
	check.OK(t, check.ErrOf(keys.Add(path, nil, time.Now())))
	var stores []*store.Store
	for version := 1; version <= 2; version++ {
		ring, err := keys.Load(path)
		if err != nil || !ring.Use(version) {
			t.Fatal(err)
		}
		stores = append(stores, storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock}))
	}
	guess := guesser(t, d)
	var judged atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			if guess(stores[i%2]) {
				judged.Add(1)
			}
		})
	}
	all.Wait()
	if judged.Load() != int64(portal.AccountLimit.Free) {
		t.Errorf("%d of 200 guesses under two keys were judged, want %d", judged.Load(), portal.AccountLimit.Free)
	}
	for _, s := range stores {
		bucket, err := s.Bucket(t.Context(), portal.AccountSubject(storetest.Number(t, guessedAt)))
		if err != nil || bucket.InRow != portal.AccountLimit.Free {
			t.Errorf("counted %d, %v", bucket.InRow, err)
		}
	}
}

// guessedAt is nobody's number.
const guessedAt = "1850578006048"

// guesser returns a function that guesses once at guessedAt, each time from another address, and tells whether the guess was judged.
func guesser(t *testing.T, d *database) func(*store.Store) bool {
	pool := passhash.NewPool(passhash.PoolOptions{Queue: 200, MaxWait: time.Minute})
	var guesses atomic.Int32
	return func(s *store.Store) bool {
		login := &portal.Login{Store: s, Pool: pool, Params: passhash.Params{MemoryKiB: 16, Time: 1, Threads: 1}, Keys: s.Keys(), Now: d.Clock}
		n := guesses.Add(1)
		_, err := login.Verify(t.Context(), portal.SignInRequest{Identifier: storetest.Number(t, guessedAt), Password: keys.NewSecret("a guess"),
			Address: netip.AddrFrom4([4]byte{198, 19, byte(n >> 8), byte(n)})})
		switch portal.ErrorKind(err) {
		case portal.KindUnauthorized:
			return true
		case portal.KindThrottled:
			return false
		}
		t.Errorf("a guess: %v", err)
		return false
	}
}

// otherKeysAreRefused comes with keys that are not the database's, or not all of them.
func otherKeysAreRefused(t *testing.T, d *database) {
	path := keysFile(t)
	one := d.start(t, path)
	old := filepath.Join(t.TempDir(), "old.keys")
	copyKeys(t, path, old)
	late := d.start(t, old)
	storetest.Add(t, one.Store, storetest.Nathalie(t))

	stranger := storetest.Open(t, store.Options{URL: d.url, Keys: storetest.Keys(t), Now: d.Clock})
	if err := stranger.AdoptKeys(t.Context()); !errors.Is(err, store.ErrKeys) {
		t.Errorf("other keys: %v, want ErrKeys", err)
	}
	if result, err := stranger.Check(t.Context()); err != nil || !slices.ContainsFunc(result.Faults, func(line string) bool { return strings.Contains(line, "another key") }) {
		t.Errorf("check with other keys: %+v, %v", result, err)
	}

	// A program that slept through a change of keys stops rather than take everybody for unknown.
	check.OK(t, late.stop())
	addKey(t, path, one)
	check.OK(t, check.ErrOf(one.Rotate(t.Context(), 2, store.Rotation{})))
	if err := late.Join(t.Context()); !errors.Is(err, store.ErrKeys) {
		t.Errorf("joining without the new key: %v, want ErrKeys", err)
	}
	if err := late.Follow(t.Context()); !errors.Is(err, store.ErrKeys) || !strings.Contains(err.Error(), "version 2 is missing") {
		t.Errorf("without the new key: %v, want ErrKeys", err)
	}
	copyKeys(t, path, old)
	if err := late.AdoptKeys(t.Context()); err != nil || late.Keys().Current() != 2 {
		t.Errorf("with the new key: version %d, %v", late.Keys().Current(), err)
	}

	// Before a database knows its keys, those that do not open what is there are refused.
	d.exec(t, `DELETE FROM key_versions`)
	if err := stranger.AdoptKeys(t.Context()); !errors.Is(err, store.ErrKeys) {
		t.Errorf("other keys that come first: %v, want ErrKeys", err)
	}
	if err := one.AdoptKeys(t.Context()); err != nil {
		t.Errorf("the right keys: %v", err)
	}
}

// neededKeysStay refuses to drop a key that something needs, and says what.
func neededKeysStay(t *testing.T, d *database) {
	path := keysFile(t)
	one := d.start(t, path)
	d.store = one.Store
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	identity := pivot(t, "subject-one")
	d.link(t, id, identity)
	// A link that was made before subjects were kept sealed: its index cannot be computed anew.
	d.exec(t, `UPDATE links SET subject_sealed = NULL`)
	addKey(t, path, one)
	check.OK(t, check.ErrOf(one.Rotate(t.Context(), 2, store.Rotation{})))
	d.Turn(time.Hour)
	_, needs, err := one.DropKeys(t.Context(), false)
	if !errors.Is(err, store.ErrNeeded) || len(needs) != 1 || !strings.HasPrefix(needs[0], "links.subject_index: 1 of 1 rows") {
		t.Errorf("%q, %v, want ErrNeeded by the link", needs, err)
	}
	if d.linked(t, identity) != id {
		t.Error("the link is lost")
	}
	d.must(t, func(tx portal.Tx) error { return tx.UseLink(t.Context(), id, identity, d.Clock()) })
	if kept, needs, err := one.DropKeys(t.Context(), false); err != nil || kept != 2 || len(needs) != 0 {
		t.Errorf("after the link's next use: %d, %q, %v", kept, needs, err)
	}
	alone, _ := one.Keys().Only(2)
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: alone, Now: d.Clock})
	if d.linked(t, identity) != id {
		t.Error("the link needs the old key")
	}
}
