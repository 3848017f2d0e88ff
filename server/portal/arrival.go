package portal

import (
	"context"

	"moncompte/server/keys"
)

// newBrowsers are the notices of browsers that an account was not entered from before: whoever has its password has no more of them sent than
// a stranger has codes.
var newBrowsers = sendShare{"new browser ", "notices of new browsers", func(Flow) bool { return false }}

// arrived tells every address of the account that it is entered from a browser that it was not entered from before, whatever was shown there:
// a password may have leaked, a code may have been given away, and an identity or a passkey may be in other hands. On a computer of several people
// each entry is from such a browser. What a new password or a new link has told already is not told twice: their entries do not come here. It
// comes before all but counters are locked, and reports whether somebody was told.
func (r *Reach) arrived(ctx context.Context, tx Tx, s Session, row SessionRow) (told bool, err error) {
	if r == nil || row.Token == "" { // nobody enters
		return false, nil
	}
	before, err := tx.EnteredFrom(ctx, s.Account, s.Device)
	if err != nil || before {
		return false, err
	}
	_, values, err := row.Read()
	if err != nil {
		return false, err
	}
	account, err := tx.Account(ctx, s.Account)
	if err != nil {
		return false, err
	}
	limits := newBrowsers.limits(account.Identifier)
	buckets, err := tx.LockBuckets(ctx, s.At, limits[:]...)
	if err != nil {
		return false, err
	}
	reached := account
	reached.Phone, reached.Email = keys.Secret{}, keys.Secret{}
	for _, c := range r.ways(account) {
		i := c.index()
		if limits[i].Limit.Wait(buckets[i], s.At) > 0 {
			continue
		}
		buckets[i] = limits[i].Limit.Count(buckets[i], s.At)
		if c == SMS {
			reached.Phone = account.Phone
		} else {
			reached.Email = account.Email
		}
	}
	if err := tx.SaveBuckets(ctx, s.At, limits[:], buckets); err != nil {
		return false, err
	}
	return true, r.notifyAt(ctx, tx, reached, s.At, func(c Channel) Content { return r.Composer.NewBrowser(c, s.At, values[SessionBrowser]) })
}
