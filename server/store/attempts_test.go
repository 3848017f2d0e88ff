package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

func parallelAttempts(t *testing.T, d *database) {
	subject := portal.AccountSubject(storetest.Number(t, "1850578006048"))
	var admitted, refused atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			err := d.store.Reserve(t.Context(), d.clock().Add(time.Duration(i)*time.Microsecond), subject)
			var e *portal.Error
			switch {
			case err == nil:
				admitted.Add(1)
			case errors.As(err, &e) && e.Code == portal.CodeThrottled && e.Wait > 0:
				refused.Add(1)
			default:
				t.Errorf("reserve: %v", err)
			}
		})
	}
	all.Wait()
	if admitted.Load() != int64(portal.AccountLimit.Free) || refused.Load() != 200-admitted.Load() {
		t.Errorf("%d of 200 attempts were admitted and %d refused, want %d admitted", admitted.Load(), refused.Load(), portal.AccountLimit.Free)
	}
}

func notJudged(t *testing.T, d *database) {
	subject := portal.AccountSubject(storetest.Number(t, "1850578006048"))
	at := d.clock()
	for range 3 * portal.AccountLimit.Free {
		if err := d.store.Reserve(t.Context(), at, subject); err != nil {
			t.Fatal(err)
		}
		if err := d.store.Settle(t.Context(), at, portal.NotJudged, subject); err != nil {
			t.Fatal(err)
		}
	}
	if bucket := d.bucket(t, subject); bucket.InRow != 0 || len(bucket.Recent) != 0 {
		t.Errorf("counted: %+v", bucket)
	}
}

func successBeginsANewRow(t *testing.T, d *database) {
	subject := portal.AccountSubject(storetest.Number(t, "1850578006048"))
	for range 3 {
		d.turn(time.Second)
		if err := d.store.Reserve(t.Context(), d.clock(), subject); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.store.Settle(t.Context(), d.clock(), portal.Succeeded, subject); err != nil {
		t.Fatal(err)
	}
	if bucket := d.bucket(t, subject); bucket.InRow != 0 || len(bucket.Recent) != 2 {
		t.Errorf("after two failures and a success: %+v, want no row and two in the window", bucket)
	}
}

func allOrNone(t *testing.T, d *database) {
	free := portal.Subject{Kind: portal.ByAddress, Value: "192.0.2.1", Limit: portal.AddressLimit}
	blocked := portal.AccountSubject(storetest.Number(t, "1850578006048"))
	for range portal.AccountLimit.Free {
		if err := d.store.Reserve(t.Context(), d.clock(), blocked); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.store.Reserve(t.Context(), d.clock(), free, blocked); portal.ErrorCode(err) != portal.CodeThrottled {
		t.Fatalf("reserve: %v, want throttled", err)
	}
	if bucket := d.bucket(t, free); bucket.InRow != 0 {
		t.Errorf("a refused attempt was counted against the address: %+v", bucket)
	}
	if bucket := d.bucket(t, blocked); bucket.InRow != portal.AccountLimit.Free {
		t.Errorf("a refused attempt was counted against the account: %+v", bucket)
	}
}

func unlocking(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	token := portal.NewToken()
	if err := d.store.SignedIn(t.Context(), portal.Success{Account: id, At: d.clock(), Method: portal.Password, Device: token}); err != nil {
		t.Fatal(err)
	}
	device, _, err := d.store.KnownDevice(t.Context(), token, account.Identifier)
	if err != nil || device == "" {
		t.Fatalf("the device is not known: %v", err)
	}
	subjects := []portal.Subject{portal.AccountSubject(account.Identifier), portal.DeviceSubject(device, account.Identifier)}
	for range portal.AccountLimit.Free {
		if err := d.store.Reserve(t.Context(), d.clock(), subjects...); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.store.Unlock(t.Context(), id); err != nil {
		t.Fatal(err)
	}
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
	if err := d.store.SignedIn(t.Context(), portal.Success{Account: id, At: d.clock(), Method: portal.Password, Device: token}); err != nil {
		t.Fatal(err)
	}
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
	if err != nil || len(signIns) != 1 || !signIns[0].ThisDevice || !signIns[0].At.Equal(d.clock()) {
		t.Errorf("sign-ins: %+v, %v", signIns, err)
	}
	if signIns, err := d.store.SignIns(t.Context(), id, portal.NewToken()); err != nil || signIns[0].ThisDevice {
		t.Errorf("another browser's sign-in is shown as this one's (%v)", err)
	}
}

func (d *database) bucket(t *testing.T, s portal.Subject) portal.Bucket {
	t.Helper()
	bucket, err := d.store.Bucket(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return bucket
}
