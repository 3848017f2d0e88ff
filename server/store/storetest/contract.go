package storetest

import (
	"testing"
	"time"

	"moncompte/server/store"
)

// Contract runs what every engine must do. url returns an empty database.
func Contract(t *testing.T, url func(testing.TB) string) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"an imported account comes back as it was", importRoundTrip},
		{"importing again updates and keeps a chosen password", importAgain},
		{"nothing personal is readable in the database", nothingReadable},
		{"of parallel attempts none gets past the limit", parallelAttempts},
		{"an attempt that was not judged is given back", notJudged},
		{"a success begins a new row of attempts", successBeginsANewRow},
		{"subjects are counted together or not at all", allOrNone},
		{"unlocking forgets the attempts of strangers and of devices", unlocking},
		{"a device is known with the identifiers that it signed in to", devices},
		{"an upgraded hash never undoes a new password", hashUpgrade},
		{"a session comes back until it ends", sessionRoundTrip},
		{"a request that is under way does not revive a session", noRevival},
		{"the epoch and disabling end every session", epochEnds},
		{"other sessions end and this one stays", endOthers},
		{"a session that is read often is written once a minute", fewTouches},
		{"what has expired is swept", sweeping},
		{"migrating twice at once is harmless", migrateTwice},
		{"a change of keys loses no account and gives no fresh guesses", rotation},
		{"a check finds what cannot be opened", checking},
		{"a backup is a sound copy", backup},
	} {
		t.Run(part.name, func(t *testing.T) {
			b := &bench{url: url(t), now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), keys: Keys(t)}
			b.store = Open(t, store.Options{URL: b.url, Keys: b.keys, Now: b.clock, Trace: b.trace})
			part.run(t, b)
		})
	}
}
