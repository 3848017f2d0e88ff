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
	limits := sendShareOf(Flow{}).limits(number(t, "1850578006048"))
	used := func(which ...int) []int { return which }
	for _, c := range []struct {
		name    string
		asked   Channel
		on      Addresses // zero for nobody
		reach   *Reach
		used    []int // what is full: 0 the number's SMS, 1 its e-mails, 2 the service's SMS
		slot    Channel
		want    Channel
		counted int // the bucket in which the message is counted
	}{
		{"SMS, both on file", SMS, both, closed(), nil, SMS, SMS, 0},
		{"e-mail, both on file", Email, both, closed(), nil, Email, Email, 1},
		{"SMS, no phone", SMS, email, closed(), nil, SMS, Email, 0},
		{"e-mail, no e-mail", Email, phone, closed(), nil, Email, SMS, 1},
		{"a number that takes no SMS", SMS, both, landline, nil, SMS, Email, 0},
		{"a number that takes no SMS, alone", SMS, phone, landline, nil, SMS, none, 0},
		{"no gateway for SMS", SMS, both, closed(SMS), nil, Email, Email, 1},
		{"no gateway for e-mail", Email, both, closed(Email), nil, SMS, SMS, 0},
		{"no gateway for the only address", SMS, phone, closed(SMS), nil, Email, none, 1},
		{"SMS used up", SMS, both, closed(), used(0), Email, Email, 1},
		{"SMS used up, no e-mail", SMS, phone, closed(), used(0), Email, SMS, 1},
		{"e-mails used up", Email, both, closed(), used(1), SMS, SMS, 0},
		{"the service's SMS are used up", SMS, both, closed(), used(2), Email, Email, 1},
		{"the service's SMS are used up, e-mail asked", Email, both, closed(), used(2), Email, Email, 1},
		{"the service's SMS and the e-mails are used up", SMS, both, closed(), used(1, 2), SMS, Email, 0},
		{"SMS, nobody", SMS, Addresses{}, closed(), nil, SMS, none, 0},
		{"e-mail, nobody", Email, Addresses{}, closed(), nil, Email, none, 1},
		{"SMS used up, nobody", SMS, Addresses{}, closed(), used(0), Email, none, 1},
		{"no gateway for SMS, nobody", SMS, Addresses{}, closed(SMS), nil, Email, none, 1},
	} {
		to := Recipient{Addresses: c.on}
		if !c.on.Phone.IsZero() || !c.on.Email.IsZero() {
			to.Account = "somebody"
		}
		buckets := full(limits, c.used)
		plan := planSend(c.asked, true, to, c.reach, !slices.Contains(c.used, 2), limits, buckets, attemptAt)
		if plan.wait != 0 || plan.slot != c.slot || plan.void != (c.want == none) || c.want != none && plan.channel != c.want {
			t.Errorf("%s: by %s, counted as %s, void %v, wait %s; want %q as %s", c.name, plan.channel, plan.slot, plan.void, plan.wait, c.want, c.slot)
			continue
		}
		if counted := plan.slot.index(); counted != c.counted {
			t.Errorf("%s: counted in %d, want %d", c.name, counted, c.counted)
		}
	}
}

// An address that was refused for good is the last resort.
func TestACodeGoesToAnAddressThatWasRefusedWhereThereIsNoOther(t *testing.T) {
	both := Addresses{Phone: keys.NewSecret("+33639980001"), Email: keys.NewSecret("nathalie@example.org")}
	limits := sendShareOf(Flow{}).limits(number(t, "1850578006048"))
	for _, c := range []struct {
		name    string
		on      Addresses
		refused []Channel
		want    Channel
	}{
		{"none", both, nil, SMS},
		{"the SMS", both, []Channel{SMS}, Email},
		{"the e-mails", both, []Channel{Email}, SMS},
		{"both", both, []Channel{SMS, Email}, SMS},
		{"the SMS, a phone alone", Addresses{Phone: both.Phone}, []Channel{SMS}, SMS},
		{"the e-mails, an e-mail alone", Addresses{Email: both.Email}, []Channel{Email}, Email},
	} {
		plan := planSend(SMS, true, Recipient{Account: "somebody", Addresses: c.on, Refused: c.refused}, &Reach{}, true, limits, make([]Bucket, 2), attemptAt)
		if plan.void || plan.channel != c.want || plan.slot != SMS {
			t.Errorf("%s refused: by %s, void %v, want %s", c.name, plan.channel, plan.void, c.want)
		}
	}
}

// full are the buckets of a number, with as many messages as may come at once where it says so.
func full(limits [2]Subject, which []int) []Bucket {
	buckets := make([]Bucket, 2)
	for _, i := range which {
		if i < 2 {
			for range MostSends {
				buckets[i] = limits[i].Limit.Count(buckets[i], attemptAt)
			}
		}
	}
	return buckets
}

// Whoever has nothing left is told when: the same for nobody, for one channel and for two, and never later than in 15 minutes.
func TestWhoHasNothingLeftIsToldWhenTheNextMessageMayGo(t *testing.T) {
	both := Addresses{Phone: keys.NewSecret("+33639980001"), Email: keys.NewSecret("nathalie@example.org")}
	limits := sendShareOf(Flow{}).limits(number(t, "1850578006048"))
	for _, c := range []struct {
		name   string
		used   []int
		choose bool
		want   time.Duration
	}{
		{"both used up", []int{0, 1}, true, 15 * time.Minute},
		{"a repetition", []int{0}, false, 15 * time.Minute},
		{"something left", []int{0}, true, 0},
	} {
		for _, on := range []Addresses{{}, {Phone: both.Phone}, {Email: both.Email}, both} {
			to := Recipient{Addresses: on}
			if !on.Phone.IsZero() || !on.Email.IsZero() {
				to.Account = "somebody"
			}
			if plan := planSend(SMS, c.choose, to, &Reach{}, true, limits, full(limits, c.used), attemptAt); plan.wait != c.want {
				t.Errorf("%s: wait %s, want %s", c.name, plan.wait, c.want)
			}
		}
	}
}

func TestMessagesComeAtOnceThreeTimesAndThenEveryFifteenMinutes(t *testing.T) {
	var b Bucket
	at, sent := attemptAt, 0
	for at.Before(attemptAt.Add(7 * 24 * time.Hour)) {
		wait := emailLimit.Wait(b, at)
		if wait > 15*time.Minute || sent < 3 && wait > 0 {
			t.Fatalf("after %d messages: wait %s", sent, wait)
		}
		at = at.Add(wait)
		b = emailLimit.Count(b, at)
		sent++
	}
	if most := 3 + 7*96 + 2*7; sent > most || sent < 7*96 {
		t.Errorf("%d messages in seven days, want %d at most", sent, most)
	}
	if wait := emailLimit.Wait(b, at.Add(45*time.Minute)); wait != 0 {
		t.Errorf("after a pause: wait %s", wait)
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
