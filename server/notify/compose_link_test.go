package notify

import (
	"strings"
	"testing"
	"time"

	"moncompte/server/portal"
)

func TestTheMessagesAboutLinksSayWhenAndWhatToDo(t *testing.T) {
	at := time.Date(2026, 11, 22, 13, 5, 0, 0, time.UTC)
	for _, c := range []Composer{caf, {}, {OrgName: "Caf de la Côte-d’Or – Dijon et ses environs, très loin", Phone: "01 23 45 67 89"}} {
		for name, compose := range map[string]func(portal.Channel, time.Time) portal.Content{"linked": c.Linked, "unlinked": c.Unlinked, "lost": c.Lost} {
			sms := compose(portal.SMS, at).Text.Reveal()
			if n, ok := septets(sms); !ok || n > gsmAlone {
				t.Errorf("%s: the SMS takes %d septets, GSM-7 %v", name, n, ok)
			}
			mail := compose(portal.Email, at)
			for where, text := range map[string]string{"SMS": sms, "mail": mail.Text.Reveal(), "HTML": mail.HTML.Reveal()} {
				if !strings.Contains(text, "FranceConnect") || !strings.Contains(strings.ToLower(text), "appelez") {
					t.Errorf("%s, %s: it does not say what happened and whom to call: %q", name, where, text)
				}
				if strings.Contains(text, "http") || strings.Contains(text, "www.") {
					t.Errorf("%s, %s: there is a link", name, where)
				}
			}
			if !strings.Contains(mail.Text.Reveal(), "le 22 novembre 2026 à 14\u00a0h\u00a005") || mail.Subject.IsZero() {
				t.Errorf("%s: the mail does not say when", name)
			}
		}
	}
}
