package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"strings"
	"testing"
)

// memory is a store that can be out of order.
type memory struct {
	kept []Event
	err  error
}

func (m *memory) AppendAudit(_ context.Context, events []Event) error {
	if m.err == nil {
		m.kept = append(m.kept, events...)
	}
	return m.err
}

func TestOnlyLinesWithAnEventAreKept(t *testing.T) {
	var r Recorder
	var out strings.Builder
	client := netip.MustParseAddr("2001:db8:1:2::3")
	log := slog.New(r.Handler(slog.NewTextHandler(&out, nil), func(context.Context) netip.Addr { return client }))
	log.Info("before there is a store", "event", "sign-in")
	m := &memory{}
	r.To(m)
	log.Info("request", "status", 200)
	log.With("event", "recovery").WithGroup("g").Info("code tried", "account", "abc", "right", true, "reason", errors.New("told by nobody"), "code", "123456")
	log.Info("signed out", "event", "sign-out", "session_account", "def", "account", "")
	client = netip.MustParseAddr("::ffff:192.0.2.7")
	log.Info("signed in", "event", "sign-in", "account", "ghi", "session_account", "def", "method", "password")
	client = netip.Addr{}
	log.Info("keys rotated", "event", "operator", "version", 2, "operator", "root")
	if err := r.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []Event{
		{Kind: "recovery", What: "code tried", Account: "abc", Network: netip.MustParsePrefix("2001:db8:1::/48"), Details: map[string]string{"right": "true"}},
		{Kind: "sign-out", What: "signed out", Account: "def", Network: netip.MustParsePrefix("2001:db8:1::/48")},
		{Kind: "sign-in", What: "signed in", Account: "ghi", Network: netip.MustParsePrefix("192.0.2.0/24"), Details: map[string]string{"method": "password"}},
		{Kind: "operator", What: "keys rotated", Details: map[string]string{"version": "2", "operator": "root"}},
	}
	if len(m.kept) != len(want) {
		t.Fatalf("%d events are kept: %+v", len(m.kept), m.kept)
	}
	for i, e := range m.kept {
		w := want[i]
		if e.At.IsZero() || e.Kind != w.Kind || e.What != w.What || e.Account != w.Account || e.Network != w.Network || !maps.Equal(e.Details, w.Details) {
			t.Errorf("kept %+v, want %+v", e, w)
		}
	}
	if n := strings.Count(out.String(), "\n"); n != 6 {
		t.Errorf("%d lines are in the log, want all 6:\n%s", n, out.String())
	}
}

func TestEventsWaitForTheDatabaseAndNotForEver(t *testing.T) {
	var r Recorder
	m := &memory{err: errors.New("out of order")}
	r.To(m)
	for i := range mostWaiting + 3 {
		r.add(Event{What: fmt.Sprint(i)})
	}
	if err := r.Flush(t.Context()); err == nil || len(m.kept) != 0 {
		t.Fatalf("kept %d, %v", len(m.kept), err)
	}
	if r.Lost() != 3 {
		t.Errorf("%d lost, want 3", r.Lost())
	}
	m.err = nil
	if err := r.Flush(t.Context()); err != nil || len(m.kept) != mostWaiting || m.kept[mostWaiting-1].What != fmt.Sprint(mostWaiting-1) {
		t.Fatalf("kept %d, %v", len(m.kept), err)
	}
	if err := r.Flush(t.Context()); err != nil || len(m.kept) != mostWaiting {
		t.Errorf("kept %d after another flush, %v: an event twice", len(m.kept), err)
	}
}
