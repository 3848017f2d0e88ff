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
	why := Reset
	if purpose == portal.First {
		why = First
	}
	return CodeMessage(channel, Code{Digits: code.Reveal(), Purpose: why, Minutes: int(life.Minutes()), Asked: asked}, c.Writer)
}

// PasswordChanged implements portal.Composer.
func (c Composer) PasswordChanged(channel Channel, at time.Time) Content {
	return PasswordChangedNotice(channel, at, c.Writer)
}

// Mobile tells whether an SMS can be sent to the number: only to mobile numbers of the numbering plans that we know.
func Mobile(phone keys.Secret) bool {
	_, err := ParsePhone(phone.Reveal())
	return err == nil
}
