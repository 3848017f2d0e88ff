package notify

import (
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// Composer writes the messages that the domain decides to send. It implements portal.Composer.
type Composer struct{ Writer }

// Code implements portal.Composer.
func (c Composer) Code(channel, asked Channel, code keys.Secret, purpose portal.Purpose, life time.Duration) Content {
	why := map[portal.Purpose]Purpose{portal.Reset: Reset, portal.First: First, portal.Proof: Link}[purpose]
	return CodeMessage(channel, Code{Digits: code.Reveal(), Purpose: why, Minutes: int(life.Minutes()), Asked: asked}, c.Writer)
}

// PasswordChanged implements portal.Composer.
func (c Composer) PasswordChanged(channel Channel, at time.Time) Content {
	return PasswordChangedNotice(channel, at, c.Writer)
}

// SignedIn implements portal.Composer.
func (c Composer) SignedIn(channel Channel, at time.Time, failures int) Content {
	return SignInNotice(channel, at, failures, c.Writer)
}

// Mobile tells whether an SMS can be sent to the number: only to mobile numbers of the numbering plans that we know.
func Mobile(phone keys.Secret) bool {
	_, err := ParsePhone(phone.Reveal())
	return err == nil
}
