package portal

import "context"

// ErrLinkedElsewhere says that the identity opens another account.
var ErrLinkedElsewhere = &Error{Kind: KindInvalid, Message: "the identity opens another account"}

// Add links the identity to the account that is signed in, which has shown a fresh proof when the visit began. The visit is of the session
// that asked for it: one that comes back in any other links nothing. Nor does the identity of another person, or one that opens another
// account: that account is not this session's to take it from. Every address is told. Its errors are ErrNoVisit, ErrAnotherPerson,
// ErrLinkedElsewhere, ErrUnauthorized, when the session has ended, or a fault of the store.
func (l *Linking) Add(ctx context.Context, by SessionRow, v Visit, id Identity) error {
	if err := v.of(by); err != nil {
		return err
	}
	account, err := l.Store.Account(ctx, by.Account)
	if err != nil {
		return err
	}
	if err := l.samePerson(ctx, account, id); err != nil {
		return err
	}
	at := l.now()
	err = alone(ctx, l.Store, func(tx Tx) error {
		if err := tx.HoldSession(ctx, by); err != nil {
			return err
		}
		if loser, err := tx.ReplaceLinks(ctx, account.ID, id, at); err != nil {
			return err
		} else if loser != "" {
			return ErrLinkedElsewhere
		}
		return l.Reach.notifyAt(ctx, tx, account, at, func(c Channel) Content { return l.Composer.Linked(c, at) })
	})
	if err != nil {
		return err
	}
	l.event(ctx, "linked", account.ID, id)
	l.Reach.wake()
	return nil
}

// of returns ErrNoVisit unless the session is the one that the visit began in.
func (v Visit) of(by SessionRow) error {
	if by.Account == "" || v.Session == "" {
		return ErrNoVisit
	}
	session, err := by.id()
	if err == nil && session != v.Session {
		err = ErrNoVisit
	}
	return err
}
