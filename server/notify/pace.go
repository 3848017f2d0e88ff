package notify

import (
	"cmp"
	"time"
)

// Limits is how fast a gateway may be asked.
type Limits struct {
	Rate   float64 // attempts a second; 0 = as they come
	Window int     // attempts at a time
	Strict bool    // the window is the protocol's: also an attempt that takes long stays in it
}

const (
	// patience is after what time an attempt no longer keeps others out of the window: the gateway may be slow with one
	// message, and the protocols give it minutes.
	patience = 10 * time.Second
	// mostLate is how many attempts may be that late at a time.
	mostLate = 32
	// mostFelled is how many messages are remembered that found the gateway away.
	mostFelled = 1000
	// probeEvery is how often a gateway that nobody gets through to is asked again, with one message.
	probeEvery = 2 * time.Second
	// probeAtOnce is the least time between two of these when somebody waits for a new code.
	probeAtOnce = time.Second
)

// accountBackoff is how often a gateway that refuses our account is asked again: people mend it, and a service may lock an account
// that insists.
var accountBackoff = Backoff{Min: 2 * time.Second, Max: time.Minute}

// pace decides when a lane may begin attempts and how many: the pause of the lane, which is another thing than the pause of a
// message. It has no clock and no lock of its own.
type pace struct {
	limits Limits
	rate   float64   // now; the gateway may have asked for less than limits.Rate
	next   time.Time // no attempt before, at that rate
	until  time.Time // no attempt before: what the gateway asked for, or the next probe
	slowed time.Time // when the rate was last lowered

	down     *Failure  // why nobody gets through; nil = well
	since    time.Time // when it began
	probes   int       // refused since
	probed   time.Time // when the last attempt began
	answered time.Time // when the gateway last said anything about a message

	under  map[string]time.Time // attempts under way, by message, and when they began
	felled map[string]bool      // the messages whose attempts found the gateway away when it had been well
	usual  time.Duration        // what an attempt takes
}

func newPace(l Limits) *pace {
	if l.Window <= 0 {
		l.Window = 4
	}
	return &pace{limits: l, rate: l.Rate, under: map[string]time.Time{}, felled: map[string]bool{}}
}

// free returns how many attempts may begin.
func (p *pace) free(now time.Time) int {
	if p.until.After(now) {
		return 0
	}
	young, late, oldest := 0, 0, now
	for _, began := range p.under {
		if now.Sub(began) < patience {
			young++
		} else {
			late++
		}
		if began.Before(oldest) {
			oldest = began
		}
	}
	window := p.limits.Window
	// One that nobody has had a word from since the oldest attempt may be frozen: more would only be copies to account for.
	if p.down != nil || late > 0 && !p.answered.After(oldest) {
		window = 1
	}
	n := window - young
	if p.limits.Strict {
		n = min(n, p.limits.Window-young-late)
	} else {
		n = min(n, mostLate-late)
	}
	if p.rate > 0 {
		if p.next.After(now) {
			return 0
		}
		n = min(n, 1+int(now.Sub(p.earliest(now)).Seconds()*p.rate))
	}
	return max(0, n)
}

// earliest is the moment from which the rate counts: a lane that was idle may make up for a tenth of a second, and no more.
func (p *pace) earliest(now time.Time) time.Time {
	if least := now.Add(-time.Second / 10); p.next.Before(least) {
		return least
	}
	return p.next
}

// begin notes an attempt.
func (p *pace) begin(id string, now time.Time) {
	p.under[id], p.probed = now, now
	if p.rate > 0 {
		p.next = p.earliest(now).Add(time.Duration(float64(time.Second) / p.rate))
	}
}

// end notes the end of an attempt, failure being nil when the message was taken. It returns whether the state of the gateway has
// changed.
func (p *pace) end(id string, now time.Time, failure *Failure) (changed bool) {
	began := p.under[id]
	delete(p.under, id)
	if failure == nil {
		p.usual += (min(now.Sub(began), patience) - p.usual) / 4
		p.faster(now)
		delete(p.felled, id)
	}
	return p.note(id, began, now, failure)
}

// note draws the conclusions from what the gateway did with an attempt, or with the bind before it, which has no id.
func (p *pace) note(id string, began, now time.Time, failure *Failure) (changed bool) {
	switch {
	case failure == nil || failure.Fault == OfMessage || failure.Fault == OfMoment:
		p.answered = now
		changed = p.down != nil
		if changed {
			p.down, p.probes, p.until = nil, 0, time.Time{}
		}
		return changed
	case failure.Fault == OfRate:
		p.answered = now
		p.slower(now, failure.After)
		return false
	}
	// Others got through since, or since it was the first to fail: it is about this message, which waits by itself.
	if p.answered.After(began) || p.down == nil && p.felled[id] {
		return false
	}
	changed = p.down == nil
	if changed {
		p.since, p.probes = now, 0
		if len(p.felled) >= mostFelled {
			clear(p.felled)
		}
		if id != "" {
			p.felled[id] = true
		}
	}
	p.down = failure
	p.probes++
	pause := probeEvery
	if failure.Fault == OfAccount {
		pause = accountBackoff.delay(p.probes, 1)
	}
	p.until = now.Add(max(pause, failure.After))
	return changed
}

// slower lowers the rate by a third, once for the refusals of one second.
func (p *pace) slower(now time.Time, wish time.Duration) {
	p.rate = cmp.Or(p.rate, 2*float64(p.limits.Window))
	if now.Sub(p.slowed) >= time.Second {
		p.rate, p.slowed = max(p.rate*2/3, 0.2), now
	}
	if until := now.Add(max(time.Second, wish)); until.After(p.until) {
		p.until = until
	}
}

// faster gains a fortieth of the full rate a second.
func (p *pace) faster(now time.Time) {
	most := p.limits.Rate
	if p.rate == 0 || p.rate == most {
		return
	}
	most = cmp.Or(most, 100)
	p.rate += most / 40 / p.rate
	if p.rate >= most {
		p.rate = p.limits.Rate
	}
	if p.rate > 0 { // the pause before the next one was that of the lower rate
		if next := now.Add(time.Duration(float64(time.Second) / p.rate)); next.Before(p.next) {
			p.next = next
		}
	}
}

// wake lets a new message probe a gateway that was away; not one that refuses our account, or asked for time.
func (p *pace) wake(now time.Time) {
	if p.down == nil || p.down.Fault == OfAccount || p.down.After > 0 {
		return
	}
	if at := p.probed.Add(probeAtOnce); at.Before(p.until) {
		p.until = at
	}
}

// wait returns after how long free may say more than now, most at most.
func (p *pace) wait(now time.Time, most time.Duration) time.Duration {
	sooner := func(at time.Time) {
		if at.After(now) {
			most = min(most, at.Sub(now))
		}
	}
	sooner(p.until)
	sooner(p.next)
	for _, began := range p.under {
		sooner(began.Add(patience))
	}
	return most
}
