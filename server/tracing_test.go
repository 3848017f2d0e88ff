package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/franceconnect/simulator"
	"moncompte/server/store/storetest"
)

// collector stands in for one: it keeps what it is sent.
type collector struct {
	*httptest.Server
	mu      sync.Mutex
	said    string
	spans   []tracedSpan
	service []string
	headers http.Header
}

type tracedSpan struct {
	TraceID, SpanID, ParentSpanID, Name string
	Kind                                int
	StartTimeUnixNano, EndTimeUnixNano  string
	Attributes                          []tracedAttribute
	Status                              struct{ Code int }
}

type tracedAttribute struct {
	Key   string
	Value struct{ StringValue, IntValue string }
}

// newCollector starts one. What it is sent is looked through for secrets as the logs are.
func newCollector(t *testing.T) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		logged.Write(append(body, '\n'))
		var batch struct {
			ResourceSpans []struct {
				Resource   struct{ Attributes []tracedAttribute }
				ScopeSpans []struct{ Spans []tracedSpan }
			}
		}
		if r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" || json.Unmarshal(body, &batch) != nil {
			t.Errorf("%s %s: %.100s", r.Method, r.URL, body)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.said += string(body)
		c.headers = r.Header
		for _, of := range batch.ResourceSpans {
			for _, a := range of.Resource.Attributes {
				c.service = append(c.service, a.Key+"="+a.Value.StringValue)
			}
			for _, in := range of.ScopeSpans {
				c.spans = append(c.spans, in.Spans...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// settings lead a server there.
func (c *collector) settings(more ...string) []string {
	return append([]string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.URL}, more...)
}

// of returns the spans of that name, in the order in which they began.
func (c *collector) of(name string) (found []tracedSpan) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if s.Name == name {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b tracedSpan) int { return strings.Compare(a.StartTimeUnixNano, b.StartTimeUnixNano) })
	return found
}

// below returns the names of the spans right below one.
func (c *collector) below(above tracedSpan) map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	names := map[string]int{}
	for _, s := range c.spans {
		if s.ParentSpanID == above.SpanID && s.TraceID == above.TraceID {
			names[s.Name]++
		}
	}
	return names
}

func (s tracedSpan) attribute(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.StringValue + a.Value.IntValue
		}
	}
	return ""
}

func TestATraceTellsWhatTookTimeAndNothingPersonal(t *testing.T) {
	all := people(2)
	c := newCollector(t)
	s := deploy(t, storetest.SQLiteURL(t), all, cheap).serve(t, c.settings("OTEL_SERVICE_NAME=portail", "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=essai",
		"OTEL_EXPORTER_OTLP_HEADERS=x-key=a%20b")...)
	b := newBrowser(t)
	b.from = "198.51.100.77"
	b.guess(t, s.site, all[0])
	b.signIn(t, s.site, all[0])
	b.get(t, s.site+"/mon-compte?nir="+all[0].identifier)
	b.get(t, s.site+"/aide/"+all[1].identifier)
	b.get(t, s.site+"/"+url.PathEscape(all[1].email))
	b.post(t, s.site+"/mot-de-passe-oublie", url.Values{"identifiant": {all[1].identifier}, "canal": {"email"}})
	jar := b.client.Jar.Cookies(&url.URL{Scheme: "http", Host: "127.0.0.1"})
	// The message is delivered by itself, to where nobody answers.
	for range 100 {
		if slices.ContainsFunc(s.log(), func(line string) bool { return strings.Contains(line, "nobody gets through to the gateway") }) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := s.stop(); err != nil { // what waits is sent
		t.Fatal(err)
	}

	requests := c.of("POST /connexion")
	if len(requests) != 2 || requests[0].attribute("http.response.status_code") != "401" || requests[1].attribute("http.response.status_code") != "303" {
		t.Fatalf("the two sign-ins: %+v", requests)
	}
	for _, r := range requests {
		if r.Kind != 2 || r.ParentSpanID != "" || r.attribute("http.route") != "/connexion" || r.attribute("http.request.method") != "POST" || len(r.TraceID) != 32 || len(r.SpanID) != 16 {
			t.Errorf("a sign-in: %+v", r)
		}
		below := c.below(r)
		if below["hash"] != 1 || below["wait for a core"] != 1 || below["unit of work"] < 1 || below["statement"] < 1 {
			t.Errorf("below a sign-in: %v", below)
		}
	}
	if unit := c.of("unit of work"); len(unit) == 0 || c.below(unit[0])["wait for the turn to write"] != 1 {
		t.Errorf("units of work: %+v", unit)
	}
	if read := c.of("statement"); len(read) == 0 || !strings.Contains(read[0].attribute("db.query.text"), "$1") {
		t.Errorf("statements: %+v", read)
	}
	if account := c.of("GET /mon-compte"); len(account) != 1 || account[0].attribute("http.response.status_code") != "200" || account[0].attribute("moncompte.request") == "" {
		t.Errorf("Mon Compte: %+v", account)
	}
	if len(c.of("GET /aide/{page}")) != 1 || len(c.of("GET none")) != 1 {
		t.Error("the help and what is nowhere are not called by their patterns")
	}
	if sent := c.of("deliver email"); len(sent) == 0 || sent[0].Status.Code != 2 || sent[0].ParentSpanID != "" || c.below(sent[0])["gateway"] != 1 {
		t.Errorf("deliveries: %+v", sent)
	}
	for _, want := range []string{"service.name=portail", "service.version=dev", "deployment.environment.name=essai"} {
		if !slices.Contains(c.service, want) {
			t.Errorf("%s is not among %v", want, c.service)
		}
	}
	if c.headers.Get("X-Key") != "a b" {
		t.Errorf("the headers: %v", c.headers)
	}
	personal := []string{"198.51.100", "127.0.0.1", "Camille", "nir="}
	for _, p := range all {
		personal = append(personal, p.identifier, p.password, p.name, p.email, url.PathEscape(p.email), p.phone)
	}
	for _, cookie := range jar {
		personal = append(personal, cookie.Value)
	}
	if len(jar) == 0 {
		t.Error("there are no cookies to look for")
	}
	for _, text := range personal {
		if strings.Contains(c.said, text) {
			t.Errorf("%q is in the traces", text)
		}
	}
}

// A stranger's header would choose which requests are told, and put them into the traces of others.
func TestATraceIsContinuedForATrustedProxyAlone(t *testing.T) {
	const theirs = "4bf92f3577b34da6a3ce929d0e0e4736"
	all := people(1)
	for trusted, want := range map[string]bool{"127.0.0.1": true, "": false, "192.0.2.1": false} {
		c := newCollector(t)
		s := deploy(t, storetest.SQLiteURL(t), all, cheap).serve(t, c.settings("MONCOMPTE_TRUSTED_PROXIES="+trusted, "OTEL_TRACES_SAMPLER=parentbased_always_on")...)
		for _, sampled := range []string{"01", "00"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.site+"/connexion", nil)
			check.OK(t, err)
			r.Header.Set("traceparent", "00-"+theirs+"-00f067aa0ba902b7-"+sampled)
			r.Header.Set("tracestate", "who=personne0000")
			r.Header.Set("baggage", "who=personne0000")
			answer, err := http.DefaultClient.Do(r)
			check.OK(t, err)
			answer.Body.Close()
		}
		check.OK(t, s.stop())
		seen := c.of("GET /connexion")
		if want && (len(seen) != 1 || seen[0].TraceID != theirs || seen[0].ParentSpanID != "00f067aa0ba902b7") {
			t.Errorf("from a trusted proxy: %+v", seen)
		}
		if !want && (len(seen) != 2 || seen[0].TraceID == theirs || seen[0].ParentSpanID != "") {
			t.Errorf("from a stranger: %+v", seen)
		}
		if strings.Contains(c.said, "personne0000") {
			t.Error("what a header says is in the traces")
		}
	}
}

func TestACallToFranceConnectIsInTheTrace(t *testing.T) {
	c := newCollector(t)
	sim, s := federateAt(t, "franceconnect", registered, c.settings("MONCOMPTE_LISTEN=127.0.0.1:0")...)
	newBrowser(t).throughFranceConnect(t, sim, s, simulator.Visit{Provider: "france-identite", Citizen: "durand"}).leadsTo(t, "first time", "/franceconnect/rattachement")
	check.OK(t, s.stop())
	back := c.of("GET /franceconnect/retour")
	if len(back) != 1 || c.below(back[0])["FranceConnect"] < 2 {
		t.Fatalf("the way back: %+v", back)
	}
	for _, call := range c.of("FranceConnect") {
		if call.Kind != 3 || call.attribute("http.response.status_code") != "200" || !strings.HasPrefix(call.attribute("url.path"), "/") {
			t.Errorf("a call: %+v", call)
		}
	}
	if strings.Contains(c.said, "DURAND") || strings.Contains(c.said, "state=") || strings.Contains(c.said, "code=") {
		t.Error("an identity or the parameters of an address are in the traces")
	}
}

// A collector that is away, or takes what it is sent and never answers, is nobody's concern but the operator's.
func TestACollectorThatHangsDelaysNobody(t *testing.T) {
	all := people(1)
	hangs := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hangs }))
	defer silent.Close()
	defer close(hangs)
	for what, endpoint := range map[string]string{"away": "http://127.0.0.1:1", "silent": silent.URL} {
		s := deploy(t, storetest.SQLiteURL(t), all, cheap).serve(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+endpoint, "OTEL_EXPORTER_OTLP_TIMEOUT=300",
			"OTEL_BSP_SCHEDULE_DELAY=20", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=8", "OTEL_BSP_MAX_QUEUE_SIZE=16")
		b := newBrowser(t)
		began := time.Now()
		for range 300 {
			b.get(t, s.site+"/healthz")
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%s: 300 requests took %s", what, took)
		}
		time.Sleep(time.Second)
		check.OK(t, s.stop())
		said := 0
		for _, line := range s.log() {
			if strings.Contains(line, "the collector does not take the traces") {
				said++
			}
		}
		if said != 1 {
			t.Errorf("%s: the log says it %d times", what, said)
		}
	}
}
