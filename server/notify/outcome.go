package notify

import (
	"context"
	"time"

	"moncompte/server/portal"
)

const (
	// noticeDoubt and codeDoubt are the pauses before the next copy of a message that may have arrived.
	noticeDoubt = 4 * time.Hour
	codeDoubt   = 5 * time.Second
	// codeFell is that of a code over which the gateway fell: it needs a while to get up.
	codeFell = 30 * time.Second
	// codeGrey is that of a code that a relay refused for the moment when it had seen all of it: filters that greylist do so for five
	// minutes.
	codeGrey = 5*time.Minute + 10*time.Second
)

// note writes down what became of an attempt. own says that the gateway is well: then the failure is this message's, whoever it
// is about.
func (l *lane) note(m Message, now time.Time, receipt string, failure *Failure, own bool) {
	log := l.w.log().With("message", m.ID, "channel", l.channel, "attempt", m.Tries+1)
	if failure == nil {
		l.count("sent", 1)
		log.Info("message sent", "receipt", receipt, "waited", inWords(now.Sub(m.At)))
		l.record(m, func(ctx context.Context) error { return l.w.Outbox.Sent(ctx, m.ID, receipt, now) })
		return
	}
	end := func(fate Fate, reason string) {
		fate = m.ends(fate)
		l.count(string(fate), 1)
		log.Warn("message given up", "fate", fate, "reason", reason)
		l.record(m, func(ctx context.Context) error { return l.w.Outbox.Drop(ctx, m.ID, fate, reason) })
	}
	handed := NotHanded
	if failure.Whole {
		handed = Handed
	}
	again := func(pause time.Duration, h Handover) {
		next := now.Add(pause)
		// The last attempt is kept for the last moment that is of use.
		if last := l.last(m); next.After(last) {
			next = last
		}
		if !next.After(now) {
			end(Dropped, "expired: "+failure.inWords())
			return
		}
		log.Warn("message not sent, will be tried again", "reason", failure.Reason, "in", inWords(next.Sub(now)))
		l.record(m, func(ctx context.Context) error { return l.w.Outbox.Retry(ctx, m.ID, next, failure.inWords(), h) })
		time.AfterFunc(next.Sub(now), func() { ring(l.ended) })
	}
	doubt := func(pause time.Duration) {
		switch {
		case m.Copies+1 >= MostCopies(m.Notice):
			end(Uncertain, failure.Reason)
		case m.Notice:
			again(noticeDoubt, Copied)
		default:
			again(pause, Copied)
		}
	}
	later := func() {
		if m.Attempts+1 >= mostAttempts(m.Notice) {
			end(Dropped, "refused too often: "+failure.inWords())
			return
		}
		again(max(l.backoff(m.Notice).delay(m.Attempts+1, l.w.random()), failure.After), handed)
	}
	switch failure.Fault {
	case OfMessage:
		end(Refused, failure.Reason)
	case OfMoment:
		// A gateway that delivers what it refuses has no more copies to deliver than one that does not answer.
		if failure.Whole {
			switch {
			case m.Copies+m.Handed+1 >= MostCopies(m.Notice):
				end(Dropped, "refused too often: "+failure.inWords())
			case m.Notice:
				again(max(noticeDoubt, failure.After), Handed)
			case m.Channel == portal.Email:
				again(max(codeGrey, failure.After), Handed)
			default:
				again(max(codeFell, failure.After), Handed)
			}
			return
		}
		later()
	case Unknown:
		doubt(codeDoubt)
	default:
		switch {
		case failure.Copied:
			doubt(codeFell)
		case own:
			// The rate slows the lane as well. A message that came first would otherwise be all that the lane asks about.
			later()
		default:
			// Not about this message: it stays due, and goes as soon as the lane does.
			log.Debug("message waits for the gateway", "reason", failure.Reason)
			l.record(m, func(ctx context.Context) error { return l.w.Outbox.Release(ctx, m.ID, now, failure.inWords(), handed) })
		}
	}
}

// backoff is that of messages; notices may take their time.
func (l *lane) backoff(notice bool) Backoff {
	b := l.w.Backoff
	if notice && b.Max <= 0 {
		b.Max = 30 * time.Minute
	}
	return b
}

// least is the end of life that m must have to be sent now.
func (l *lane) least(m Message) time.Time {
	if m.Notice {
		return l.w.now()
	}
	return l.w.now().Add(codeNeeds)
}

// last is until when an attempt of m is of use.
func (l *lane) last(m Message) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := m.Expires.Add(-l.pace.usual - time.Second)
	if !m.Notice {
		last = last.Add(-codeNeeds)
	}
	return last
}
