package web

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

func TestALineOfTheLogSaysWhichRequestAndWhoseSession(t *testing.T) {
	during := context.WithValue(t.Context(), requestKey{}, &request{id: "ABC", account: "account1"})
	signedOut := context.WithValue(t.Context(), requestKey{}, &request{id: "ABC"})
	for _, c := range []struct {
		name string
		ctx  context.Context
		log  func(*slog.Logger) *slog.Logger
		want string
	}{
		{"outside a request", t.Context(), nil, `msg=x a=1`},
		{"signed out", signedOut, nil, `msg=x a=1 request=ABC`},
		{"signed in", during, nil, `msg=x a=1 request=ABC session_account=account1`},
		{"with attributes", during, func(l *slog.Logger) *slog.Logger { return l.With("b", 2) }, `msg=x b=2 a=1 request=ABC session_account=account1`},
		{"in a group", during, func(l *slog.Logger) *slog.Logger { return l.WithGroup("g") }, `msg=x g.a=1 g.request=ABC g.session_account=account1`},
	} {
		var out bytes.Buffer
		log := slog.New(LogHandler(slog.NewTextHandler(&out, nil)))
		if c.log != nil {
			log = c.log(log)
		}
		log.InfoContext(c.ctx, "x", "a", 1)
		if got := strings.TrimSpace(out.String()); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTheLevelOfTheHandlerBehindHolds(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(LogHandler(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if log.Info("quiet"); out.Len() != 0 {
		t.Errorf("logged: %s", out.String())
	}
	if about(t.Context()).id != "" {
		t.Error("outside a request there is an id")
	}
}
