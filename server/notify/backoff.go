package notify

import "time"

// Backoff is an exponential delay with jitter. Zero fields take 1 s and 2 min.
type Backoff struct {
	Min, Max time.Duration
}

// delay returns the pause after the given number of failed attempts (1 or more): Min doubled at each further failure, Max at
// most, then spread over its upper half by random in [0,1), so that messages that failed together do not come back together.
// It is never under Min.
func (b Backoff) delay(failures int, random float64) time.Duration {
	least, most := b.Min, b.limit()
	if least <= 0 {
		least = time.Second
	}
	d := least
	for range failures - 1 {
		if d *= 2; d >= most {
			d = most
			break
		}
	}
	return max(least, d/2+time.Duration(random*float64(d/2)))
}

// limit is the longest pause.
func (b Backoff) limit() time.Duration {
	if b.Max <= 0 {
		return 2 * time.Minute
	}
	return b.Max
}
