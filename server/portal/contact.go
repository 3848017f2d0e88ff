package portal

import (
	"context"

	"moncompte/server/keys"
)

// Contact is the purpose of a code that shows that a new address can be read. It proves nothing else, and goes to that address alone.
const Contact Purpose = "contact"

// ErrSameContact says that the address is the account's already.
var ErrSameContact = &Error{Kind: KindInvalid, Message: "the account has this address"}

// ReadContact reads an address as people type it, in the forms that an import mends too. It returns false for one that no message can
// reach.
func (r *Recovery) ReadContact(channel Channel, typed string) (to keys.Secret, ok bool) {
	var mended string
	var err error
	if channel == SMS {
		mended = mendPhone(typed)
	} else {
		mended, err = mendEmail(typed)
	}
	to = keys.NewSecret(mended)
	return to, err == nil && r.Reach.Deliverable(channel, to)
}

// BeginContact sends a code to the new address and returns the token of its flow. It asks for no proof: its caller has. Its errors are
// ErrSameContact, an *Error with KindThrottled when no code can leave, or a fault of the store.
func (r *Recovery) BeginContact(ctx context.Context, by SessionRow, channel Channel, to keys.Secret) (token keys.Secret, err error) {
	account, err := r.Store.Account(ctx, by.Account)
	if err != nil {
		return keys.Secret{}, err
	}
	if account.Addresses().To(channel).Reveal() == to.Reveal() {
		return keys.Secret{}, ErrSameContact
	}
	// Whoever is signed in could have messages sent to anybody, and no more than the share of new addresses allows one account.
	return r.beginInside(ctx, by, account, Flow{Purpose: Contact, Asked: channel, To: to})
}

// newAddressLimit is how many codes go to one new address, whichever accounts ask for it: a person who did not ask has no account here
// to complain with. Its owner never waits longer than for any other code.
var newAddressLimit = emailLimit

// newAddress counts the messages to the new address of a change of contacts.
func newAddress(f Flow) Subject {
	return Subject{Kind: byNewAddress, Value: string(f.Asked) + " " + f.To.Reveal(), Limit: newAddressLimit}
}

// ChangeContact takes the new address in the place of the old one, when the flow's own code was given a moment ago. Every address that
// was on file is told, the old one too, and whoever reads there can undo it as long as a notice stands (DisowningLife): a stranger who has the
// session and the password cannot take the account away. Codes that are under way to the old address open nothing any more. Its errors are
// ErrUnauthorized, when the session has ended, ErrNoFlow, or a fault of the store.
func (r *Recovery) ChangeContact(ctx context.Context, by SessionRow, token keys.Secret) error {
	flow, err := r.OwnFlow(ctx, by, token, Contact)
	if err != nil {
		return err
	}
	at := r.now()
	if !flow.JustGiven(at) {
		return ErrNoFlow
	}
	err = alone(ctx, r.Store, func(tx Tx) error {
		if err := tx.HoldSession(ctx, by); err != nil {
			return err
		}
		account, err := tx.Account(ctx, by.Account)
		if err != nil {
			return err
		}
		if err := tx.ReplaceContact(ctx, account, flow.Asked, flow.To, at); err != nil {
			return err
		}
		if err := tx.FinishFlow(ctx, flow.Ref, account.ID, at, graceBegan(at)); err != nil {
			return err
		}
		if err := tx.EndFlows(ctx, account.ID, at); err != nil {
			return err
		}
		return r.Reach.notifyAt(ctx, tx, account, at, func(c Channel) Content { return r.Reach.Composer.ContactChanged(c, at, flow.Asked) })
	})
	if err != nil {
		return err
	}
	r.log().InfoContext(ctx, "contact changed", "event", "security", "account", by.Account, "channel", flow.Asked)
	r.Reach.wake()
	return nil
}

// Contacts returns the account's addresses, masked; "" where there is none.
func (r *Recovery) Contacts(ctx context.Context, id AccountID) (email, phone string, err error) {
	account, err := r.Store.Account(ctx, id)
	if err != nil {
		return "", "", err
	}
	if !account.Email.IsZero() {
		email = masked(Email, account.Email)
	}
	if !account.Phone.IsZero() {
		phone = masked(SMS, account.Phone)
	}
	return email, phone, nil
}

// recipient is whom the code of a flow goes to. That of a change of contacts goes to the new address, which is on no file.
func (r *Recovery) recipient(ctx context.Context, tx Tx, f Flow) (Recipient, error) {
	to, err := tx.Recipient(ctx, f.Identifier)
	if f.wrong {
		to = Recipient{} // by the same statements
	}
	if err != nil || !f.inside() {
		return to, err
	}
	if to.Account != f.Account {
		return Recipient{}, ErrUnauthorized // disabled in this moment
	}
	if f.Purpose != Contact {
		return to, nil
	}
	to.Addresses = Addresses{Email: f.To}
	if f.Asked == SMS {
		to.Addresses = Addresses{Phone: f.To}
	}
	return to, nil
}
