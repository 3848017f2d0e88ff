package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"moncompte/server/audit"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
)

// metrics are for operators, on an address of their own (OWASP ASVS 5.0 V13.4.5). Labels are from
// closed sets: nothing that a person types can become one.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	events   *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "moncompte_request_seconds",
			Help:    "Time to answer, by route and status.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "status"}),
	}
	m.events = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "moncompte_events_total",
		Help: "What people and strangers did on this instance since its start, as in the audit log.",
	}, []string{"event", "what", "method", "purpose", "outcome"})
	m.registry.MustRegister(m.requests, m.events, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds the length of the queue for password hashing.
func (m *metrics) watch(pool *passhash.Pool) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "moncompte_hashes_waiting",
		Help: "Sign-ins that wait for a core to hash their password.",
	}, func() float64 { return float64(pool.Waiting()) }))
}

// count counts an event. Its words are constants of the program.
func (m *metrics) count(e audit.Event) {
	outcome := e.Details["outcome"]
	if right, ok := e.Details["right"]; ok {
		outcome = map[string]string{"true": "right", "false": "wrong"}[right]
	}
	m.events.WithLabelValues(e.Kind, e.What, e.Details["method"], e.Details["purpose"], outcome).Inc()
}

// watchStore adds what the database says when it is asked.
func (m *metrics) watchStore(s *store.Store, lost func() int) {
	m.registry.MustRegister(storeMetrics{s}, prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "moncompte_audit_lost_total",
		Help: "Events that are in the log alone, because the database did not take them for too long.",
	}, func() float64 { return float64(lost()) }))
}

// storeMetrics shows the database as it is at the moment of the question.
type storeMetrics struct{ store *store.Store }

var (
	databaseUp      = prometheus.NewDesc("moncompte_database_up", "1 when a sign-in could be recorded.", nil, nil)
	databaseSeconds = prometheus.NewDesc("moncompte_database_seconds", "How long the database took to answer that.", nil, nil)
	sessionsOpen    = prometheus.NewDesc("moncompte_sessions", "Sessions of the whole service that have not expired.", nil, nil)
	passwordsTried  = prometheus.NewDesc("moncompte_passwords_tried", "Passwords tried in browsers that are not known, over the whole service, in this hour and the one before.", []string{"outcome"}, nil)
	stepForced      = prometheus.NewDesc("moncompte_pressure", "1 while more of them are wrong than right, so that a code is asked for in every browser that is not known.", nil, nil)
)

func (m storeMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{databaseUp, databaseSeconds, sessionsOpen, passwordsTried, stepForced} {
		ch <- d
	}
}

func (m storeMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	began, up := time.Now(), 1.0
	if m.store.Ping(ctx) != nil {
		up = 0
	}
	ch <- prometheus.MustNewConstMetric(databaseUp, prometheus.GaugeValue, up)
	ch <- prometheus.MustNewConstMetric(databaseSeconds, prometheus.GaugeValue, time.Since(began).Seconds())
	if n, err := m.store.CountSessions(ctx); err == nil {
		ch <- prometheus.MustNewConstMetric(sessionsOpen, prometheus.GaugeValue, float64(n))
	}
	if p, err := portal.PressureOf(ctx, m.store, now()); err == nil {
		high := 0.0
		if p.High() {
			high = 1
		}
		ch <- prometheus.MustNewConstMetric(passwordsTried, prometheus.GaugeValue, float64(p.Wrong), "wrong")
		ch <- prometheus.MustNewConstMetric(passwordsTried, prometheus.GaugeValue, float64(p.Right), "right")
		ch <- prometheus.MustNewConstMetric(stepForced, prometheus.GaugeValue, high)
	}
}

func (m *metrics) observe(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}
