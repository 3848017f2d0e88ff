package words

import "time"

// Units say numbers and durations.
type Units struct {
	Digits     func(n int) string // of a code
	Characters func(n int) string // of a password
	Tries      func(n int) string
	Failures   func(n int) string // wrong passwords
	Times      func(n int) string // how often
	SMS        func(n int) string
	Emails     func(n int) string

	// Duration is exact: "45 secondes", "30 minutes", "2 heures". What is left of a minute is left out.
	Duration func(time.Duration) string
	// In is how long to wait, rounded up so that nobody comes back too early: "dans 1 minute", "dans environ 1 heure et demie".
	In func(time.Duration) string
}

// Moments say when something was, in the zone of the time itself.
type Moments struct {
	Long  func(time.Time) string // on a page: "mardi 3 juin 2025 à 14 h 05"
	Paris func(time.Time) string // in a letter: some of the readers live overseas, so that it names the zone
	Short func(time.Time) string // in an SMS
}
