package portal

import (
	"slices"
	"testing"
	"time"

	"moncompte/server/keys"
)

func TestACodeGoesByTheChannelAskedForOrElseTheOther(t *testing.T) {
	const none = Channel("")
	both := Addresses{Phone: keys.NewSecret("+33639980001"), Email: keys.NewSecret("nathalie@example.org")}
	phone, email := Addresses{Phone: both.Phone}, Addresses{Email: both.Email}
	closed := func(channels ...Channel) *Reach {
		return &Reach{Offered: func(c Channel) bool { return !slices.Contains(channels, c) }}
	}
	landline := &Reach{Mobile: func(keys.Secret) bool { return false }}
	limits := (&Recovery{SMSBudget: 1}).sendLimits(number(t, "1850578006048"))
	used := func(which ...int) []int { return which }
	for _, c := range []struct {
		name    string
		asked   Channel
		on      Addresses // zero for nobody
		reach   *Reach
		used    []int // the buckets that are full: 0 the person's SMS, 1 their e-mails, 2 the service's SMS
		want    Channel
		counted []int // the buckets in which the message is counted
	}{
		{"SMS, both on file", SMS, both, closed(), nil, SMS, used(0, 2)},
		{"e-mail, both on file", Email, both, closed(), nil, Email, used(1)},
		{"SMS, no phone", SMS, email, closed(), nil, Email, used(1)},
		{"e-mail, no e-mail", Email, phone, closed(), nil, SMS, used(0, 2)},
		{"a number that takes no SMS", SMS, both, landline, nil, Email, used(1)},
		{"a number that takes no SMS, alone", SMS, phone, landline, nil, none, nil},
		{"no gateway for SMS", SMS, both, closed(SMS), nil, Email, used(1)},
		{"no gateway for e-mail", Email, both, closed(Email), nil, SMS, used(0, 2)},
		{"no gateway for the only address", SMS, phone, closed(SMS), nil, none, nil},
		{"no SMS left today", SMS, both, closed(), used(0), Email, used(1)},
		{"no SMS left today, no e-mail", SMS, phone, closed(), used(0), none, nil},
		{"no e-mail left today", Email, both, closed(), used(1), SMS, used(0, 2)},
		{"the service's SMS are used up", SMS, both, closed(), used(2), Email, used(1)},
		{"the service's SMS are used up, e-mail asked", Email, both, closed(), used(2), Email, used(1)},
		{"nothing left at all", SMS, both, closed(), used(0, 1), none, nil},
		{"SMS, nobody", SMS, Addresses{}, closed(), nil, none, used(0)},
		{"e-mail, nobody", Email, Addresses{}, closed(), nil, none, used(1)},
		{"no SMS left today, nobody", SMS, Addresses{}, closed(), used(0), none, used(1)},
		{"no gateway for SMS, nobody", SMS, Addresses{}, closed(SMS), nil, none, used(1)},
		{"nothing left at all, nobody", Email, Addresses{}, closed(), used(0, 1), none, nil},
	} {
		to := Recipient{Addresses: c.on}
		if !c.on.Phone.IsZero() || !c.on.Email.IsZero() {
			to.Account = "somebody"
		}
		buckets := make([]Bucket, 3)
		for _, i := range c.used {
			for range limits[i].Limit.PerWindow {
				buckets[i] = limits[i].Limit.Count(buckets[i], attemptAt)
			}
		}
		plan := planSend(c.asked, to, c.reach, limits, buckets, attemptAt)
		if plan.void != (c.want == none) || c.want != none && plan.channel != c.want {
			t.Errorf("%s: by %s, void %v; want %q", c.name, plan.channel, plan.void, c.want)
		}
		var counted []int
		for i := range buckets {
			if plan.buckets[i].InRow != buckets[i].InRow {
				counted = append(counted, i)
			}
		}
		if !slices.Equal(counted, c.counted) {
			t.Errorf("%s: counted in %v, want %v", c.name, counted, c.counted)
		}
	}
}

func TestEveryAddressThatCanBeReachedIsTold(t *testing.T) {
	both := Account{Phone: keys.NewSecret("+33639980001"), Email: keys.NewSecret("nathalie@example.org")}
	for _, c := range []struct {
		name    string
		account Account
		reach   Reach
		want    []Channel
	}{
		{"both", both, Reach{}, []Channel{SMS, Email}},
		{"a phone", Account{Phone: both.Phone}, Reach{}, []Channel{SMS}},
		{"an e-mail", Account{Email: both.Email}, Reach{}, []Channel{Email}},
		{"nothing on file", Account{}, Reach{}, nil},
		{"a number that takes no SMS", both, Reach{Mobile: func(keys.Secret) bool { return false }}, []Channel{Email}},
		{"no gateway for e-mail", both, Reach{Offered: func(c Channel) bool { return c == SMS }}, []Channel{SMS}},
	} {
		var told []Channel
		for _, m := range c.reach.notices(c.account, attemptAt, func(c Channel) Content { return Content{Text: keys.NewSecret(string(c))} }) {
			told = append(told, m.Channel)
			if m.To.Reveal() != (Addresses{Phone: both.Phone, Email: both.Email}).To(m.Channel).Reveal() || m.Content.Text.Reveal() != string(m.Channel) ||
				m.Void || m.Flow != nil || m.Expires.Sub(m.At) != 3*24*time.Hour {
				t.Errorf("%s: a notice that is not as it should be", c.name)
			}
		}
		if !slices.Equal(told, c.want) {
			t.Errorf("%s: told by %v, want %v", c.name, told, c.want)
		}
	}
}
