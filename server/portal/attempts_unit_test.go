package portal

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

var attemptAt = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// three are the subjects of one attempt, and failures so many failures a second apart before it.
var three = []Subject{
	{Kind: ByAddress, Value: "192.0.2.1", Limit: AddressLimit},
	{Kind: ByAccount, Value: "1850578006048", Limit: AccountLimit},
	{Kind: ByDevice, Value: "device", Limit: AccountLimit},
}

func failures(n int) Bucket {
	b := Bucket{InRow: n}
	for i := n; i > 0; i-- {
		b.Recent = append(b.Recent, attemptAt.Add(-time.Duration(i)*time.Second))
	}
	return b
}

func TestAnAttemptIsCountedAgainstEverySubjectOrAgainstNone(t *testing.T) {
	for _, c := range []struct {
		name   string
		before []Bucket
		wait   time.Duration // of the refusal, 0 when it is counted
	}{
		{"the first", []Bucket{failures(0), failures(0), failures(0)}, 0},
		{"the last free one", []Bucket{failures(4), failures(4), failures(4)}, 0},
		{"the account is at its limit", []Bucket{failures(0), failures(5), failures(0)}, time.Minute - time.Second},
		{"the longest wait counts", []Bucket{failures(0), failures(5), failures(6)}, 2*time.Minute - time.Second},
		{"in any order", []Bucket{failures(0), failures(6), failures(5)}, 2*time.Minute - time.Second},
		{"the address is at its limit", []Bucket{failures(100), failures(0), failures(0)}, 10*time.Minute - 100*time.Second},
		{"after a hundred", []Bucket{failures(0), failures(100), failures(6)}, 15*time.Minute - time.Second},
	} {
		counted, err := countAttempt(attemptAt, three, c.before)
		if c.wait == 0 {
			for i := range three {
				if want := three[i].Limit.Count(c.before[i], attemptAt); err != nil || !reflect.DeepEqual(counted[i], want) {
					t.Errorf("%s: %+v, %v; want %+v", c.name, counted, err, want)
				}
			}
			continue
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Kind != KindThrottled || counted != nil || e.Wait != c.wait {
			t.Errorf("%s: counted %v, %#v; want a wait of %s", c.name, counted != nil, err, c.wait)
		}
	}
}

func TestAnAttemptThatIsTakenBackLeavesWhatWasBeforeIt(t *testing.T) {
	before := []Bucket{failures(7), failures(3), failures(2)}
	counted := make([]Bucket, len(before))
	for i := range before {
		counted[i] = three[i].Limit.Count(before[i], attemptAt)
	}
	for outcome, inRow := range map[Outcome][]int{NotJudged: {7, 3, 2}, Succeeded: {7, 3, 0}} {
		settled, longest := settleAttempt(attemptAt, outcome, three, counted)
		if longest != 3 {
			t.Errorf("%d: %d failures came before it, want 3: an address is shared", outcome, longest)
		}
		for i, b := range settled {
			if b.InRow != inRow[i] || len(b.Recent) != len(before[i].Recent) {
				t.Errorf("%d, %s: %+v, want a row of %d and the failures of the window", outcome, three[i].Kind, b, inRow[i])
			}
		}
	}
}
