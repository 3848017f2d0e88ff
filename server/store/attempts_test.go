package store_test

import (
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// parallelAttempts guesses 200 times at once on two instances.
func parallelAttempts(t *testing.T, d *database) {
	second := storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: d.Clock})
	pool := passhash.NewPool(passhash.PoolOptions{Queue: 200, MaxWait: time.Minute})
	var judged, refused atomic.Int64
	var all sync.WaitGroup
	for _, instance := range []*store.Store{d.store, second} {
		login := &portal.Login{Store: instance, Pool: pool, Params: passhash.Params{MemoryKiB: 16, Time: 1, Threads: 1}, Keys: d.keys, Now: d.Clock}
		for i := range 100 {
			all.Go(func() {
				_, err := login.Verify(t.Context(), portal.SignInRequest{Identifier: storetest.Number(t, "1850578006048"),
					Password: keys.NewSecret("a guess"), Address: netip.AddrFrom4([4]byte{198, 18, 0, byte(i)})})
				switch portal.ErrorKind(err) {
				case portal.KindUnauthorized:
					judged.Add(1)
				case portal.KindThrottled:
					refused.Add(1)
				default:
					t.Errorf("a guess: %v", err)
				}
			})
		}
	}
	all.Wait()
	if judged.Load() != int64(portal.AccountLimit.Free) || refused.Load() != 200-judged.Load() {
		t.Errorf("%d of 200 guesses were judged and %d refused, want %d judged", judged.Load(), refused.Load(), portal.AccountLimit.Free)
	}
}

// buckets are kept with the unit, and not without it.
func buckets(t *testing.T, d *database) {
	one, other := portal.AccountSubject(storetest.Number(t, "1850578006048")), portal.Subject{Kind: portal.ByAddress, Value: "192.0.2.1", Limit: portal.AddressLimit}
	storetest.Count(t, d.store, d.Clock(), 3, one)
	err := d.unit(t.Context(), func(tx portal.Tx) error {
		found, err := tx.LockBuckets(t.Context(), d.Clock(), one, other)
		if err != nil || found[0].InRow != 3 || len(found[0].Recent) != 3 || !found[0].Last().Equal(d.Clock()) || found[1].InRow != 0 {
			t.Errorf("found: %+v, %v", found, err)
		}
		return errors.Join(tx.SaveBuckets(t.Context(), d.Clock(), []portal.Subject{one, other}, make([]portal.Bucket, 2)), errors.New("not this time"))
	})
	if err == nil {
		t.Error("a unit that fails is committed")
	}
	if b := d.bucket(t, one); b.InRow != 3 {
		t.Errorf("a unit that failed has changed a bucket: %+v", b)
	}
	if n := count(t, d, "buckets"); n != 1 {
		t.Errorf("%d buckets, want none that only a look has made", n)
	}
}

func unlocking(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	token := portal.NewToken()
	d.enter(t, id, portal.Password, token, "token")
	device, _, err := d.store.KnownDevice(t.Context(), token, account.Identifier)
	if err != nil || device == "" {
		t.Fatalf("the device is not known: %v", err)
	}
	subjects := append(portal.BrakeSubjects(account.Identifier), portal.DeviceSubject(device, account.Identifier))
	for _, subject := range subjects {
		storetest.Count(t, d.store, d.Clock(), portal.AccountLimit.Free, subject)
	}
	check.OK(t, d.store.Unlock(t.Context(), id))
	for _, s := range subjects {
		if bucket := d.bucket(t, s); bucket.InRow != 0 {
			t.Errorf("%s is still counted: %+v", s.Kind, bucket)
		}
	}
	if err := d.store.Unlock(t.Context(), portal.NewAccountID()); !errors.Is(err, portal.ErrNoAccount) {
		t.Errorf("unlocking nobody: %v", err)
	}
}

func devices(t *testing.T, d *database) {
	account, other := storetest.Nathalie(t), storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "1850578006048")
	id := storetest.Add(t, d.store, account)
	storetest.Add(t, d.store, other)
	token := portal.NewToken()
	d.enter(t, id, portal.Password, token, "token")
	for _, c := range []struct {
		name        string
		token       keys.Secret
		identifier  nir.Number
		known, ours bool
	}{
		{"its owner", token, account.Identifier, true, true},
		{"another person in the same browser", token, other.Identifier, false, true},
		{"another browser", portal.NewToken(), account.Identifier, false, false},
		{"no token", keys.Secret{}, account.Identifier, false, false},
	} {
		device, ours, err := d.store.KnownDevice(t.Context(), c.token, c.identifier)
		if err != nil || (device != "") != c.known || ours != c.ours {
			t.Errorf("%s: known %v, ours %v, want %v, %v (%v)", c.name, device != "", ours, c.known, c.ours, err)
		}
		if device == token.Reveal() {
			t.Errorf("%s: the name of the device is its token", c.name)
		}
	}
	signIns, err := d.store.SignIns(t.Context(), id, token)
	if err != nil || len(signIns) != 1 || !signIns[0].ThisDevice || !signIns[0].At.Equal(d.Clock()) {
		t.Errorf("sign-ins: %+v, %v", signIns, err)
	}
	if signIns, err := d.store.SignIns(t.Context(), id, portal.NewToken()); err != nil || signIns[0].ThisDevice {
		t.Errorf("another browser's sign-in is shown as this one's (%v)", err)
	}
}

func (d *database) bucket(t *testing.T, s portal.Subject) portal.Bucket {
	t.Helper()
	bucket, err := d.store.Bucket(t.Context(), s)
	check.OK(t, err)
	return bucket
}
