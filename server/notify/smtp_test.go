package notify_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// outside is the URL of a server under a name that is not loopback.
func outside(scheme, user, address string) string {
	_, port, _ := net.SplitHostPort(address)
	if user != "" {
		user += "@"
	}
	return scheme + "://" + user + notifytest.Domain + ":" + port
}

// mailServer is what the in-process server and the one of Node have in common.
type mailServer interface {
	Next(t testing.TB) notifytest.Mail
}

// eachMailServer runs test against both independent servers.
func eachMailServer(t *testing.T, o notifytest.SMTPOptions, test func(t *testing.T, address string, s mailServer)) {
	t.Run("go-smtp", func(t *testing.T) {
		s := notifytest.NewSMTP(t, o)
		test(t, s.Addr, s)
	})
	t.Run("smtp-server", func(t *testing.T) {
		s := notifytest.NewNodeSMTP(t, o)
		test(t, s.Addr, s)
	})
}

func TestAnEmailArrivesWholeAndEncrypted(t *testing.T) {
	authority := notifytest.NewAuthority(t)
	for _, scheme := range []string{"smtp", "smtps"} {
		t.Run(scheme, func(t *testing.T) {
			o := notifytest.SMTPOptions{TLS: authority, Implicit: scheme == "smtps", User: "relay", Password: password}
			eachMailServer(t, o, func(t *testing.T, address string, s mailServer) {
				settings := options()
				settings.Roots = authority.Roots
				_, g := open(t, outside(scheme, "relay:"+password, address)+"?from=caf@example.fr", "", settings)
				m := message("one", portal.Email)
				receipt := send(t, g, m)
				got := s.Next(t)
				if !got.TLS || got.User != "relay" || got.From != "caf@example.fr" || len(got.To) != 1 || got.To[0] != mailbox {
					t.Errorf("TLS %v, user %q, from %q, to %q", got.TLS, got.User, got.From, got.To)
				}
				p := got.Parse(t)
				if p.Subject != m.Subject.Reveal() || strings.TrimSpace(p.Text) != strings.TrimSpace(m.Text.Reveal()) || strings.TrimSpace(p.HTML) != strings.TrimSpace(m.HTML.Reveal()) {
					t.Errorf("changed on the way:\n%q\n%s\n%s", p.Subject, p.Text, p.HTML)
				}
				from, err := p.Header.AddressList("From")
				if err != nil || from[0].Name != "Caf de l’Hérault" || from[0].Address != "caf@example.fr" {
					t.Errorf("From %v, %v", from, err)
				}
				for name, want := range map[string]string{
					"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": "fr",
					"Message-Id": "<" + receipt + ">", "Date": m.At.Format(time.RFC1123Z), "X-Mailer": "", "User-Agent": "",
				} {
					if value := p.Header.Get(name); value != want {
						t.Errorf("%s: %q, want %q", name, value, want)
					}
				}
			})
		})
	}
}

func TestTheMessageIDComesFromTheIDAlone(t *testing.T) {
	s := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	_, g := open(t, "smtp://"+s.Addr, "", options())
	first, again, other := send(t, g, message("a", portal.Email)), send(t, g, message("a", portal.Email)), send(t, g, message("b", portal.Email))
	if first != again || first == other || !strings.HasSuffix(first, "@moncompte.example.fr") {
		t.Errorf("%s, %s, %s", first, again, other)
	}
	if from := s.Next(t).From; from != "no-reply@moncompte.example.fr" {
		t.Errorf("from %s", from)
	}
}

func TestNothingIsSentInClearOutsideLoopback(t *testing.T) {
	eachMailServer(t, notifytest.SMTPOptions{}, func(t *testing.T, address string, s mailServer) {
		_, g := open(t, outside("smtp", "", address), "", options())
		wantFailure(t, failed(t, g, message("a", portal.Email), 10*time.Second), "smtp: STARTTLS not offered", false)
		// The next e-mail that the server sees is the one over loopback: nothing came before it.
		_, near := open(t, "smtp://"+address, "", options())
		receipt := send(t, near, message("b", portal.Email))
		if got := s.Next(t); got.TLS || got.Parse(t).Header.Get("Message-Id") != "<"+receipt+">" {
			t.Errorf("another message went first")
		}
	})
}

func TestACertificateOfNobodyIsRefusedOutsideLoopback(t *testing.T) {
	authority := notifytest.NewAuthority(t)
	for _, scheme := range []string{"smtp", "smtps"} {
		s := notifytest.NewSMTP(t, notifytest.SMTPOptions{TLS: authority, Implicit: scheme == "smtps"})
		_, g := open(t, outside(scheme, "", s.Addr), "", options())
		wantFailure(t, failed(t, g, message("a", portal.Email), 10*time.Second), "smtp: certificate not trusted", false)
		if scheme == "smtp" { // on loopback a relay may have any certificate
			_, near := open(t, "smtp://"+s.Addr, "", options())
			send(t, near, message("b", portal.Email))
			if !s.Next(t).TLS {
				t.Error("STARTTLS was offered and not used")
			}
		}
	}
}

func TestSMTPRepliesAreSorted(t *testing.T) {
	s := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	_, g := open(t, "smtp://"+s.Addr, "", options())
	rows := []struct {
		stage  string
		code   int
		reason string
		fault  notify.Fault
	}{
		{"connect", 421, "smtp: 421 4.0.0 to the connection or the sign-in", notify.OfGateway},
		{"connect", 554, "smtp: 554 5.0.0 to the connection or the sign-in", notify.OfAccount},
		{"mail", 451, "smtp: 451 4.0.0 to the sender", notify.OfGateway},
		{"mail", 530, "smtp: 530 5.0.0 to the sender", notify.OfAccount},
		{"mail", 553, "smtp: 553 5.0.0 to the sender", notify.OfAccount},
		{"rcpt", 450, "smtp: 450 4.0.0 to the address", notify.OfMoment},
		{"rcpt", 550, "smtp: 550 5.0.0 to the address", notify.OfMessage},
		{"data", 452, "smtp: 452 4.0.0 to the message", notify.OfMoment},
		{"data", 554, "smtp: 554 5.0.0 to the message", notify.OfMessage},
	}
	for _, r := range rows {
		s.Reply(r.stage, r.code)
		if r.stage == "connect" {
			s.Reply(r.stage, r.code) // EHLO, then HELO
		}
		f := failed(t, g, message("a", portal.Email), 10*time.Second)
		if f.Reason != r.reason || f.Fault != r.fault || (f.Mend != "") != (r.fault == notify.OfAccount) || f.Whole != (r.stage == "data") {
			t.Errorf("%s %d: %+v", r.stage, r.code, f)
		}
	}
	receipt := send(t, g, message("b", portal.Email))
	if got := s.Next(t).Parse(t).Header.Get("Message-Id"); got != "<"+receipt+">" {
		t.Error("a refused message was kept")
	}
}

func TestAWrongSMTPPasswordIsNotTheMessagesFault(t *testing.T) {
	for _, tls := range []*notifytest.Authority{nil, notifytest.NewAuthority(t)} {
		eachMailServer(t, notifytest.SMTPOptions{TLS: tls, User: "relay", Password: password}, func(t *testing.T, address string, s mailServer) {
			_, g := open(t, "smtp://relay:wrong@"+address, "", options())
			if f := failed(t, g, message("a", portal.Email), 10*time.Second); !strings.HasPrefix(f.Reason, "smtp: 535 ") || f.Fault != notify.OfAccount {
				t.Errorf("%+v", f)
			}
			_, right := open(t, "smtp://relay:"+password+"@"+address, "", options())
			send(t, right, message("b", portal.Email))
			if s.Next(t).User != "relay" {
				t.Error("not signed in")
			}
		})
	}
}

func TestAMailServerThatIsDownOrSilentIsTriedAgain(t *testing.T) {
	s := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	s.Stop()
	_, g := open(t, "smtp://"+s.Addr, "", options())
	wantFailure(t, failed(t, g, message("a", portal.Email), 10*time.Second), "smtp: connection refused", false)
	hung := notifytest.NewHung(t)
	_, g = open(t, "smtp://"+hung.Addr, "", options())
	wantFailure(t, failed(t, g, message("a", portal.Email), 100*time.Millisecond), "smtp: no answer in time", false)
}

func TestAnAddressThatIsNoneIsDropped(t *testing.T) {
	s := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	_, g := open(t, "smtp://"+s.Addr, "", options())
	for _, to := range []string{"", "nobody", "a@b.fr\r\nBcc: c@d.fr", "a@b.fr, c@d.fr"} {
		m := message("a", portal.Email)
		m.To = keys.NewSecret(to)
		wantFailure(t, failed(t, g, m, 10*time.Second), "smtp: address not valid", true)
	}
}

func TestARelayIsAskedForUTF8OnlyWhenAnAddressNeedsIt(t *testing.T) {
	s := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	for _, r := range []struct {
		from, to string
		utf8     bool
	}{{"caf@example.fr", mailbox, false}, {"caf@example.fr", "léa@example.org", true}, {"caf@été.fr", mailbox, true},
		{"caf@xn--t-fgab.fr", "lea@xn--exemple--i1a.fr", false}, {"caf@example.fr", "lea+caf@example.org", false}} {
		_, g := open(t, "smtp://"+s.Addr+"?from="+r.from, "", options())
		m := message("a", portal.Email)
		m.To = keys.NewSecret(r.to)
		send(t, g, m)
		if got := s.Next(t); got.UTF8 != r.utf8 || got.From != r.from || got.To[0] != r.to {
			t.Errorf("from %s to %s: SMTPUTF8 %v", got.From, got.To, got.UTF8)
		}
	}
}

func TestARelayWithoutSignInIsNotAskedToTakeAPassword(t *testing.T) {
	s := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	_, g := open(t, "smtp://relay:"+password+"@"+s.Addr, "", options())
	if f := failed(t, g, message("a", portal.Email), 10*time.Second); f.Reason != "smtp: no common sign-in method" || f.Fault != notify.OfAccount || f.Mend == "" {
		t.Errorf("%+v", f)
	}
}
