package store_test

import (
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

// composer writes messages that hold what they are about, the channel and nothing else.
type composer struct{}

func content(what string, c portal.Channel) portal.Content {
	return portal.Content{Text: keys.NewSecret(what + " by " + string(c))}
}

// due claims every message that waits, and gives each back.
func (r *recovery) due() (messages []notify.Message) {
	r.t.Helper()
	for _, channel := range []portal.Channel{portal.SMS, portal.Email} {
		claimed, err := r.store.Outbox().Claim(r.t.Context(), notify.Claim{Channel: channel, Now: r.Clock(), N: 1000, Lease: time.Minute})
		check.OK(r.t, err)
		messages = append(messages, claimed...)
		for _, m := range claimed {
			check.OK(r.t, r.store.Outbox().Release(r.t.Context(), m.ID, r.Clock(), "", notify.NotHanded))
		}
	}
	r.Turn(time.Millisecond)
	return messages
}

// take claims every message that waits and closes it as sent.
func (r *recovery) take() []notify.Message {
	r.t.Helper()
	messages := r.due()
	for _, m := range messages {
		check.OK(r.t, r.store.Outbox().Sent(r.t.Context(), m.ID, "", r.Clock()))
	}
	return messages
}

// rows counts the messages in that state, those that nobody can claim included.
func (r *recovery) rows(state string) (n int) {
	r.t.Helper()
	db := r.open(r.t)
	defer db.Close()
	check.OK(r.t, db.QueryRowContext(r.t.Context(), "SELECT count(*) FROM outbox WHERE state = $1", state).Scan(&n))
	return n
}
