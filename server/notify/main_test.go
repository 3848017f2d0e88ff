package notify_test

import (
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// What every test of this package sends, and what no log may hold.
const (
	number   = "+33612345678"
	mailbox  = "marie.durand@courrier.example.org"
	code     = "918273"
	password = "hunter-2-pass"
	token    = "tok-3f9a-secret"
)

var secrets = []string{number[1:], number[3:], "0612345678", mailbox, "marie.durand", code, password, token, notifytest.Password, "Ne le donnez"}

// journal is the log of the whole run of this package.
var journal = new(check.Log)

func logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(journal, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func TestMain(m *testing.M) {
	slog.SetDefault(logger())
	log.SetOutput(journal)
	status := m.Run()
	text := journal.String()
	for _, secret := range leaks(text) {
		fmt.Fprintf(os.Stderr, "FAIL: the log of the tests holds %q\n", secret)
		status = 1
	}
	os.Exit(status)
}

// leaks returns the secrets that text holds.
func leaks(text string) []string {
	var found []string
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			found = append(found, secret)
		}
	}
	return found
}

func TestTheSearchForLeaksFindsThem(t *testing.T) {
	if len(leaks("to "+number)) == 0 || len(leaks("250 queued for "+mailbox)) == 0 || len(leaks("quiet")) != 0 {
		t.Error("the search does not work")
	}
}

var composer = notify.Composer{OrgName: "Caf", Phone: "32 30", Host: "moncompte.example.fr"}

// message returns a code message that lives for ten minutes.
func message(id string, channel portal.Channel) notify.Message {
	to := mailbox
	if channel == portal.SMS {
		to = number
	}
	now := time.Now()
	return notify.Message{
		ID: id, Channel: channel, To: keys.NewSecret(to),
		Content: composer.Code(channel, channel, keys.NewSecret(code), portal.Reset, time.Date(2026, 3, 1, 13, 15, 0, 0, time.UTC), ""),
		At:      now, Expires: now.Add(10 * time.Minute),
	}
}

// text returns an SMS with a body of one's own.
func text(id, body string) notify.Message {
	m := message(id, portal.SMS)
	m.Content = portal.Content{Text: keys.NewSecret(body)}
	return m
}

func options() notify.Options {
	return notify.Options{Host: "moncompte.example.fr", OrgName: "Caf de l’Hérault", Log: logger(), Dial: notifytest.Dial}
}

func open(t *testing.T, smtpURL, smsURL string, o notify.Options) (sms, email notify.Gateway) {
	t.Helper()
	sms, email, err := notify.Open(smtpURL, smsURL, o)
	check.OK(t, err)
	t.Cleanup(func() { notify.Close(sms, email) })
	return sms, email
}

// countLines returns how many lines of a log hold all of the words.
func countLines(log string, words ...string) int {
	n := 0
	for line := range strings.Lines(log) {
		all := true
		for _, word := range words {
			all = all && strings.Contains(line, word)
		}
		if all {
			n++
		}
	}
	return n
}
