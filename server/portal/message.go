package portal

import (
	"time"

	"moncompte/server/keys"
)

// Channel is the way by which a message goes.
type Channel string

const (
	SMS   Channel = "sms"
	Email Channel = "email"
)

// Other is the other way.
func (c Channel) Other() Channel {
	if c == SMS {
		return Email
	}
	return SMS
}

// Content is what a person reads. All three parts may hold a code, so that none can be printed. HTML and Subject are
// zero in an SMS.
type Content struct {
	Subject keys.Secret
	Text    keys.Secret
	HTML    keys.Secret
}

// Composer writes messages. It answers with the same length of work for everybody: it knows no account.
type Composer interface {
	// Code is the message with a code. asked is the channel that the person chose: when it is not this one, the message
	// says why it comes this way.
	Code(channel, asked Channel, code keys.Secret, purpose Purpose, life time.Duration) Content
	// PasswordChanged tells that the password was changed, and what to do if it was not the person.
	PasswordChanged(channel Channel, at time.Time) Content
}

// Addresses are where an account can be reached; a zero one is not on file.
type Addresses struct{ Phone, Email keys.Secret }

// To returns the address of a channel.
func (a Addresses) To(c Channel) keys.Secret {
	if c == SMS {
		return a.Phone
	}
	return a.Email
}
