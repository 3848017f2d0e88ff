// Package tracing tells an OpenTelemetry collector what took how long, where OTEL_* says that there is one. A span holds the pattern of a
// route, a method, a status, the text of a statement, and nothing that a person typed or is known by.
package tracing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// scope names the spans of this program among those of libraries.
const scope = "moncompte"

// closeWithin is how long the last spans may take to leave when the server stops.
const closeWithin = 3 * time.Second

// Tracer begins traces. A nil one begins none, and costs nothing.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// Options are what a Tracer is made of. Log may be left out.
type Options struct {
	Settings
	Version string    // of the program
	Out     io.Writer // of the console
	Log     *slog.Logger
}

// Open returns nil where the settings ask for no traces. Spans wait for the collector in a queue with an end (OTEL_BSP_MAX_QUEUE_SIZE,
// 2,048): what does not fit is lost, and no request waits.
func Open(ctx context.Context, o Options) (*Tracer, error) {
	if !o.On() {
		return nil, nil
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", scope), attribute.String("service.version", o.Version)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	e := &exporter{send: o.console(o.Out), log: cmp.Or(o.Log, slog.New(slog.DiscardHandler)), timeout: o.timeout}
	if o.endpoint != "" {
		e.send = o.collector()
	}
	provider := sdk.NewTracerProvider(sdk.WithResource(about), sdk.WithSampler(o.sampler), sdk.WithBatcher(e))
	return &Tracer{provider, provider.Tracer(scope)}, nil
}

// Close sends what waits.
func (t *Tracer) Close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	t.provider.Shutdown(ctx) // what did not leave is lost, as at any other time
}

// Request begins the span of a request, within the trace of a traceparent header (W3C Trace Context) unless it is empty or malformed.
// Its other header, tracestate, is never read: anything can stand in it, and it would be sent on.
func (t *Tracer) Request(ctx context.Context, traceparent string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	if traceparent != "" {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": traceparent})
	}
	ctx, on := t.tracer.Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
	return ctx, Span{on}
}

// Work begins the span of what nobody asked for by a request.
func (t *Tracer) Work(ctx context.Context, name string) (context.Context, Span) {
	if t == nil {
		return ctx, Span{}
	}
	ctx, on := t.tracer.Start(ctx, name, trace.WithNewRoot())
	return ctx, Span{on}
}

// Begin begins a span below that of ctx, for a part of it that takes time. Where nothing is traced, it is one look at ctx.
func Begin(ctx context.Context, name string) (context.Context, Span) {
	above := trace.SpanFromContext(ctx)
	if !above.IsRecording() {
		return ctx, Span{}
	}
	ctx, on := above.TracerProvider().Tracer(scope).Start(ctx, name)
	return ctx, Span{on}
}

// Call is Begin for a question to another machine.
func Call(ctx context.Context, name string) (context.Context, Span) {
	above := trace.SpanFromContext(ctx)
	if !above.IsRecording() {
		return ctx, Span{}
	}
	ctx, on := above.TracerProvider().Tracer(scope).Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient))
	return ctx, Span{on}
}

// Span is a part of a trace. The zero one is of none: its methods do nothing.
type Span struct{ on trace.Span }

// Name gives it another name.
func (s Span) Name(name string) {
	if s.on != nil {
		s.on.SetName(name)
	}
}

// Text adds what is known of it: never what comes from outside.
func (s Span) Text(key, value string) {
	if s.on != nil {
		s.on.SetAttributes(attribute.String(key, value))
	}
}

// Number adds a figure.
func (s Span) Number(key string, value int) {
	if s.on != nil {
		s.on.SetAttributes(attribute.Int(key, value))
	}
}

// End ends it, as failed where there is an error. Its text is not told: it may quote what a person typed, or another machine.
func (s Span) End(err error) {
	if s.on == nil {
		return
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		s.on.SetStatus(codes.Error, "")
	}
	s.on.End()
}
