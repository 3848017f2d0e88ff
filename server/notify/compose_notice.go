package notify

import (
	"strings"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// PasswordChanged implements portal.Composer: it tells every address of an account that its password was changed at that moment, and
// what to do if it was somebody else (ASVS 5.0 V6.3.7).
func (c Composer) PasswordChanged(channel portal.Channel, at time.Time) portal.Content {
	w := c.letters()
	n := w.PasswordChanged
	if channel == portal.SMS {
		return c.noticeSMS(n.SMS(c.shortMoment(at)), w.SMSForgot)
	}
	return letter{Composer: c, Subject: n.Subject, Paragraphs: []string{n.What(c.moment(at)), n.Yours, w.NotYou(c.call()), w.SignedOut}}.notice()
}

// SignedIn implements portal.Composer: it tells the owner of an account that somebody signed in after that many wrong passwords
// (ASVS 5.0 V6.3.5).
func (c Composer) SignedIn(channel portal.Channel, at time.Time, failures int) portal.Content {
	w := c.letters()
	n := w.SignedIn
	if channel == portal.SMS {
		return c.noticeSMS(n.SMS(c.shortMoment(at), failures), w.SMSChange)
	}
	return letter{Composer: c, Subject: n.Subject, Paragraphs: []string{n.What(c.moment(at), failures), n.Yours, w.NotYou(c.call())}}.notice()
}

// Tried implements portal.Composer.
func (c Composer) Tried(channel portal.Channel, at time.Time, tries int) portal.Content {
	n := c.letters().Tried
	if channel == portal.SMS {
		return oneSegment(n.SMS(c.shortMoment(at), tries))
	}
	return letter{Composer: c, Subject: n.Subject, Paragraphs: []string{n.What(c.moment(at), tries), n.Nothing, n.Nobody}}.email()
}

// NewBrowser implements portal.Composer. An SMS names the browser where the rest leaves room for it.
func (c Composer) NewBrowser(channel portal.Channel, at time.Time, browser string) portal.Content {
	w := c.letters()
	n := w.NewBrowser
	if name, system, known := strings.Cut(browser, "/"); known {
		browser = c.Words.Account().BrowserOn(name, system)
	}
	if channel == portal.SMS {
		return c.noticeSMS(n.SMS(c.shortMoment(at), browser), w.SMSChange, n.SMS(c.shortMoment(at), ""))
	}
	return letter{Composer: c, Subject: n.Subject, Paragraphs: []string{n.What(c.moment(at), browser), n.Yours, w.NotYou(c.call())}}.notice()
}

// ContactChanged implements portal.Composer.
func (c Composer) ContactChanged(channel portal.Channel, at time.Time, changed portal.Channel) portal.Content {
	w := c.letters()
	n := w.EmailChanged
	if changed == portal.SMS {
		n = w.PhoneChanged
	}
	if channel == portal.SMS {
		return c.noticeSMS(n.SMS(c.shortMoment(at)), w.SMSChange)
	}
	return letter{Composer: c, Subject: n.Subject, Paragraphs: []string{n.What(c.moment(at)), n.Yours, w.NotYou(c.call())}}.notice()
}

// ContactRemoved implements portal.Composer. Its reader has lost the account, so that nothing but a call helps.
func (c Composer) ContactRemoved(channel portal.Channel, at time.Time) portal.Content {
	n := c.letters().ContactRemoved
	if channel == portal.SMS {
		w, what := c.letters(), n.SMS(c.shortMoment(at))
		return oneSegment(sentences(what, w.SMSOwn(c.call())), sentences(what))
	}
	return letter{Composer: c, Subject: n.Subject, Paragraphs: []string{n.What(c.moment(at)), n.Yours, c.letters().Own(c.call())}}.email()
}

// noticeSMS says what happened, in the longest of its forms that fits, and as much of what to do as fits.
func (c Composer) noticeSMS(what string, change func(call string) string, shorter ...string) portal.Content {
	w := c.letters()
	plain := c.plainNotice(what, change)
	if c.Base != "" {
		plain.Disowned = func(token keys.Secret) portal.Content {
			for _, what := range append([]string{what}, shorter...) {
				text := gsmFold.Replace(sentences(what, w.SMSDisown, c.disownAddress(token)))
				if n, ok := septets(text); ok && n <= gsmAlone {
					return portal.Content{Text: keys.NewSecret(text)}
				}
			}
			// Where the address leaves no room for what happened, what to do without it is told.
			return c.plainNotice(what, change)
		}
	}
	return plain
}

func (c Composer) plainNotice(what string, change func(call string) string) portal.Content {
	w := c.letters()
	return oneSegment(sentences(what, change(c.call())), sentences(what, w.SMSCall(c.call())), sentences(what, w.SMSCallUs))
}
