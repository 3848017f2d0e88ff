package notify

import (
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

func TestEveryNoticeCanBeDisowned(t *testing.T) {
	at := time.Date(2026, 11, 22, 13, 5, 0, 0, time.UTC)
	token := keys.NewSecret("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	near, far := caf, caf
	near.Base, far.Base = "https://moncompte.caf.fr", "https://connexion.moncompte.allocations-familiales.gouv.fr"
	for _, c := range []Composer{near, far} {
		for _, channel := range []portal.Channel{portal.SMS, portal.Email} {
			for what, n := range map[string]portal.Content{
				"password": c.PasswordChanged(channel, at), "sign-in": c.SignedIn(channel, at, 12), "linked": c.Linked(channel, at),
				"new browser": c.NewBrowser(channel, at, "Samsung Internet/Chromebook"),
				"unlinked":    c.Unlinked(channel, at), "lost": c.Lost(channel, at),
				"passkey added": c.PasskeyAdded(channel, at), "passkey removed": c.PasskeyRemoved(channel, at),
			} {
				if n.Disowned == nil {
					t.Errorf("%s by %s cannot be disowned", what, channel)
					continue
				}
				address := c.Base + "/ce-n-etait-pas-moi/" + token.Reveal()
				d := n.Disowned(token)
				if channel == portal.Email {
					if !strings.Contains(d.Text.Reveal(), address+"\n") || !strings.Contains(d.HTML.Reveal(), `<a href="`+address+`">`) {
						t.Errorf("%s: the letter lacks the address:\n%s", what, d.Text.Reveal())
					}
					continue
				}
				if n, ok := septets(d.Text.Reveal()); !ok || n > gsmAlone {
					t.Errorf("%s: %d septets, GSM %v: %s", what, n, ok, d.Text.Reveal())
				}
				if c == near && !strings.HasSuffix(d.Text.Reveal(), address) || c == far && strings.Contains(d.Text.Reveal(), "https") && !strings.HasSuffix(d.Text.Reveal(), address) {
					t.Errorf("%s: the SMS lacks the address, or has a part of it: %s", what, d.Text.Reveal())
				}
			}
		}
	}
	if caf.PasswordChanged(portal.Email, at).Disowned != nil {
		t.Error("a notice without a base has an address")
	}
}
