package e2e

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	policy "moncompte/app/password"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
	"moncompte/server/web"
)

// reachable is Nathalie with her addresses, and somebody who has no password yet.
const reachable = `identifier,birth_name,given_names,sex,birthdate,email,phone
2690549588157,DURAND,Nathalie,female,1969-05-12,nathalie@example.org,+33639980001
1850578006048,PETIT,Jean,male,1985-05-01,jean@example.org,
`

const jean = "1850578006048"

// gateways are an SMSC and a mail server that are not ours, each in a process of its own.
type gateways struct {
	smsc *notifytest.NodeSMPP
	mail *notifytest.NodeSMTP
}

// withAddresses gives Nathalie an address of each kind, and adds who has no password yet.
func withAddresses(s *site, _ *web.Options) {
	imported, err := portal.Import(s.t.Context(), s.store, strings.NewReader(reachable), portal.ImportOptions{})
	check(s.t, err)
	if len(imported.Bad) > 0 {
		s.t.Fatal(imported.Bad)
	}
}

// newReachableSite is a site whose messages really leave it. Its worker stops with the test. A change may wire more.
func newReachableSite(t *testing.T, change ...func(*site, *web.Options)) (*site, gateways) {
	t.Helper()
	g := gateways{notifytest.NewNodeSMPP(t, nil), notifytest.NewNodeSMTP(t, notifytest.SMTPOptions{})}
	soon := notify.Backoff{Min: 20 * time.Millisecond, Max: 100 * time.Millisecond}
	sms, email, err := notify.Open("smtp://"+g.mail.Addr, "smpp://"+notifytest.User+":"+notifytest.Password+"@"+g.smsc.Addr,
		notify.Options{Host: "moncompte.example", Backoff: soon})
	check(t, err)
	return newSite(t, func(s *site, o *web.Options) {
		withAddresses(s, o)
		common, err := policy.DefaultList()
		check(t, err)
		worker := &notify.Worker{Outbox: s.store.Outbox(), SMS: sms, Email: email, Every: 50 * time.Millisecond, Backoff: soon}
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			worker.Run(ctx)
		}()
		t.Cleanup(func() {
			stop()
			<-done
			notify.Close(sms, email)
		})
		o.Recovery = &portal.Recovery{Store: s.store, Pool: s.pool, Params: cheap, Keys: s.store.Keys(), Common: common,
			Reach: &portal.Reach{Composer: notify.Composer{OrgName: "Caf", Phone: "3230", Host: "moncompte.example"},
				Mobile: notify.Mobile, Wake: worker.Wake}}
		for _, c := range change {
			c(s, o)
		}
	}), g
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code reads the code as a person does.
func code(t testing.TB, message string) string {
	t.Helper()
	found := sixDigits.FindString(message)
	if found == "" {
		t.Fatal("the message holds no code")
	}
	return found
}
