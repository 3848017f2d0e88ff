package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/passhash"
)

// TestOf200ParallelGuessesFiveAreJudged goes through a real listener.
func TestOf200ParallelGuessesFiveAreJudged(t *testing.T) {
	for name, identifier := range map[string]string{"known": nathalie, "unknown": nobody} {
		s := open(t, local)
		s.login.Pool = passhash.NewPool(passhash.PoolOptions{Queue: 400, MaxWait: 2 * time.Minute})
		server := httptest.NewServer(s.handler)
		client := server.Client()
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		var mu sync.Mutex
		statuses := map[int]int{}
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				res, err := client.Post(server.URL+"/connexion", "application/x-www-form-urlencoded", strings.NewReader(pair(identifier, wrong).Encode()))
				if err != nil {
					t.Error(err)
					return
				}
				res.Body.Close()
				if res.StatusCode == http.StatusTooManyRequests && res.Header.Get("Retry-After") == "" {
					t.Error("429 without Retry-After")
				}
				mu.Lock()
				defer mu.Unlock()
				statuses[res.StatusCode]++
			})
		}
		all.Wait()
		server.Close()
		if statuses[http.StatusUnauthorized] != 5 || statuses[http.StatusTooManyRequests] != 195 {
			t.Errorf("%s identifier: %v, want 5 answers 401 and 195 answers 429", name, statuses)
		}
	}
}
