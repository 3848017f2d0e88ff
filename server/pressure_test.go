package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// firstLine is closed once something was logged.
type firstLine struct {
	once sync.Once
	got  chan struct{}
	check.Log
}

func (f *firstLine) Write(line []byte) (int, error) {
	defer f.once.Do(func() { close(f.got) })
	return f.Log.Write(line)
}

// shows fails unless each of the lines is among the metrics.
func (m *metrics) shows(t *testing.T, lines ...string) {
	t.Helper()
	w := httptest.NewRecorder()
	m.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range lines {
		if !strings.Contains(w.Body.String(), "\n"+line+"\n") {
			t.Errorf("%s is not in\n%s", line, w.Body.String())
		}
	}
}

// tallied counts for the service, now.
func tallied(t *testing.T, s *store.Store, counts map[portal.Tally]int) {
	t.Helper()
	tx, err := s.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	for what, n := range counts {
		check.OK(t, tx.AddTally(t.Context(), what, now(), n))
	}
	check.OK(t, tx.Commit())
}

func TestAnAttackOnTheServiceIsAnAlarm(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLiteURL(t)})
	m := newMetrics()
	m.watchStore(s, func() int { return 0 })
	m.shows(t, "moncompte_pressure 0", `moncompte_passwords_tried{outcome="wrong"} 0`)
	tallied(t, s, map[portal.Tally]int{"wrong passwords": 700, "right passwords": 30})
	m.shows(t, "moncompte_pressure 1", `moncompte_passwords_tried{outcome="wrong"} 700`, `moncompte_passwords_tried{outcome="right"} 30`)

	said := &firstLine{got: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { sayPressure(ctx, slog.New(slog.NewTextHandler(said, nil)), s) })
	<-said.got
	cancel()
	work.Wait()
	if line := said.String(); !strings.Contains(line, "level=ERROR") || !strings.Contains(line, "event=alarm wrong=700 right=30") {
		t.Errorf("the log says %s", line)
	}
}

// What the service has sent of its SMS in this hour is shown beside what it may.
func TestTheSMSOfTheHourAreShown(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLiteURL(t)})
	m := newMetrics()
	m.registry.MustRegister(messageMetrics{&notify.Worker{Outbox: s.Outbox()}, s.Outbox(), s, 300})
	tallied(t, s, map[portal.Tally]int{"sms": 41})
	m.shows(t, "moncompte_sms_used 41", "moncompte_sms_budget 300")
}
