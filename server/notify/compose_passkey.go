package notify

import (
	"time"

	"moncompte/server/portal"
)

// PasskeyAdded implements portal.PasskeyComposer: another way to sign in is news for every address of an account (NIST SP 800-63B-4
// §4.6).
func (c Composer) PasskeyAdded(channel portal.Channel, at time.Time) portal.Content {
	return c.linkNotice(channel, at, c.letters().PasskeyAdded)
}

// PasskeyRemoved implements portal.PasskeyComposer.
func (c Composer) PasskeyRemoved(channel portal.Channel, at time.Time) portal.Content {
	return c.linkNotice(channel, at, c.letters().PasskeyRemoved)
}
