package store_test

import (
	"fmt"
	"testing"
	"time"

	"moncompte/app/limits"
	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// keptAsLongAsSaid lets one kind after another come to the end of what the operator has set, none of which is the standard.
func keptAsLongAsSaid(t *testing.T, d *database) {
	const day = 24 * time.Hour
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: d.Clock,
		Kept: limits.Kept{SignIns: 2 * day, Browsers: 4 * day, Links: 6 * day, Messages: 8 * day, Audit: 10 * day}})
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	d.enter(t, id, portal.Password, portal.NewToken(), "token")
	d.link(t, id, pivot(t, "subject"))
	d.exec(t, fmt.Sprintf(`UPDATE links SET ended_at = %d, end_reason = 'unlinked'`, d.Clock().UnixMicro()))
	d.add(t, d.message("message"))
	d.append(t, happened(d, "something", id))
	d.Turn(time.Hour)
	for _, want := range []string{"1 1 1 1 1", "0 1 1 1 1", "0 0 1 1 1", "0 0 0 1 1", "0 0 0 0 1", "0 0 0 0 0"} {
		check.OK(t, d.store.Sweep(t.Context()))
		if got := fmt.Sprint(count(t, d, "sign_ins"), count(t, d, "devices"), count(t, d, "links"), count(t, d, "outbox"), count(t, d, "audit")); got != want {
			t.Errorf("at %v: %s sign-ins, browsers, links, messages and entries are left, want %s", d.Clock(), got, want)
		}
		d.Turn(2 * day)
	}
}
