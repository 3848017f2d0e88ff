package tracing

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// exporter hands spans over, once: what a collector does not take is lost. The library calls it for one batch at a time.
type exporter struct {
	send    func(context.Context, []byte) error
	timeout time.Duration
	log     *slog.Logger

	failing bool
	lost    int
}

// slow is how long a collector may take before spans come faster than they leave: as often as the library sends.
const slow = sdk.DefaultScheduleDelay * time.Millisecond

// ExportSpans returns nil whatever happens: the log says once that a collector is away, and once that it is back.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	body, err := encode(spans)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	began := time.Now()
	err = e.send(ctx, body)
	lost := 0
	if err != nil {
		lost = len(spans)
	} else if time.Since(began) > slow {
		err = errors.New("it is slow")
	}
	switch {
	case err != nil && !e.failing:
		e.log.Warn("the collector does not take the traces: some are lost until it does", "reason", err)
	case err == nil && e.failing:
		e.log.Info("the collector takes the traces again", "spans_refused", e.lost)
		e.lost = 0
	}
	e.failing = err != nil
	e.lost += lost
	return nil
}

// Shutdown has nothing to do: each batch is on its way, or lost.
func (e *exporter) Shutdown(context.Context) error { return nil }

// console writes each batch on a line.
func (Settings) console(out io.Writer) func(context.Context, []byte) error {
	return func(_ context.Context, body []byte) error {
		_, err := out.Write(append(body, '\n'))
		return err
	}
}

// collector posts to one.
func (s Settings) collector() func(context.Context, []byte) error {
	client := &http.Client{
		// A redirect would carry the headers to a place that nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			TLSClientConfig:     &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 1,
			IdleConnTimeout:     time.Minute,
		},
	}
	return func(ctx context.Context, body []byte) error {
		if s.gzip {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			w.Write(body) // a buffer takes everything
			w.Close()
			body = packed.Bytes()
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint, bytes.NewReader(body))
		if err != nil {
			return errors.New("the address is none")
		}
		request.Header = s.headers.Clone()
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("User-Agent", "moncompte")
		if s.gzip {
			request.Header.Set("Content-Encoding", "gzip")
		}
		answer, err := client.Do(request)
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			return wrapped.Err // the text around it quotes the address, which may hold a secret
		}
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // the connection is used again
		if answer.StatusCode/100 != 2 {
			return fmt.Errorf("status %d", answer.StatusCode)
		}
		return nil
	}
}

// Answers makes sure that somebody takes traces there, by a batch without any.
func (s Settings) Answers(ctx context.Context) error {
	if s.endpoint == "" {
		return nil
	}
	body, _ := encode(nil) // it holds nothing that could not be
	return s.collector()(ctx, body)
}

// What follows is the JSON of OTLP 1: identifiers in hexadecimal, 64-bit integers as strings, enumerations as numbers.
type (
	batch struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   attributes   `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	attributes struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope struct {
			Name string `json:"name"`
		} `json:"scope"`
		Spans []span `json:"spans"`
	}
	span struct {
		TraceID string `json:"traceId"`
		SpanID  string `json:"spanId"`
		Parent  string `json:"parentSpanId,omitempty"`
		Flags   int    `json:"flags"`
		Name    string `json:"name"`
		Kind    int    `json:"kind"`
		Began   string `json:"startTimeUnixNano"`
		Ended   string `json:"endTimeUnixNano"`
		attributes
		Status struct {
			Code int `json:"code,omitempty"`
		} `json:"status"`
	}
	keyValue struct {
		Key   string         `json:"key"`
		Value map[string]any `json:"value"`
	}
)

// encode writes spans, which are all of one resource and scope.
func encode(spans []sdk.ReadOnlySpan) ([]byte, error) {
	b := batch{ResourceSpans: []resourceSpans{}}
	if len(spans) > 0 {
		all := resourceSpans{Resource: attributesOf(spans[0].Resource().Attributes()), ScopeSpans: make([]scopeSpans, 1)}
		of := &all.ScopeSpans[0]
		of.Scope.Name = spans[0].InstrumentationScope().Name
		for _, s := range spans {
			of.Spans = append(of.Spans, spanOf(s))
		}
		b.ResourceSpans = append(b.ResourceSpans, all)
	}
	return json.Marshal(b)
}

func spanOf(s sdk.ReadOnlySpan) span {
	is, above := s.SpanContext(), s.Parent()
	out := span{
		TraceID:    is.TraceID().String(),
		SpanID:     is.SpanID().String(),
		Flags:      int(is.TraceFlags()) | 0x100, // whether the parent is remote is known
		Name:       s.Name(),
		Kind:       int(s.SpanKind()),
		Began:      strconv.FormatInt(s.StartTime().UnixNano(), 10),
		Ended:      strconv.FormatInt(s.EndTime().UnixNano(), 10),
		attributes: attributesOf(s.Attributes()),
	}
	if above.IsValid() {
		out.Parent = above.SpanID().String()
	}
	if above.IsRemote() {
		out.Flags |= 0x200
	}
	if s.Status().Code == codes.Error {
		out.Status.Code = 2
	}
	return out
}

func attributesOf(all []attribute.KeyValue) attributes {
	out := attributes{Attributes: []keyValue{}}
	for _, kv := range all {
		value := map[string]any{"stringValue": kv.Value.String()}
		if kv.Value.Type() == attribute.INT64 {
			value = map[string]any{"intValue": strconv.FormatInt(kv.Value.AsInt64(), 10)}
		}
		out.Attributes = append(out.Attributes, keyValue{string(kv.Key), value})
	}
	return out
}
