package store_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// nearestRow looks identifiers up among few accounts, whose places it computes by itself: whoever has no account reads the row
// at the next place, and nothing behind the last one.
func nearestRow(t *testing.T, d *database) {
	type place struct {
		index []byte
		id    portal.AccountID
	}
	var places []place
	identifier := func(i int) string { return fmt.Sprintf("K%07d", i) }
	for i := range 4 {
		a := storetest.Nathalie(t)
		a.Identifier = storetest.Number(t, identifier(i))
		places = append(places, place{d.keys.Index("identifier", identifier(i)), storetest.Add(t, d.store, a)})
	}
	slices.SortFunc(places, func(a, b place) int { return bytes.Compare(a.index, b.index) })
	drawn := map[portal.AccountID]int{}
	for i := range 100 {
		index := d.keys.Index("identifier", identifier(i))
		want, wantFound := portal.AccountID(""), false
		for _, p := range places {
			if bytes.Compare(p.index, index) >= 0 {
				want, wantFound = p.id, bytes.Equal(p.index, index)
				break
			}
		}
		id, found, err := d.store.NearestID(t.Context(), identifier(i))
		if err != nil || portal.AccountID(id) != want || found != wantFound {
			t.Errorf("identifier %d reads account %q, its own: %v (%v); want %q, %v", i, id, found, err, want, wantFound)
		}
		if found != (i < 4) {
			t.Errorf("identifier %d has an account: %v", i, found)
		}
		if !found {
			drawn[want]++
		}
	}
	// Four places and the end: a hundred draws that miss one of them would be a chance of one in a billion at even widths.
	if len(drawn) < 3 {
		t.Errorf("96 unknown identifiers read %d rows: the index does not draw", len(drawn))
	}
}
