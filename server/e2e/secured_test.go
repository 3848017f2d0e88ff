package e2e

import (
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/web"
)

// newSecuredSite is a site as the public knows it: a new browser gives a code, notices can be disowned, and there are passkeys and a
// FranceConnect. Its messages wait for the test.
func newSecuredSite(t *testing.T, change ...func(*site, *web.Options)) *site {
	t.Helper()
	return newSite(t, append([]func(*site, *web.Options){withAddresses, withNotices, withSecondStep}, change...)...)
}

// sent are the texts that wait to leave by a channel. They have left then.
func (s *site) sent(c portal.Channel) (texts []string) {
	s.t.Helper()
	waiting, err := s.store.Outbox().Claim(s.t.Context(), notify.Claim{Channel: c, Now: time.Now(), N: 100, Lease: time.Minute})
	check(s.t, err)
	for _, m := range waiting {
		check(s.t, s.store.Outbox().Sent(s.t.Context(), m.ID, "", time.Now()))
		texts = append(texts, m.Text.Reveal())
	}
	return texts
}

// sentCode is the code in the one message that waits to leave by a channel.
func (s *site) sentCode(c portal.Channel) string {
	s.t.Helper()
	texts := s.sent(c)
	if len(texts) != 1 {
		s.t.Fatalf("%d messages by %s", len(texts), c)
	}
	return code(s.t, texts[0])
}

// sound fails the test when somebody could not read or touch the page as it stands.
func (p *tab) sound(where string) {
	p.t.Helper()
	if p.with.noScript {
		return // it is the same page
	}
	p.inspect(where)
	p.axe(where)
	p.picture(where, "clair")
}

// goes presses a link or a button, and waits for the page behind it.
func (p *tab) goes(text, path, heading string) {
	p.t.Helper()
	p.follow(func() { p.press(named(text)) })
	p.at(path, heading)
}
