package notify

import (
	"time"

	"moncompte/app/words"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

func (c Composer) purpose(p portal.Purpose) words.Purpose {
	switch p {
	case portal.First:
		return c.letters().Code.First
	case portal.Proof:
		return c.letters().Code.Link
	case portal.Second:
		return c.letters().Code.SignIn
	case portal.Confirmation:
		return c.letters().Code.Confirm
	case portal.Contact:
		return c.letters().Code.Contact
	}
	return c.letters().Code.Reset
}

// Code implements portal.Composer. When the message does not come by the channel that the person asked for, nothing of that kind is
// on file, and the message says so: the page may not, since it would tell a stranger what an account holds.
//
// The e-mail has the code at the beginning of its subject, where a notification shows it. The SMS ends with the line
// « @host #code » that phones read to fill the code in on that site and on no other (WICG, Origin-bound one-time codes delivered
// via SMS, §2.1), and takes one GSM-7 segment unless the host is very long.
func (c Composer) Code(channel, asked portal.Channel, code keys.Secret, purpose portal.Purpose, until time.Time, whose string) portal.Content {
	w, digits, why, hour := c.letters().Code, code.Reveal(), c.purpose(purpose), c.Words.Hour(until.In(paris))
	if channel == portal.SMS {
		return c.codeSMS(digits, asked, why.Short, hour, whose)
	}
	paragraphs := []string{w.Use(why.Long, hour)}
	if asked == portal.SMS {
		paragraphs = append(paragraphs, w.NoMobile)
	}
	if whose != "" {
		paragraphs = append(paragraphs, w.Whose(whose))
	}
	paragraphs = append(paragraphs, w.Nobody, w.Unasked(why.Nothing, c.call()))
	return letter{Composer: c, Subject: w.Subject(digits), Code: digits, Paragraphs: paragraphs}.email()
}

func (c Composer) codeSMS(digits string, asked portal.Channel, why, hour, whose string) portal.Content {
	w, last := c.letters().Code, "\n@"+oneLine(c.Host)+" #"+digits
	short, long := w.SMS(digits, whose), w.SMSFor(digits, whose, why)
	named := long
	if c.OrgName != "" {
		named = w.SMSOrgFor(digits, whose, oneLine(c.OrgName), why)
	}
	if asked == portal.Email {
		named, long, short = sentences(named, w.SMSNoMail), sentences(long, w.SMSNoMail), sentences(short, w.SMSNoMail)
	}
	valid := w.SMSUntil(hour)
	return oneSegment(
		sentences(named, valid, w.SMSNobody)+last,
		sentences(long, valid, w.SMSNobody)+last,
		sentences(short, valid, w.SMSNobody)+last,
		sentences(short, w.SMSNobody)+last,
	)
}
