package notify

import (
	"time"

	"moncompte/app/words"
	"moncompte/server/portal"
)

// Linked implements portal.LinkComposer: another way to sign in is news for every address of an account (NIST SP
// 800-63B-4 §4.6).
func (c Composer) Linked(channel portal.Channel, at time.Time) portal.Content {
	return c.linkNotice(channel, at, c.letters().Linked)
}

// Unlinked implements portal.LinkComposer.
func (c Composer) Unlinked(channel portal.Channel, at time.Time) portal.Content {
	return c.linkNotice(channel, at, c.letters().Unlinked)
}

// Lost implements portal.LinkComposer. It does not say which account FranceConnect opens now: the person who reads it may be
// another one.
func (c Composer) Lost(channel portal.Channel, at time.Time) portal.Content {
	return c.linkNotice(channel, at, c.letters().Lost)
}

func (c Composer) linkNotice(channel portal.Channel, at time.Time, n words.Notice) portal.Content {
	if channel == portal.SMS {
		return c.noticeSMS(n.SMS(c.shortMoment(at)), c.letters().SMSChange)
	}
	return letter{Composer: c, Subject: n.Subject, Paragraphs: []string{n.What(c.moment(at)), n.Yours, c.letters().NotYou(c.call())}}.notice()
}
