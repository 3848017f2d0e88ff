package main

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// An attempt is counted before the password is looked at, so a server that dies in the middle has never told anybody more
// than it has counted (NIST SP 800-63B-4 §3.2.2).
func TestAKilledServerLosesNoCountedAttempt(t *testing.T) {
	all := people(40)
	d := deploy(t, storetest.SQLiteURL(t), all[:20], cheap) // nobody has the other twenty identifiers
	s := d.serve(t)

	const killAfter = 60 // answers; there would be 200: five on each identifier
	var answered [40]atomic.Int64
	var total, cutOff atomic.Int64
	enough := make(chan struct{})
	var clients sync.WaitGroup
	for i, p := range all {
		for range 3 {
			b := newBrowser(t)
			b.from = fmt.Sprintf("192.0.2.%d", i+1)
			form := pair(p)
			form.Set("mot_de_passe", "pas le bon")
			clients.Go(func() {
				for {
					a, err := b.do(t.Context(), s.site+"/connexion", form)
					switch {
					case err != nil:
						cutOff.Add(1)
						return
					case a.status == http.StatusUnauthorized:
						answered[i].Add(1)
						if total.Add(1) == killAfter {
							close(enough)
						}
					case a.status == http.StatusTooManyRequests:
						return
					case a.status == http.StatusServiceUnavailable: // a slow machine: nothing was judged
					default:
						t.Errorf("status %d", a.status)
						return
					}
				}
			})
		}
	}
	<-enough
	s.kill()
	clients.Wait()
	if cutOff.Load() == 0 {
		t.Error("no attempt was under way when the server was killed")
	}

	kept := d.open(t)
	var inRow int
	for i, p := range all {
		bucket, err := kept.Bucket(t.Context(), portal.AccountSubject(p.number(t)))
		check.OK(t, err)
		inRow += bucket.InRow
		if told := int(answered[i].Load()); bucket.InRow < told || bucket.InRow > portal.AccountLimit.Free {
			t.Errorf("identifier %d: %d refusals were answered, %d are counted", i, told, bucket.InRow)
		}
	}
	t.Logf("%d refusals answered, %d counted, %d clients cut off", total.Load(), inRow, cutOff.Load())

	// The next server takes up the count where it was.
	next := d.serve(t)
	b := newBrowser(t)
	for i, p := range all[:1] {
		left := portal.AccountLimit.Free
		bucket, err := kept.Bucket(t.Context(), portal.AccountSubject(p.number(t)))
		check.OK(t, err)
		for range left - bucket.InRow {
			if a := b.guess(t, next.site, p); a.status != http.StatusUnauthorized {
				t.Errorf("identifier %d: status %d within the limit", i, a.status)
			}
		}
		if a := b.guess(t, next.site, p); a.status != http.StatusTooManyRequests {
			t.Errorf("identifier %d: status %d past the limit", i, a.status)
		}
	}
}
