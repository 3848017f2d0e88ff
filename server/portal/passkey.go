package portal

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"moncompte/server/keys"
)

const (
	// ChallengeLife is how long a browser may take over a passkey. A page that is open for longer asks anew.
	ChallengeLife = 5 * time.Minute
	// MostPasskeys is how many an account may have: a person has a few devices.
	MostPasskeys = 10
	// PasskeyNameMax is how many characters the name of one may have.
	PasskeyNameMax = 40
)

// challengeLimit keeps one address from filling the table of challenges: every page of sign-in asks for one or two.
var challengeLimit = Limit{PerWindow: 600, Window: 10 * time.Minute}

const byChallengeAddress SubjectKind = "challenge address"

var (
	// ErrNoChallenge says that this browser was not asked that, or too long ago, or has answered before.
	ErrNoChallenge = &Error{Kind: KindUnauthorized, Message: "no such challenge under way"}
	// ErrNoPasskey says that no account has the passkey. It is certain: the device may forget it.
	ErrNoPasskey = &Error{Kind: KindUnauthorized, Message: "no account has this passkey"}
	// ErrPasskeyRefused says that what a device answered adds nothing.
	ErrPasskeyRefused = &Error{Kind: KindInvalid, Message: "the passkey cannot be added"}
	// ErrManyPasskeys says that the account has as many as it may.
	ErrManyPasskeys = &Error{Kind: KindInvalid, Message: "the account has too many passkeys"}
	// ErrLastWay says that nothing but this passkey, or this link, opens the account.
	ErrLastWay = &Error{Kind: KindInvalid, Message: "it is the last way into the account"}
)

// Passkey is a passkey of an account (W3C Web Authentication, a discoverable credential).
type Passkey struct {
	ID         string // ours; names it in forms
	Account    AccountID
	Handle     []byte // of the account, as the device gives it back
	Name       string // as its owner calls it
	Credential webauthn.Credential
	At, Used   time.Time // zero Used = never
}

// PasskeyOwner is a passkey and whose it is.
type PasskeyOwner struct {
	Passkey     // the zero one when no account has it
	Epoch       int64
	Disabled    bool
	KnownDevice bool // the browser that asks is remembered with the account
}

// Challenge is a question that a browser was asked.
type Challenge struct {
	Value   string    // what the device signs
	Account AccountID // who adds a passkey, "" for a sign-in
	Session []byte    // of the library, whole
	At      time.Time
}

// PasskeyComposer writes the messages about passkeys.
type PasskeyComposer interface {
	PasskeyAdded(channel Channel, at time.Time) Content
	PasskeyRemoved(channel Channel, at time.Time) Content
}

// Passkeys adds passkeys to accounts and signs in with them. Issuer, Log and Now may be left out.
type Passkeys struct {
	Store    Store
	Party    *webauthn.WebAuthn // by PasskeyParty
	Composer PasskeyComposer
	Reach    *Reach
	Issuer   string // of FranceConnect, which is another way in; "" = it is not offered
	Log      *slog.Logger
	Now      func() time.Time
}

// PasskeyParty is who asks for passkeys at that address, under a name that people know; nil where no browser would give any: the
// site's host is a part of them, so that it must be a domain, and the connection must be secure, or this machine's own.
func PasskeyParty(base *url.URL, name string) *webauthn.WebAuthn {
	host := base.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || base.Scheme != "https" && host != "localhost" {
		return nil
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID:                  host,
		RPDisplayName:         name,
		RPOrigins:             []string{base.Scheme + "://" + base.Host},
		AttestationPreference: protocol.PreferNoAttestation, // the make of somebody's telephone is none of our business
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			// Discoverable, so that nobody types a number for it and none can be tried out. The person is verified, so that it is
			// two factors at once: what one has, and a finger, a face or a code.
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Timeout: ChallengeLife},
			Registration: webauthn.TimeoutConfig{Timeout: ChallengeLife},
		},
	})
	if err != nil {
		return nil // a name that is no domain
	}
	return party
}

// passkeyUser is an account as a device keeps it.
type passkeyUser struct {
	handle   []byte
	label    string
	passkeys []Passkey
}

func (u passkeyUser) WebAuthnID() []byte          { return u.handle }
func (u passkeyUser) WebAuthnName() string        { return u.label }
func (u passkeyUser) WebAuthnDisplayName() string { return u.label }
func (u passkeyUser) WebAuthnCredentialIDs() (ids [][]byte) {
	for _, p := range u.passkeys {
		ids = append(ids, p.Credential.ID)
	}
	return ids
}
func (u passkeyUser) WebAuthnCredentials() (all []webauthn.Credential) {
	for _, p := range u.passkeys {
		all = append(all, p.Credential)
	}
	return all
}

// label is what the device's list of passkeys shows to whoever holds the device: enough for two people on one telephone to
// tell theirs apart, and no number.
func (p *Passkeys) label(c Civil) string {
	label := p.Party.Config.RPDisplayName
	var initials []string
	for _, name := range []string{c.GivenNames, cmp.Or(c.UsedName, c.BirthName)} {
		for _, first := range withoutPlaceholder(name) {
			initials = append(initials, string(unicode.ToUpper(first))+".")
			break
		}
	}
	if len(initials) > 0 {
		label += " – " + strings.Join(initials, " ")
	}
	return label
}

// List returns the account's passkeys, the oldest first.
func (p *Passkeys) List(ctx context.Context, id AccountID) ([]Passkey, error) {
	return p.Store.Passkeys(ctx, id)
}

// Signals is what the account's devices are told of its passkeys, as JSON by the names of the browser's functions: a removed one would be
// offered for ever. Nil before the first passkey.
func (p *Passkeys) Signals(ctx context.Context, id AccountID, all []Passkey) ([]byte, error) {
	handle, _, err := p.Store.PasskeyUser(ctx, id)
	if err != nil || handle == nil {
		return nil, err
	}
	account, err := p.Store.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	user := passkeyUser{handle, p.label(account.Civil), all}
	return json.Marshal(map[string]any{
		"signalAllAcceptedCredentials": protocol.NewSignalAllAcceptedCredentials(p.Party.Config.RPID, user),
		"signalCurrentUserDetails":     protocol.NewSignalCurrentUserDetails(p.Party.Config.RPID, user),
	})
}

// Replaced reports which of the passkeys another one has probably taken the place of: a manager that synchronises keeps one an
// account, so that a younger one of the same manager overwrites it, unless it was used since.
func Replaced(all []Passkey) map[string]bool {
	replaced := map[string]bool{}
	for _, old := range all {
		for _, young := range all {
			model := old.Credential.Authenticator.AAGUID
			if young.At.After(old.At) && !old.Used.After(young.At) && old.Credential.Flags.BackupEligible && young.Credential.Flags.BackupEligible &&
				bytes.Equal(model, young.Credential.Authenticator.AAGUID) && len(bytes.Trim(model, "\x00")) > 0 {
				replaced[old.ID] = true
			}
		}
	}
	return replaced
}

// keepChallenge keeps what the library has to know when the browser answers.
func keepChallenge(ctx context.Context, tx Tx, browser keys.Secret, account AccountID, session *webauthn.SessionData, at time.Time) error {
	kept, err := json.Marshal(session)
	if err != nil {
		return err
	}
	return tx.AddChallenge(ctx, browser, Challenge{Value: session.Challenge, Account: account, Session: kept, At: at})
}

// takeChallenge uses a challenge up, whatever becomes of the answer: a challenge is signed once (W3C Web Authentication §13.4.3).
func (p *Passkeys) takeChallenge(ctx context.Context, browser keys.Secret, value string, account AccountID) (session webauthn.SessionData, err error) {
	if browser.IsZero() || value == "" {
		return session, ErrNoChallenge
	}
	var kept []byte
	err = alone(ctx, p.Store, func(tx Tx) (err error) {
		kept, err = tx.TakeChallenge(ctx, browser, value, account, p.now().Add(-ChallengeLife))
		return err
	})
	if err != nil {
		return session, err
	}
	if json.Unmarshal(kept, &session) != nil {
		return session, errors.New("the stored challenge cannot be read")
	}
	return session, nil
}

func (p *Passkeys) event(ctx context.Context, what string, account AccountID) {
	p.log().InfoContext(ctx, what, "event", "passkey", "method", PasskeyMethod, "account", account)
}

func (p *Passkeys) now() time.Time { return clock(p.Now) }

func (p *Passkeys) log() *slog.Logger { return logger(p.Log) }
