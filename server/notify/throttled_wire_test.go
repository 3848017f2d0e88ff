package notify_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// The figures of a throttled gateway over a real connection and a real clock: a tenth of the 1,000 codes of
// TestAThrottledGatewayIsAskedMoreSlowly, and a tenth of the refusals. A slow machine may take its time.
func TestAThrottledServiceIsAskedMoreSlowlyOverTheWire(t *testing.T) {
	const allowed = 20 // a second
	var mu sync.Mutex
	var taken []time.Time
	refused, last := 0, make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		if n := len(taken); n >= allowed && now.Sub(taken[n-allowed]) < 950*time.Millisecond { // clocks and wires shake a little
			refused++
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		w.WriteHeader(http.StatusCreated)
		if taken = append(taken, now); len(taken) == 100 {
			close(last)
		}
	}))
	defer s.Close()
	g, _ := open(t, "", s.URL+"?rate=20&window=10", options())
	o := new(notifytest.Outbox)
	for i := range 100 {
		add(t, o, message(fmt.Sprint(i), portal.SMS))
	}
	w := &notify.Worker{Outbox: o, SMS: g}
	began := time.Now()
	defer run(t, w)()
	select {
	case <-last:
	case <-time.After(time.Minute):
	}
	took := time.Since(began)
	mu.Lock()
	defer mu.Unlock()
	t.Logf("%d taken in %v, %d refused", len(taken), took, refused)
	if len(taken) != 100 || took > 30*time.Second || refused > 5 {
		t.Errorf("%d taken in %v, %d refused", len(taken), took, refused)
	}
}
