package notify_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify"
)

// failed sends m and returns its failure; it fails the test when there is none.
func failed(t *testing.T, g notify.Gateway, m notify.Message, limit time.Duration) *notify.Failure {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, err := g.Send(ctx, m)
	var f *notify.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a failure", err)
	}
	return f
}

func send(t *testing.T, g notify.Gateway, m notify.Message) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	receipt, err := g.Send(ctx, m)
	check.OK(t, err)
	return receipt
}

func wantFailure(t *testing.T, f *notify.Failure, reason string, permanent bool) {
	t.Helper()
	if f.Reason != reason || (f.Fault == notify.OfMessage) != permanent {
		t.Errorf("got %q, permanent %v; want %q, %v", f.Reason, f.Fault == notify.OfMessage, reason, permanent)
	}
	if found := leaks(f.Reason); len(found) > 0 {
		t.Errorf("the reason holds %q", found)
	}
}
