package portal

import (
	"context"
	"time"
)

// What strangers' passwords came to, over the whole service.
const (
	wrongPasswords Tally = "wrong passwords"
	rightPasswords Tally = "right passwords"
)

// pressureWindow is looked back at, whole hours: between one and two of them.
const pressureWindow = time.Hour

// pressureFloor is how many wrong passwords are nobody's attack on the service.
const pressureFloor = 500

// Pressure is what browsers that are not known have tried of late.
type Pressure struct{ Wrong, Right int }

// High tells that somebody guesses over the whole service: people mistype less often than they type. It shuts nobody out: the second step is
// asked for in every browser that is not known, also where the setting leaves it out.
func (p Pressure) High() bool { return p.Wrong >= pressureFloor && p.Wrong > p.Right }

// PressureOf returns what the service sees at that time.
func PressureOf(ctx context.Context, r Reads, at time.Time) (p Pressure, err error) {
	since := at.Add(-pressureWindow)
	if p.Wrong, err = r.Tallied(ctx, wrongPasswords, since); err != nil {
		return p, err
	}
	p.Right, err = r.Tallied(ctx, rightPasswords, since)
	return p, err
}

// strangers tells whether an attempt came from a browser that is not known: a known one counts against nobody but itself.
func strangers(subjects []Subject) bool {
	for _, s := range subjects {
		if s.Kind == ByAccount {
			return true
		}
	}
	return false
}
