package tracing

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// Settings say whether traces are made, of what, and where they go. They are the OTEL_* variables of the OpenTelemetry specification;
// OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and OTEL_BSP_* are read by its library.
type Settings struct {
	toConsole bool
	endpoint  string      // "" = none
	headers   http.Header // may hold a secret
	timeout   time.Duration
	gzip      bool
	roots     *x509.CertPool // nil = the machine's
	sampler   sdk.Sampler
}

// On tells whether traces are made.
func (s Settings) On() bool { return s.toConsole || s.endpoint != "" }

// Where is where they go, in words: an address may hold a secret, and its host does not.
func (s Settings) Where() string {
	if s.toConsole {
		return "to the standard output"
	}
	return "are taken by " + s.address().Host
}

// SecretInClear tells whether the headers, which may hold a token, go to a host without TLS, and to which.
func (s Settings) SecretInClear() (host string, clear bool) {
	u := s.address()
	return u.Hostname(), u.Scheme == "http" && len(s.headers) > 0
}

func (s Settings) address() *url.URL {
	u, err := url.Parse(s.endpoint)
	if err != nil {
		return &url.URL{} // reading the settings has refused it
	}
	return u
}

// ReadSettings reads OTEL_*. It returns one line about the first that is wrong, and asks for no traces where nothing says where to.
func ReadSettings(lookup func(string) (string, bool)) (Settings, error) {
	r := reader{lookup: lookup}
	s := r.settings()
	if r.err != nil {
		return Settings{}, r.err
	}
	return s, nil
}

type reader struct {
	lookup func(string) (string, bool)
	err    error
}

func (r *reader) refuse(name, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(name+": "+format, args...)
	}
}

func (r *reader) text(name string) string {
	value, _ := r.lookup(name)
	return strings.TrimSpace(value)
}

// otlp reads a setting of the exporter: the one of traces, or else that of all signals.
func (r *reader) otlp(what string) (name, value string) {
	name = "OTEL_EXPORTER_OTLP_TRACES_" + what
	if value = r.text(name); value == "" {
		name = "OTEL_EXPORTER_OTLP_" + what
		value = r.text(name)
	}
	return name, value
}

func (r *reader) settings() (s Settings) {
	if strings.EqualFold(r.text("OTEL_SDK_DISABLED"), "true") {
		return s
	}
	kind := r.text("OTEL_TRACES_EXPORTER")
	name, endpoint := r.otlp("ENDPOINT")
	switch {
	case kind == "none", kind == "" && endpoint == "":
		return s
	case kind == "console":
		s.toConsole = true
	case kind == "" || kind == "otlp":
		s.endpoint = r.endpoint(name, endpoint)
	default:
		r.refuse("OTEL_TRACES_EXPORTER", "must be one of: otlp, console, none")
	}
	if name, protocol := r.otlp("PROTOCOL"); !s.toConsole && protocol != "" && protocol != "http/json" {
		r.refuse(name, "must be http/json, which collectors take where they take http/protobuf: there is nothing else here")
	}
	s.headers = r.headers()
	s.timeout = 10 * time.Second
	if name, value := r.otlp("TIMEOUT"); value != "" {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > 60_000 {
			r.refuse(name, "must be a number of milliseconds, 60000 at most")
		}
		s.timeout = time.Duration(n) * time.Millisecond
	}
	switch name, value := r.otlp("COMPRESSION"); value {
	case "gzip":
		s.gzip = true
	case "", "none":
	default:
		r.refuse(name, "must be gzip or none")
	}
	if name, path := r.otlp("CERTIFICATE"); path != "" {
		s.roots = x509.NewCertPool()
		if pem, err := os.ReadFile(path); err != nil || !s.roots.AppendCertsFromPEM(pem) {
			r.refuse(name, "must be the path of a file with certificates in PEM")
		}
	}
	s.sampler = r.sampler()
	return s
}

// endpoint is where traces are posted: that of all signals has a path for each.
func (r *reader) endpoint(name, value string) string {
	if value == "" {
		value = "http://localhost:4318"
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		r.refuse(name, "must be http://HOST:PORT or https://HOST:PORT")
		return ""
	}
	if name == "OTEL_EXPORTER_OTLP_ENDPOINT" {
		u = u.JoinPath("v1", "traces")
	}
	return u.String()
}

// headers are written NAME=VALUE,NAME=VALUE, with what could be misread as %XX.
func (r *reader) headers() http.Header {
	h := http.Header{}
	name, value := r.otlp("HEADERS")
	for pair := range strings.SplitSeq(value, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, raw, found := strings.Cut(pair, "=")
		text, err := url.PathUnescape(strings.TrimSpace(raw))
		if key = strings.TrimSpace(key); !found || key == "" || err != nil || strings.ContainsAny(key+text, "\r\n") {
			r.refuse(name, "must be NAME=VALUE,NAME=VALUE") // and not what it is: it may be a secret
			break
		}
		h.Set(key, text)
	}
	return h
}

func (r *reader) sampler() sdk.Sampler {
	ratio := func() sdk.Sampler {
		value := r.text("OTEL_TRACES_SAMPLER_ARG")
		if value == "" {
			return sdk.AlwaysSample()
		}
		part, err := strconv.ParseFloat(value, 64)
		if err != nil || !(part >= 0 && part <= 1) {
			r.refuse("OTEL_TRACES_SAMPLER_ARG", "must be a number between 0 and 1")
		}
		return sdk.TraceIDRatioBased(part)
	}
	switch r.text("OTEL_TRACES_SAMPLER") {
	case "", "parentbased_always_on":
		return sdk.ParentBased(sdk.AlwaysSample())
	case "parentbased_always_off":
		return sdk.ParentBased(sdk.NeverSample())
	case "parentbased_traceidratio":
		return sdk.ParentBased(ratio())
	case "always_on":
		return sdk.AlwaysSample()
	case "always_off":
		return sdk.NeverSample()
	case "traceidratio":
		return ratio()
	}
	r.refuse("OTEL_TRACES_SAMPLER", "must be one of: parentbased_always_on, parentbased_always_off, parentbased_traceidratio, always_on, always_off, traceidratio")
	return nil
}
