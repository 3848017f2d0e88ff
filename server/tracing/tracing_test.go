package tracing

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
)

func read(pairs ...string) (Settings, error) {
	return ReadSettings(func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	})
}

func settings(t *testing.T, pairs ...string) Settings {
	t.Helper()
	s, err := read(pairs...)
	check.OK(t, err)
	return s
}

func TestWithoutSettingsNothingIsMadeAndNothingIsPaid(t *testing.T) {
	before := runtime.NumGoroutine()
	tracer, err := Open(t.Context(), Options{Settings: settings(t, "OTEL_SERVICE_NAME", "portail")})
	if tracer != nil || err != nil {
		t.Fatalf("there is a tracer: %v, %v", tracer, err)
	}
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		ctx, request := tracer.Request(ctx, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
		_, part := Begin(ctx, "part")
		_, call := Call(ctx, "call")
		call.Text("a", "b")
		call.Number("c", 1)
		call.End(nil)
		part.End(nil)
		request.Name("d")
		request.End(context.DeadlineExceeded)
		_, work := tracer.Work(ctx, "work")
		work.End(nil)
	}); n != 0 {
		t.Errorf("%v allocations a request", n)
	}
	tracer.Close()
	if after := runtime.NumGoroutine(); after > before { // one of a test before may have ended meanwhile
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

func BenchmarkNoTracer(b *testing.B) {
	var tracer *Tracer
	for b.Loop() {
		ctx, request := tracer.Request(b.Context(), "")
		_, part := Begin(ctx, "part")
		part.End(nil)
		request.End(nil)
	}
}

func TestTheSettingsOfTheSpecification(t *testing.T) {
	const all, traces = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	for _, c := range []struct {
		pairs []string
		want  string // the address
	}{
		{[]string{}, ""},
		{[]string{all, "http://collector:4318"}, "http://collector:4318/v1/traces"},
		{[]string{all, "https://collector/otlp/"}, "https://collector/otlp/v1/traces"},
		{[]string{traces, "https://collector/here", all, "https://other"}, "https://collector/here"},
		{[]string{"OTEL_TRACES_EXPORTER", "otlp"}, "http://localhost:4318/v1/traces"},
		{[]string{all, "http://collector:4318", "OTEL_TRACES_EXPORTER", "none"}, ""},
		{[]string{all, "http://collector:4318", "OTEL_SDK_DISABLED", "true"}, ""},
		{[]string{all, "http://collector:4318", "OTEL_SDK_DISABLED", "true", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}, ""},
		{[]string{all, "http://collector:4318", "OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"}, "http://collector:4318/v1/traces"},
		{[]string{all, "http://collector:4318", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"}, "http://collector:4318/v1/traces"},
		{[]string{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}, ""},
	} {
		if s := settings(t, c.pairs...); s.endpoint != c.want || s.On() != (c.want != "") {
			t.Errorf("%q: %q", c.pairs, s.endpoint)
		}
	}
	for _, c := range [][3]string{
		{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "must be http/json"},
		{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc", "must be http/json"},
		{"OTEL_TRACES_EXPORTER", "zipkin", "must be one of"},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4318", "must be http://"},
		{"OTEL_EXPORTER_OTLP_HEADERS", "hunter2secret", "NAME=VALUE"},
		{"OTEL_EXPORTER_OTLP_HEADERS", "key=hunter2secret%0d%0ax: y", "NAME=VALUE"},
		{"OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "milliseconds"},
		{"OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "gzip or none"},
		{"OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere.pem", "PEM"},
		{"OTEL_TRACES_SAMPLER", "jaeger_remote", "must be one of"},
	} {
		_, err := read(c[0], c[1], all, "http://collector:4318")
		if err == nil || !strings.HasPrefix(err.Error(), c[0]+": ") || !strings.Contains(err.Error(), c[2]) || strings.Contains(err.Error(), "hunter2secret") {
			t.Errorf("%s=%s: %v", c[0], c[1], err)
		}
	}
	for _, arg := range []string{"2", "-1", "NaN", "some"} {
		if _, err := read(all, "http://collector:4318", "OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER_ARG", arg); err == nil || !strings.HasPrefix(err.Error(), "OTEL_TRACES_SAMPLER_ARG: ") {
			t.Errorf("a ratio of %s: %v", arg, err)
		}
	}
	for pairs, want := range map[string]bool{"http://collector k=v": true, "https://collector k=v": false, "http://collector ": false} {
		endpoint, headers, _ := strings.Cut(pairs, " ")
		if host, got := settings(t, all, endpoint, "OTEL_EXPORTER_OTLP_HEADERS", headers).SecretInClear(); got != want || host != "collector" {
			t.Errorf("%s: in clear: %v, to %q", pairs, got, host)
		}
	}
}

// one is a trace of two spans.
func one(t *Tracer) {
	ctx, request := t.Request(context.Background(), "")
	_, part := Begin(ctx, "part")
	part.End(context.DeadlineExceeded)
	request.Name("GET /")
	request.Number("http.response.status_code", 200)
	request.End(nil)
}

func TestTheSamplerDecides(t *testing.T) {
	for sampler, want := range map[string]int{"": 200, "always_on": 200, "parentbased_always_on": 200, "always_off": 0, "parentbased_always_off": 0,
		"traceidratio": -1, "parentbased_traceidratio": -1} {
		var out bytes.Buffer
		tracer, err := Open(t.Context(), Options{Out: &out, Settings: settings(t, "OTEL_TRACES_EXPORTER", "console", "OTEL_TRACES_SAMPLER", sampler, "OTEL_TRACES_SAMPLER_ARG", "0.5")})
		check.OK(t, err)
		for range 100 {
			one(tracer)
		}
		tracer.Close()
		got := strings.Count(out.String(), `"spanId"`)
		if want >= 0 && got != want || want < 0 && (got < 40 || got > 160 || got%2 != 0) {
			t.Errorf("%s: %d spans", sampler, got)
		}
	}
}

func TestABatchIsTheJSONOfOTLP(t *testing.T) {
	var out bytes.Buffer
	tracer, err := Open(t.Context(), Options{Out: &out, Version: "1.2.3", Settings: settings(t, "OTEL_TRACES_EXPORTER", "console")})
	check.OK(t, err)
	ctx, request := tracer.Request(t.Context(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	request.Name("GET /")
	request.Number("http.response.status_code", 200)
	_, part := Call(ctx, "part")
	part.End(context.DeadlineExceeded)
	request.End(nil)
	tracer.Close()
	var got struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Scope map[string]any
				Spans []map[string]any
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	of := got.ResourceSpans[0].ScopeSpans[0]
	if of.Scope["name"] != "moncompte" || len(of.Spans) != 2 {
		t.Fatalf("%s", out.Bytes())
	}
	inner, outer := of.Spans[0], of.Spans[1]
	if outer["traceId"] != "4bf92f3577b34da6a3ce929d0e0e4736" || outer["parentSpanId"] != "00f067aa0ba902b7" || outer["kind"] != 2.0 || outer["flags"] != float64(0x301) {
		t.Errorf("the request: %v", outer)
	}
	if inner["parentSpanId"] != outer["spanId"] || inner["kind"] != 3.0 || inner["flags"] != float64(0x101) || inner["status"].(map[string]any)["code"] != 2.0 {
		t.Errorf("its part: %v", inner)
	}
	for _, s := range of.Spans {
		if began, ok := s["startTimeUnixNano"].(string); !ok || len(began) != 19 {
			t.Errorf("a time is no string: %v", s)
		}
	}
	if !strings.Contains(out.String(), `{"key":"http.response.status_code","value":{"intValue":"200"}}`) {
		t.Errorf("the status is no 64-bit integer as a string: %s", out.Bytes())
	}
}

// A queue that grew with a collector that hangs would end with the memory of the machine.
func TestAHangingCollectorFillsNoMemory(t *testing.T) {
	hangs := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hangs }))
	defer silent.Close()
	defer close(hangs)
	tracer, err := Open(t.Context(), Options{Settings: settings(t, "OTEL_EXPORTER_OTLP_ENDPOINT", silent.URL, "OTEL_EXPORTER_OTLP_TIMEOUT", "60000")})
	check.OK(t, err)
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before, began := heap(), time.Now()
	for range 50_000 {
		one(tracer)
	}
	if grown := heap() - before; grown > 10<<20 {
		t.Errorf("100,000 spans hold %d bytes", grown)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("100,000 spans took %s", took)
	}
	began = time.Now()
	tracer.Close()
	if took := time.Since(began); took > 2*closeWithin {
		t.Errorf("the stop waited %s for the collector", took)
	}
}

func TestTheLogSaysOnceThatACollectorIsAwayAndOnceThatItIsBack(t *testing.T) {
	status := http.StatusUnauthorized
	var got []*http.Request
	var bodies [][]byte
	at := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, bodies = append(got, r), append(bodies, body)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	defer at.Close()
	roots := filepath.Join(t.TempDir(), "roots.pem")
	check.OK(t, os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: at.Certificate().Raw}), 0o600))
	s := settings(t, "OTEL_EXPORTER_OTLP_ENDPOINT", at.URL, "OTEL_EXPORTER_OTLP_CERTIFICATE", roots, "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
		"OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20hunter2secret")
	var log bytes.Buffer
	tracer, err := Open(t.Context(), Options{Settings: s, Log: slog.New(slog.NewTextHandler(&log, nil))})
	check.OK(t, err)
	flush := func() {
		t.Helper()
		one(tracer)
		check.OK(t, tracer.provider.ForceFlush(t.Context()))
	}
	flush()
	status = http.StatusTemporaryRedirect
	flush()
	status = http.StatusOK
	flush()
	flush()
	tracer.Close()
	if said := log.String(); strings.Count(said, "\n") != 2 || !strings.Contains(said, "does not take the traces") || !strings.Contains(said, "status 401") ||
		!strings.Contains(said, "takes the traces again") || !strings.Contains(said, "spans_refused=4") || strings.Contains(said, "hunter2secret") {
		t.Errorf("the log says:\n%s", said)
	}
	if len(got) != 4 || got[0].Header.Get("Authorization") != "Bearer hunter2secret" || got[0].Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%d requests, %v", len(got), got[0].Header)
	}
	packed, err := gzip.NewReader(bytes.NewReader(bodies[0]))
	check.OK(t, err)
	if body, err := io.ReadAll(packed); err != nil || !json.Valid(body) {
		t.Errorf("%v: %.100q", err, body)
	}
	if err := s.Answers(t.Context()); err != nil || string(bodies[len(bodies)-1]) == "" {
		t.Errorf("the doctor: %v", err)
	}
	at.Close()
	if err := s.Answers(t.Context()); err == nil || strings.Contains(err.Error(), "https://") {
		t.Errorf("the doctor, where nobody is: %v", err)
	}
}
