package portal

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"moncompte/server/keys"
)

// AskNew returns what a browser has to be asked to make a passkey for the account, as JSON. Its errors are ErrManyPasskeys or a fault
// of the store.
func (p *Passkeys) AskNew(ctx context.Context, id AccountID, browser keys.Secret) (question []byte, err error) {
	account, err := p.Store.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	var options *protocol.CredentialCreation
	err = alone(ctx, p.Store, func(tx Tx) error {
		user := passkeyUser{label: p.label(account.Civil)}
		var err error
		if user.handle, err = tx.PasskeyHandle(ctx, id, newHandle()); err != nil {
			return err
		}
		if user.passkeys, err = tx.Passkeys(ctx, id); err != nil {
			return err
		}
		if len(user.passkeys) >= MostPasskeys {
			return ErrManyPasskeys
		}
		// Whoever has a passkey already says so, instead of overwriting it without a word.
		exclude := webauthn.Credentials(user.WebAuthnCredentials()).CredentialDescriptors()
		var session *webauthn.SessionData
		if options, session, err = p.Party.BeginRegistration(user, webauthn.WithExclusions(exclude)); err != nil {
			return err
		}
		return keepChallenge(ctx, tx, browser, id, session, p.now())
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(options)
}

// newHandle is 256 random bits: it says nothing about the person, and nobody finds the account by trying numbers.
func newHandle() []byte {
	var b [32]byte
	rand.Read(b[:])
	return b[:]
}

// Add adds the passkey that a browser made for the account, tells the account, and remembers the browser, unless others use it: whoever
// made it there has shown a device of their own. Its errors are ErrNoChallenge, ErrPasskeyRefused,
// ErrManyPasskeys, ErrUnauthorized when by has ended, or a fault of the store.
func (p *Passkeys) Add(ctx context.Context, by SessionRow, browser, device keys.Secret, answer []byte, name string) error {
	id := by.Account
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return ErrPasskeyRefused
	}
	session, err := p.takeChallenge(ctx, browser, parsed.Response.CollectedClientData.Challenge, id)
	if err != nil {
		return err
	}
	made, err := p.Party.CreateCredential(passkeyUser{handle: session.UserID}, session, parsed)
	if err != nil {
		p.event(ctx, "passkey refused", id)
		return ErrPasskeyRefused
	}
	at := p.now()
	err = alone(ctx, p.Store, func(tx Tx) error {
		// A session that ended while the answer was on its way makes no key to come back with.
		if err := tx.HoldSession(ctx, by); err != nil {
			return err
		}
		has, err := tx.Passkeys(ctx, id)
		if err != nil {
			return err
		}
		if len(has) >= MostPasskeys {
			return ErrManyPasskeys
		}
		if err := tx.AddPasskey(ctx, Passkey{ID: rand.Text(), Account: id, Handle: session.UserID, Name: PasskeyName(name), Credential: *made, At: at}); err != nil {
			return err
		}
		// Whoever sits there next must not need a code less for it.
		if shared, err := by.shared(); err != nil {
			return err
		} else if !shared {
			if err := remember(ctx, tx, id, device, at); err != nil {
				return err
			}
		}
		return p.Reach.notify(ctx, tx, id, at, func(c Channel) Content { return p.Composer.PasskeyAdded(c, at) })
	})
	if err != nil {
		return err
	}
	p.event(ctx, "passkey added", id)
	p.Reach.wake()
	return nil
}

// remember spares a browser that has signed in to the account the second step for a while.
func remember(ctx context.Context, tx Tx, id AccountID, device keys.Secret, at time.Time) error {
	account, err := tx.Account(ctx, id)
	if err != nil {
		return err
	}
	name, _, err := tx.KnownDevice(ctx, device, account.Identifier)
	if err != nil || name == "" {
		return err
	}
	return tx.RememberDevice(ctx, id, device, at, at.Add(RememberFor))
}

// PasskeyName is a name as it is kept: without what cannot be seen, and no longer than PasskeyNameMax. It may be empty.
func PasskeyName(typed string) string {
	name := strings.Join(strings.FieldsFunc(typed, func(c rune) bool {
		return unicode.IsSpace(c) || !unicode.IsPrint(c) || c == utf8.RuneError
	}), " ")
	if characters := []rune(name); len(characters) > PasskeyNameMax {
		name = strings.TrimSpace(string(characters[:PasskeyNameMax]))
	}
	return name
}

// Rename gives the account's passkey another name. Its errors are ErrNoPasskey or a fault of the store.
func (p *Passkeys) Rename(ctx context.Context, id AccountID, passkey, name string) error {
	return alone(ctx, p.Store, func(tx Tx) error { return tx.NamePasskey(ctx, id, passkey, PasskeyName(name)) })
}

// Remove ends the account's passkey, and tells the account. Its errors are ErrNoPasskey, ErrLastWay, ErrUnauthorized when by has ended, or a
// fault of the store.
func (p *Passkeys) Remove(ctx context.Context, by SessionRow, passkey string) error {
	id, at := by.Account, p.now()
	err := alone(ctx, p.Store, func(tx Tx) error {
		// One of two removals at once waits here, or each would count on the key that the other removes.
		if err := tx.HoldSession(ctx, by); err != nil {
			return err
		}
		if err := tx.RemovePasskey(ctx, id, passkey); err != nil {
			return err
		}
		if open, err := opens(ctx, tx, p.Reach, p.Issuer, id); err != nil {
			return err
		} else if !open {
			return ErrLastWay
		}
		return p.Reach.notify(ctx, tx, id, at, func(c Channel) Content { return p.Composer.PasskeyRemoved(c, at) })
	})
	if err != nil {
		return err
	}
	p.event(ctx, "passkey removed", id)
	p.Reach.wake()
	return nil
}

// opens reports whether anything is left that opens the account: a password, an address for a code, FranceConnect or a passkey.
func opens(ctx context.Context, from Reads, reach *Reach, issuer string, id AccountID) (bool, error) {
	account, err := from.Account(ctx, id)
	if err != nil {
		return false, err
	}
	if !account.Password.IsZero() || len(reach.ways(account)) > 0 {
		return true, nil
	}
	left, err := from.Passkeys(ctx, id)
	if err != nil || len(left) > 0 || issuer == "" {
		return len(left) > 0, err
	}
	link, err := from.AccountLink(ctx, id, issuer)
	return !link.At.IsZero(), err
}

// Offer reports whether a person who has just signed in is to be told of passkeys: who has none and was never told.
func (p *Passkeys) Offer(ctx context.Context, id AccountID) (bool, error) {
	_, offered, err := p.Store.PasskeyUser(ctx, id)
	if err != nil || offered {
		return false, err
	}
	has, err := p.Store.Passkeys(ctx, id)
	return len(has) == 0, err
}

// Offered notes that the person was told, so that nobody is told twice.
func (p *Passkeys) Offered(ctx context.Context, id AccountID) error {
	return alone(ctx, p.Store, func(tx Tx) error { return tx.SetPasskeyOffered(ctx, id, newHandle(), p.now()) })
}
