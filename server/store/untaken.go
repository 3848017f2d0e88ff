package store

import (
	"context"
	"database/sql"
	"time"

	"moncompte/server/notify"
	"moncompte/server/portal"
)

// undelivered is an SMS that the gateway took and did not bring to its phone.
const undelivered = `state = 'sent' AND (report LIKE '` + notify.NotDelivered + `%' OR report LIKE '` + notify.Rejected + `%')`

// NoneTaken implements portal.Reads. What may have arrived counts as taken, and what is known not to have arrived does not.
func (s *reads) NoneTaken(ctx context.Context, c portal.Channel, from, until time.Time) (none bool, err error) {
	err = s.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM outbox
			WHERE channel = $1 AND created_at BETWEEN $2 AND $3 AND (state = 'dropped' AND fate IN ('dropped', 'refused') OR `+undelivered+`))
		AND NOT EXISTS (
			SELECT 1 FROM outbox
			WHERE channel = $1 AND created_at BETWEEN $2 AND $3 AND (state = 'sent' AND NOT (`+undelivered+`) OR fate = 'uncertain'))`,
		string(c), micros(from), micros(until)).Scan(&none)
	return none, err
}

// UntakenSMS implements portal.Reads. What was taken and not delivered is paid for.
func (s *reads) UntakenSMS(ctx context.Context, since time.Time) (u portal.Untaken, err error) {
	err = s.row(ctx, `
		SELECT count(*), coalesce(sum(others), 0)
		FROM outbox
		WHERE channel = 'sms' AND flow IS NOT NULL AND created_at >= $1 AND state = 'dropped' AND fate IN ('dropped', 'refused')`,
		micros(time.Unix(hourOf(since)*3600, 0))).Scan(&u.All, &u.Others)
	return u, err
}

// refused returns the channels by which the last code to the account came to nothing for good: the gateway refused the address, or
// reported that it could not deliver. What was sent to a new address says nothing of the old one. A change of the account may have mended it, and so may a day, after which flows are deleted.
func (s *reads) refused(ctx context.Context, id portal.AccountID) (channels []portal.Channel, err error) {
	bad := map[portal.Channel]bool{}
	err = s.each(ctx, func(rows *sql.Rows) error {
		var c portal.Channel
		var state, fate, report string
		if err := rows.Scan(&c, &state, &fate, &report); err != nil {
			return err
		}
		switch {
		case fate == string(notify.Refused), state == "sent" && notify.Undelivered(report):
			bad[c] = true
		case state == "sent":
			bad[c] = false
		}
		return nil
	}, `
		SELECT channel, state, fate, report
		FROM outbox
		JOIN flows ON flow = token_index
		JOIN accounts ON accounts.id = account_id
		WHERE account_id = $1 AND contact_sealed IS NULL AND outbox.closed_at > accounts.updated_at
		ORDER BY outbox.closed_at`, string(id))
	for _, c := range []portal.Channel{portal.SMS, portal.Email} {
		if bad[c] {
			channels = append(channels, c)
		}
	}
	return channels, err
}
