package audit

import (
	"context"
	"log/slog"
	"net/netip"
	"time"
)

// kept are the attributes of a line that become details of its event. What is not listed stays in the log, such as a reason, which has
// no fixed form.
var kept = map[string]bool{
	"method": true, "purpose": true, "channel": true, "acr": true, "right": true, "trace": true, "change": true, "sessions": true,
	"version": true, "rows": true, "passkey": true, "request": true, "candidates": true, "operator": true, "message": true,
	"created": true, "updated": true, "skipped": true, "route": true, "outcome": true,
}

// Handler hands every line on to next, and those with an "event" to the recorder too. client tells the address that a request came
// from, the zero Addr outside one.
func (r *Recorder) Handler(next slog.Handler, client func(context.Context) netip.Addr) slog.Handler {
	return handler{next, r, client, nil}
}

type handler struct {
	slog.Handler
	recorder *Recorder
	client   func(context.Context) netip.Addr
	attrs    []slog.Attr
}

func (h handler) Handle(ctx context.Context, line slog.Record) error {
	e := Event{At: line.Time.UTC().Truncate(time.Microsecond), What: line.Message, Network: network(h.client(ctx)), Details: map[string]string{}}
	session := ""
	read := func(a slog.Attr) bool {
		switch value := a.Value.Resolve().String(); {
		case a.Key == "event":
			e.Kind = value
		case a.Key == "account":
			e.Account = value
		case a.Key == "session_account":
			session = value
		case kept[a.Key] && value != "":
			e.Details[a.Key] = value
		}
		return true
	}
	for _, a := range h.attrs {
		read(a)
	}
	line.Attrs(read)
	if e.Account == "" {
		e.Account = session
	}
	if e.Kind != "" {
		if h.recorder.Counted != nil {
			h.recorder.Counted(e)
		}
		h.recorder.add(e)
	}
	return h.Handler.Handle(ctx, line)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.Handler = h.Handler.WithAttrs(attrs)
	h.attrs = append(h.attrs[:len(h.attrs):len(h.attrs)], attrs...)
	return h
}

// WithGroup leaves the event of a line where it is: a group only names attributes of the log.
func (h handler) WithGroup(name string) slog.Handler {
	h.Handler = h.Handler.WithGroup(name)
	return h
}

// network is as much of an address as is kept: one subscriber's block cannot be told from its neighbours'.
func network(a netip.Addr) netip.Prefix {
	if !a.IsValid() {
		return netip.Prefix{}
	}
	bits := 48
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
