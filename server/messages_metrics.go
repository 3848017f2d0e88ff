package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store"
)

// messageMetrics shows codes and notices on their way, as they are at the moment of the question.
type messageMetrics struct {
	worker *notify.Worker
	outbox *store.Outbox
	store  *store.Store
	budget int // SMS an hour
}

var (
	messagesEnded   = prometheus.NewDesc("moncompte_messages_total", "Messages that ended on this instance since its start.", []string{"channel", "fate"}, nil)
	gatewayAway     = prometheus.NewDesc("moncompte_gateway_away", "1 while codes cannot leave by this channel.", []string{"channel"}, nil)
	messagesWaiting = prometheus.NewDesc("moncompte_messages_waiting", "Messages that have not left yet.", []string{"channel"}, nil)
	smsBudget       = prometheus.NewDesc("moncompte_sms_budget", "SMS with codes that may be sent in an hour.", nil, nil)
	smsUsed         = prometheus.NewDesc("moncompte_sms_used", "SMS with codes of this hour, of the whole service: at the budget codes go by e-mail.", nil, nil)
	messagesOldest  = prometheus.NewDesc("moncompte_messages_oldest_seconds", "Age of the message that waits longest, 0 for none.", []string{"channel"}, nil)
)

func (m messageMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{messagesEnded, gatewayAway, messagesWaiting, messagesOldest, smsBudget, smsUsed} {
		ch <- d
	}
}

// Collect leaves out what the database does not say within two seconds.
func (m messageMetrics) Collect(ch chan<- prometheus.Metric) {
	for _, s := range m.worker.Statuses() {
		for _, fate := range []string{"sent", string(notify.Refused), string(notify.Dropped), string(notify.Uncertain)} {
			ch <- prometheus.MustNewConstMetric(messagesEnded, prometheus.CounterValue, float64(s.Ended[fate]), string(s.Channel), fate)
		}
		away := 0.0
		if s.Away {
			away = 1
		}
		ch <- prometheus.MustNewConstMetric(gatewayAway, prometheus.GaugeValue, away, string(s.Channel))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if used, err := portal.SMSBudgetUsed(ctx, m.store, now()); err == nil {
		ch <- prometheus.MustNewConstMetric(smsBudget, prometheus.GaugeValue, float64(m.budget))
		ch <- prometheus.MustNewConstMetric(smsUsed, prometheus.GaugeValue, float64(used))
	}
	queues, err := m.outbox.Waiting(ctx)
	if err != nil {
		return
	}
	for _, channel := range []portal.Channel{portal.SMS, portal.Email} {
		count, age := 0.0, 0.0
		for _, q := range queues {
			if q.Channel == channel {
				count, age = float64(q.Count), now().Sub(q.Oldest).Seconds()
			}
		}
		ch <- prometheus.MustNewConstMetric(messagesWaiting, prometheus.GaugeValue, count, string(channel))
		ch <- prometheus.MustNewConstMetric(messagesOldest, prometheus.GaugeValue, age, string(channel))
	}
}
