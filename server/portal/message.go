package portal

import (
	"context"
	"time"

	"moncompte/server/keys"
)

// Channel is the way by which a message goes.
type Channel string

const (
	SMS   Channel = "sms"
	Email Channel = "email"
)

// Other is the other way.
func (c Channel) Other() Channel {
	if c == SMS {
		return Email
	}
	return SMS
}

// Content is what a person reads. All three parts may hold a code, so that none can be printed. HTML and Subject are
// zero in an SMS.
type Content struct {
	Subject keys.Secret
	Text    keys.Secret
	HTML    keys.Secret
	// Disowned is the same notice with the address at which its reader says that it was somebody else; nil = it has none.
	Disowned func(token keys.Secret) Content
}

// Message is a content on its way to an address.
type Message struct {
	Flow        FlowRef // nil for a notice
	Channel     Channel
	To          keys.Secret
	Content     Content
	At, Expires time.Time
	Void        bool // nobody to send it to: it is kept as the others are, and never sent
	Others      bool // it counted against the strangers' part of the service's SMS
}

// noticeLife is how long a notice is tried: it tells of something that has happened, so it keeps its worth for days.
const noticeLife = 3 * 24 * time.Hour

// Composer writes messages. It answers with the same length of work for everybody: it knows no account.
type Composer interface {
	// Code is the message with a code. asked is the channel that the person chose: when it is not this one, the message
	// says why it comes this way.
	// until is when the code ends: a message is read later than it was written, and one that repeats a code has less time.
	// whose tells apart the accounts of people who read one address: "N 57", "57", or "" when it is to nobody.
	Code(channel, asked Channel, code keys.Secret, purpose Purpose, until time.Time, whose string) Content
	// PasswordChanged tells that the password was changed, and what to do if it was not the person.
	PasswordChanged(channel Channel, at time.Time) Content
	// SignedIn tells of a sign-in after so many failures in a row.
	SignedIn(channel Channel, at time.Time, failures int) Content
	// NewBrowser tells of an entry from a browser that the account was not entered from before: "Firefox/Android", "" = it names none.
	NewBrowser(channel Channel, at time.Time, browser string) Content
	// Tried tells of so many passwords of strangers in a row, none of which was right.
	Tried(channel Channel, at time.Time, tries int) Content
	// ContactChanged tells the addresses that were on file until then that the one of this kind was replaced.
	ContactChanged(channel Channel, at time.Time, changed Channel) Content
	// ContactRemoved tells an address that it is the account's no more: who reads the one before it has undone the change.
	ContactRemoved(channel Channel, at time.Time) Content
}

// Reach is how people are reached. What is said to have a meaning when nil may be left out.
type Reach struct {
	Composer Composer
	Mobile   func(phone keys.Secret) bool // whether a number can receive an SMS; nil = any can
	Offered  func(Channel) bool           // whether there is a gateway for the channel; nil = for both
	Wake     func()                       // tells the worker that there is a message; nil = nobody to tell
}

// usable tells whether a message can go to that address; one that cannot counts as not on file.
func (r *Reach) usable(c Channel, to keys.Secret) bool {
	return !to.IsZero() && r.offered(c) && (c != SMS || r.Mobile == nil || r.Mobile(to))
}

// Deliverable tells whether the gateways and relays that exist take messages to that address: to mobile numbers of the plans that we
// know, and to addresses in ASCII, since few relays take others (RFC 6531).
func (r *Reach) Deliverable(c Channel, to keys.Secret) bool {
	if c == SMS {
		return e164(to.Reveal()) && (r.Mobile == nil || r.Mobile(to))
	}
	return isASCII(to.Reveal())
}

// ways are the channels by which the account can be reached.
func (r *Reach) ways(a Account) (ways []Channel) {
	for _, channel := range []Channel{SMS, Email} {
		if r.usable(channel, a.Addresses().To(channel)) {
			ways = append(ways, channel)
		}
	}
	return ways
}

func (r *Reach) offered(c Channel) bool { return r.Offered == nil || r.Offered(c) }

// Only is the channel that has a gateway where the other one has none, "" = there is no such one.
func (r *Reach) Only() Channel {
	switch sms, email := r.offered(SMS), r.offered(Email); {
	case sms && !email:
		return SMS
	case email && !sms:
		return Email
	}
	return ""
}

// notices tells every address of an account that can be reached (NIST SP 800-63B-4 §4.6).
func (r *Reach) notices(a Account, at time.Time, compose func(Channel) Content) (messages []Message) {
	for _, channel := range r.ways(a) {
		messages = append(messages, Message{Channel: channel, To: a.Addresses().To(channel), Content: compose(channel), At: at, Expires: at.Add(noticeLife)})
	}
	return messages
}

// notify puts the notices to an account into the outbox.
func (r *Reach) notify(ctx context.Context, tx Tx, id AccountID, at time.Time, compose func(Channel) Content) error {
	account, err := tx.Account(ctx, id)
	if err != nil {
		return err
	}
	return r.notifyAt(ctx, tx, account, at, compose)
}

// notifyAt is notify for an account as it is in hand, with the addresses that it had.
func (r *Reach) notifyAt(ctx context.Context, tx Tx, account Account, at time.Time, compose func(Channel) Content) error {
	for _, m := range r.notices(account, at, compose) {
		if m.Content.Disowned != nil {
			token := newDisowning()
			if err := tx.AddDisowning(ctx, token, Disowning{Account: account.ID, Channel: m.Channel, At: at}); err != nil {
				return err
			}
			m.Content = m.Content.Disowned(token)
		}
		if err := tx.AddMessage(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reach) wake() {
	if r != nil && r.Wake != nil {
		r.Wake()
	}
}

// Addresses are where an account can be reached; a zero one is not on file.
type Addresses struct{ Phone, Email keys.Secret }

// Addresses are the account's.
func (a Account) Addresses() Addresses { return Addresses{Phone: a.Phone, Email: a.Email} }

// To returns the address of a channel.
func (a Addresses) To(c Channel) keys.Secret {
	if c == SMS {
		return a.Phone
	}
	return a.Email
}
