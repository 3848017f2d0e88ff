package portal

import (
	"context"
	"slices"
	"time"

	"moncompte/app/nir"
)

// warningLimit is one warning a week, however long somebody goes on.
var warningLimit = Limit{PerWindow: 1, Window: 7 * 24 * time.Hour}

// warningSubject counts the warnings about tries with a number.
func warningSubject(n nir.Number) Subject {
	return Subject{Kind: "warning", Value: n.Canonical(), Limit: warningLimit}
}

// warn tells the owner that strangers have tried as many passwords in a row as are judged, at the moment when a code begins to come first: there is
// nothing to do, so that one message is enough, by e-mail where there is one, and none has an address to follow. For a number without an
// account the same statements write a message to nobody. Wrong codes need no warning: their owner has the codes.
//
// It goes on when the request is given up: whoever guesses must not choose whether it is told.
func (l *Login) warn(ctx context.Context, n nir.Number, at time.Time) error {
	if l.Reach == nil {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	err := alone(ctx, l.Store, func(tx Tx) error {
		if _, err := count(ctx, tx, at, warningSubject(n)); err != nil {
			return err
		}
		to, err := tx.Recipient(ctx, n)
		if err != nil {
			return err
		}
		able := func(c Channel) bool { return l.Reach.usable(c, to.To(c)) }
		channel := Email
		if able(SMS) && (!able(Email) || slices.Contains(to.Refused, Email)) {
			channel = SMS
		}
		return tx.AddMessage(ctx, Message{Channel: channel, To: to.To(channel), Content: l.Reach.Composer.Tried(channel, at, MostInRow), At: at,
			Expires: at.Add(noticeLife), Void: !able(channel)})
	})
	if throttled(err) {
		return nil // told this week
	}
	if err == nil {
		l.Reach.wake()
	}
	return err
}
