package portal

import (
	"cmp"
	"context"
	"time"
)

// Limit bounds the failures counted against one subject: a wait that grows (CNIL 2022-100, case 2; NIST SP 800-63B-4 §3.2.2)
// and never a lock, which whoever knows a number could close for its owner.
type Limit struct {
	Free      int           // failures in a row before the first wait; 0 = there is never a wait between two attempts
	FirstWait time.Duration // the wait after Free failures; it doubles with each further one
	MaxWait   time.Duration // and stops growing here
	PerWindow int           // failures within Window; 0 = any number
	Window    time.Duration // after which a failure is forgotten: a row ends when none came for that long
	Burst     int           // that may come at once, and then one Every: 0 = as fast as one likes
	Every     time.Duration
}

// The limits of sign-in. The one for an address is generous because thousands of people share the address of a mobile
// operator or of a public desk.
var (
	AccountLimit = Limit{Free: 5, FirstWait: time.Minute, MaxWait: 15 * time.Minute, Window: 24 * time.Hour}
	AddressLimit = Limit{PerWindow: 100, Window: 10 * time.Minute}
)

// mostKept is how many failures a bucket keeps the times of where its limit does not say it.
const mostKept = 128

// Bucket is what is remembered of one subject's failures.
type Bucket struct {
	InRow  int         // failures in a row: see Limit.Row
	Recent []time.Time // the failures within the window, oldest first
}

// Last is the time of the newest failure, zero when there is none in the window.
func (b Bucket) Last() time.Time {
	if len(b.Recent) == 0 {
		return time.Time{}
	}
	return b.Recent[len(b.Recent)-1]
}

// Row is how many failures came in a row, 0 when none came within the window.
func (l Limit) Row(b Bucket, now time.Time) int {
	if last := b.Last(); last.After(now.Add(-l.Window)) && !AfterClock(last, now) {
		return b.InRow
	}
	return 0
}

// Wait returns how long after now the next attempt may be made, 0 when it may be made at once.
func (l Limit) Wait(b Bucket, now time.Time) (wait time.Duration) {
	if row := l.Row(b, now); l.Free > 0 && row >= l.Free {
		wait = b.Last().Add(l.growth(row)).Sub(now)
	}
	recent := l.recent(b, now)
	if n := len(recent) - l.PerWindow; l.PerWindow > 0 && n >= 0 {
		wait = max(wait, recent[n].Add(l.Window).Sub(now))
	}
	return max(wait, l.pace(recent, now), 0)
}

// pace is how long it takes until there is room for another one: each takes a place of Burst, and gives it back after Every.
func (l Limit) pace(recent []time.Time, now time.Time) time.Duration {
	if l.Burst == 0 {
		return 0
	}
	var full time.Duration // how long the places taken need to be given back
	last := now
	for i, t := range recent {
		if i > 0 {
			full = max(full-t.Sub(last), 0)
		}
		full, last = full+l.Every, t
	}
	return full - now.Sub(last) - time.Duration(l.Burst-1)*l.Every
}

// growth is the wait after inRow failures.
func (l Limit) growth(inRow int) time.Duration {
	wait := l.FirstWait
	for n := l.Free; n < inRow && wait < l.MaxWait; n++ {
		wait *= 2 // stops near MaxWait: a shift by inRow would overflow and leave no wait at all
	}
	return min(wait, l.MaxWait)
}

// Count adds a failure at now.
func (l Limit) Count(b Bucket, now time.Time) Bucket {
	b.InRow = l.Row(b, now) + 1
	b.Recent = append(l.recent(b, now), now)
	if most := cmp.Or(l.PerWindow, mostKept); len(b.Recent) > most {
		b.Recent = b.Recent[len(b.Recent)-most:]
	}
	return b
}

// Forgive takes back the failure counted at that time: the attempt was right, or was never judged.
func (l Limit) Forgive(b Bucket, at time.Time) Bucket {
	for i, t := range b.Recent {
		if t.Equal(at) {
			b.Recent = append(b.Recent[:i:i], b.Recent[i+1:]...)
			b.InRow = max(b.InRow-1, 0)
			break
		}
	}
	return b
}

// Reset begins a new row after a success. The failures of the window stay counted, so that the daily limit holds.
func (l Limit) Reset(b Bucket) Bucket {
	b.InRow = 0
	return b
}

// recent returns the times of the window, in a slice of its own.
func (l Limit) recent(b Bucket, now time.Time) []time.Time {
	kept := make([]time.Time, 0, len(b.Recent)+1)
	for _, t := range b.Recent {
		if t.After(now.Add(-l.Window)) && !AfterClock(t, now) {
			kept = append(kept, t)
		}
	}
	return kept
}

// Subject is who or what attempts are counted against. Value is personal (an identifier, an address): the store keeps
// Kind and Value under a keyed hash and a seal only.
type Subject struct {
	Kind  SubjectKind
	Value string
	Limit Limit
}

// SubjectKind keeps the counters of different subjects apart.
type SubjectKind string

const (
	ByAddress SubjectKind = "address"
	ByAccount SubjectKind = "account"
	ByDevice  SubjectKind = "device"
)

// Outcome is what became of a reserved attempt.
type Outcome uint8

const (
	NotJudged Outcome = iota // it was given up before the password was compared: take the count back
	Succeeded                // it was right: take the count back and, of a browser's own count, begin a new row
)

// Throttled returns the error for a refused attempt.
func Throttled(wait time.Duration) *Error {
	return &Error{Kind: KindThrottled, Message: "too many attempts", Wait: max(wait, time.Second)}
}

// throttled tells an error of Throttled from others.
func throttled(err error) bool { return ErrorKind(err) == KindThrottled }

// look returns the error that reserve would, and counts nothing. It costs a read: whoever is refused here has taken no place in a
// queue and kept nobody from writing.
func look(ctx context.Context, s Reads, at time.Time, subjects ...Subject) error {
	buckets := make([]Bucket, len(subjects))
	for i, subject := range subjects {
		var err error
		if buckets[i], err = s.Bucket(ctx, subject); err != nil {
			return err
		}
	}
	_, err := countAttempt(at, subjects, buckets)
	return err
}

// reserve is count in a unit of work of its own.
func reserve(ctx context.Context, s Store, at time.Time, subjects ...Subject) error {
	return alone(ctx, s, func(tx Tx) error {
		_, err := count(ctx, tx, at, subjects...)
		return err
	})
}

// count counts one failure at that time against every subject and returns what is then counted, or counts none and returns an *Error with
// KindThrottled when one of them is at its limit. The buckets stay locked from the look to the count: however many attempts arrive at once
// and on however many instances, none gets past a limit.
func count(ctx context.Context, tx Tx, at time.Time, subjects ...Subject) (counted []Bucket, err error) {
	buckets, err := tx.LockBuckets(ctx, at, subjects...)
	if err != nil {
		return nil, err
	}
	if counted, err = countAttempt(at, subjects, buckets); err != nil {
		return nil, err // the buckets that the look has made go again
	}
	return counted, tx.SaveBuckets(ctx, at, subjects, counted)
}

// countAttempt returns the buckets with one failure more in each, or an error with the longest of the waits.
func countAttempt(at time.Time, subjects []Subject, buckets []Bucket) ([]Bucket, error) {
	counted := make([]Bucket, len(buckets))
	longest := time.Duration(0)
	for i, subject := range subjects {
		longest = max(longest, subject.Limit.Wait(buckets[i], at))
		counted[i] = subject.Limit.Count(buckets[i], at)
	}
	if longest > 0 {
		return nil, Throttled(longest)
	}
	return counted, nil
}

// settle takes a reserved attempt back. It returns the longest row of failures that came before it.
func settle(ctx context.Context, tx Tx, at time.Time, outcome Outcome, subjects ...Subject) (failures int, err error) {
	buckets, err := tx.LockBuckets(ctx, at, subjects...)
	if err != nil {
		return 0, err
	}
	settled, failures := settleAttempt(at, outcome, subjects, buckets)
	return failures, tx.SaveBuckets(ctx, at, subjects, settled)
}

// settleAttempt returns the buckets without the attempt, and the longest row of failures that came before it, those of an
// address apart: many people may share it. A success begins a new row for the browser that has a count of its own, and never for
// strangers: what they see would tell that somebody lives there.
func settleAttempt(at time.Time, outcome Outcome, subjects []Subject, buckets []Bucket) (settled []Bucket, failures int) {
	settled = make([]Bucket, len(buckets))
	for i, subject := range subjects {
		settled[i] = subject.Limit.Forgive(buckets[i], at)
		if subject.Kind != ByAddress {
			failures = max(failures, subject.Limit.Row(settled[i], at))
		}
		if outcome == Succeeded && subject.Kind == ByDevice {
			settled[i] = subject.Limit.Reset(settled[i])
		}
	}
	return settled, failures
}

// forgetAttempts takes all that is counted against the subject back.
func forgetAttempts(ctx context.Context, tx Tx, at time.Time, subject Subject) error {
	if _, err := tx.LockBuckets(ctx, at, subject); err != nil {
		return err
	}
	return tx.SaveBuckets(ctx, at, []Subject{subject}, []Bucket{{}})
}
