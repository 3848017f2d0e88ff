package portal

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"moncompte/server/keys"
)

// Ask returns what a browser has to be asked to sign in with a passkey, as JSON. It is the same whoever is there: no number is asked
// for, and no list of passkeys is given away. A browser may be asked several times at once, by several tabs. Its errors are an *Error
// with KindThrottled or a fault of the store.
func (p *Passkeys) Ask(ctx context.Context, browser keys.Secret, from netip.Addr) (question []byte, err error) {
	at := p.now()
	if err := reserve(ctx, p.Store, at, fromAddress(byChallengeAddress, from, challengeLimit)...); err != nil {
		return nil, err
	}
	options, session, err := p.Party.BeginDiscoverableLogin()
	if err != nil {
		return nil, err
	}
	err = alone(ctx, p.Store, func(tx Tx) error { return keepChallenge(ctx, tx, browser, "", session, at) })
	if err != nil {
		return nil, err
	}
	return json.Marshal(options)
}

// Recognise returns the person whose passkey answered. Its errors are ErrNoChallenge, ErrNoPasskey, ErrUnauthorized or a fault of the
// store.
func (p *Passkeys) Recognise(ctx context.Context, browser keys.Secret, answer []byte, device keys.Secret) (Proven, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Proven{}, ErrUnauthorized
	}
	session, err := p.takeChallenge(ctx, browser, parsed.Response.CollectedClientData.Challenge, "")
	if err != nil {
		return Proven{}, err
	}
	owner, err := p.Store.PasskeyOwner(ctx, parsed.RawID, device)
	if err != nil {
		return Proven{}, err
	}
	if owner.Account == "" {
		p.event(ctx, "sign-in refused: no such passkey", "")
		return Proven{}, ErrNoPasskey
	}
	used, err := p.verify(owner.Passkey, session, parsed)
	if err != nil || owner.Disabled {
		p.event(ctx, "sign-in refused: wrong passkey", owner.Account)
		return Proven{}, ErrUnauthorized
	}
	if used.Authenticator.CloneWarning {
		// A warning and no more: passkeys that are synchronised do not count, and some managers count wrongly.
		p.log().WarnContext(ctx, "a passkey has counted backwards: there may be a copy", "event", "passkey", "account", owner.Account, "passkey", owner.ID)
		used.Authenticator.CloneWarning = false
	}
	passkey := owner.Passkey
	passkey.Credential = *used
	return Proven{
		Session: Session{Account: owner.Account, Epoch: owner.Epoch, Method: PasskeyMethod, At: p.now(), Device: deviceToken(device, owner.KnownDevice)},
		passkey: &passkey,
	}, nil
}

// verify returns the credential as it is after the answer.
func (p *Passkeys) verify(kept Passkey, session webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	// A manager may learn to synchronise after it made the passkey, and says so from then on (iCloud Keychain). The other way round
	// stays refused: a passkey that may be elsewhere does not come back to one device.
	if answer.Response.AuthenticatorData.Flags.HasBackupEligible() {
		kept.Credential.Flags.BackupEligible = true
	}
	owner := passkeyUser{handle: kept.Handle, passkeys: []Passkey{kept}}
	_, used, err := p.Party.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return owner, nil }, session, answer)
	return used, err
}

// Enter signs in who was recognised: the use of the passkey and the session are kept together or not at all. It returns
// ErrUnauthorized when the passkey was removed, or the account's sessions were ended, since the proof.
func (p *Passkeys) Enter(ctx context.Context, proven Proven, row SessionRow) error {
	told := false
	err := alone(ctx, p.Store, func(tx Tx) (err error) {
		if told, err = p.Reach.arrived(ctx, tx, proven.Session, row); err != nil {
			return err
		}
		if err := tx.UsePasskey(ctx, *proven.passkey, proven.At); err != nil {
			return err
		}
		return proven.enter(ctx, tx, row)
	})
	if errors.Is(err, ErrNoPasskey) {
		return ErrUnauthorized
	}
	if err != nil {
		return err
	}
	if told {
		p.Reach.wake()
	}
	p.event(ctx, "signed in", proven.Account)
	return nil
}
