package portal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

// keyring is the domain with Nathalie's account and her browser.
type keyring struct {
	*site
	*portal.Passkeys
	id      portal.AccountID
	browser keys.Secret
	device  keys.Secret // of the browser, once it has signed in
}

func newKeyring(t *testing.T) *keyring {
	t.Helper()
	s := newSite(t)
	base, err := url.Parse(siteURL)
	check.OK(t, err)
	composer := notify.Composer{OrgName: "Caf de test", Phone: "3230", Host: "moncompte.example"}
	return &keyring{site: s, id: s.add("2690549588157", ""), browser: portal.NewToken(), Passkeys: &portal.Passkeys{Store: s.store,
		Party: portal.PasskeyParty(base, "Mon Compte"), Composer: composer, Reach: s.recovery.Reach, Log: s.login.Log, Now: s.Clock}}
}

func (k *keyring) askNew() []byte {
	k.t.Helper()
	question, err := k.AskNew(k.t.Context(), k.id, k.browser)
	check.OK(k.t, err)
	return question
}

func (k *keyring) ask() []byte {
	k.t.Helper()
	question, err := k.Ask(k.t.Context(), k.browser, netip.MustParseAddr("192.0.2.1"))
	check.OK(k.t, err)
	return question
}

// by is a session of the account that is open.
func (k *keyring) by() portal.SessionRow {
	k.t.Helper()
	account, err := k.store.Account(k.t.Context(), k.id)
	check.OK(k.t, err)
	row := portal.SessionRow{Token: portal.NewToken().Reveal(), Account: k.id, Epoch: account.Epoch, Data: []byte(`{"values":{}}`),
		Expires: k.Clock().Add(time.Hour), New: true}
	check.OK(k.t, k.store.SaveSession(k.t.Context(), row))
	return row
}

// make adds a passkey of the device.
func (k *keyring) make(a *authenticator) *held {
	k.t.Helper()
	made, answer := a.create(k.askNew())
	check.OK(k.t, k.Add(k.t.Context(), k.by(), k.browser, k.device, answer, "Téléphone"))
	return made
}

func (k *keyring) recognise(answer []byte) (portal.Proven, error) {
	k.t.Helper()
	return k.Recognise(k.t.Context(), k.browser, answer, keys.Secret{})
}

// enter signs in with the passkey, all the way.
func (k *keyring) enter(a *authenticator, with *held) error {
	k.t.Helper()
	proven, err := k.recognise(a.get(with, k.ask()))
	if err != nil {
		return err
	}
	return k.keep(proven)
}

func (k *keyring) keep(p portal.Proven) error {
	return k.Enter(k.t.Context(), p, portal.SessionRow{Token: portal.NewToken().Reveal(), Account: p.Account, Epoch: p.Epoch, Data: []byte(`{}`),
		Expires: k.Clock().Add(time.Hour), New: true})
}

func (k *keyring) only() portal.Passkey {
	k.t.Helper()
	all, err := k.List(k.t.Context(), k.id)
	if err != nil || len(all) != 1 {
		k.t.Fatalf("%d passkeys, %v", len(all), err)
	}
	return all[0]
}

func TestAPasskeySignsInWithoutANumber(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	made := k.make(a)
	k.Turn(time.Minute)
	proven, err := k.recognise(a.get(made, k.ask()))
	if err != nil || proven.Account != k.id || proven.Method != portal.PasskeyMethod {
		t.Fatalf("%+v, %v", proven.Session, err)
	}
	check.OK(t, k.keep(proven))
	if p := k.only(); !p.Used.Equal(k.Clock()) || p.Name != "Téléphone" || p.Credential.Authenticator.SignCount != 1 {
		t.Errorf("after a use: %+v", p)
	}
	history, err := k.store.SignIns(t.Context(), k.id, keys.Secret{})
	if err != nil || len(history) != 1 || history[0].Method != portal.PasskeyMethod {
		t.Errorf("the history: %+v, %v", history, err)
	}
}

// The order of these follows what others ran into (an answer that is wrong in one thing alone).
func TestAnAnswerThatIsWrongInOneThingIsRefused(t *testing.T) {
	for what, spoil := range map[string]func(k *keyring, a *authenticator, made *held) []byte{
		"nobody was verified": func(k *keyring, a *authenticator, made *held) []byte {
			a.flags = protocol.FlagUserPresent
			return a.get(made, k.ask())
		},
		"another site asked": func(k *keyring, a *authenticator, made *held) []byte {
			a.origin = "https://moncompte.example.net"
			return a.get(made, k.ask())
		},
		"another key signed": func(k *keyring, a *authenticator, made *held) []byte {
			other, _ := a.create(k.askNew())
			other.id, other.handle = made.id, made.handle
			return a.get(other, k.ask())
		},
		"another person is named": func(k *keyring, a *authenticator, made *held) []byte {
			made.handle = bytes.Repeat([]byte{9}, 32)
			return a.get(made, k.ask())
		},
		"nobody is named": func(k *keyring, a *authenticator, made *held) []byte {
			made.handle = nil
			return a.get(made, k.ask())
		},
		"backed up and not eligible": func(k *keyring, a *authenticator, made *held) []byte {
			a.flags |= backedUp
			return a.get(made, k.ask())
		},
		"the question is too old": func(k *keyring, a *authenticator, made *held) []byte {
			answer := a.get(made, k.ask())
			k.Turn(portal.ChallengeLife)
			return answer
		},
		"the question was answered before": func(k *keyring, a *authenticator, made *held) []byte {
			answer := a.get(made, k.ask())
			check.OK(k.t, check.ErrOf(k.recognise(answer)))
			return answer
		},
		"another browser was asked": func(k *keyring, a *authenticator, made *held) []byte {
			answer := a.get(made, k.ask())
			k.browser = portal.NewToken()
			return answer
		},
		"a browser without a token answers": func(k *keyring, a *authenticator, made *held) []byte {
			answer := a.get(made, k.ask())
			k.browser = keys.Secret{}
			return answer
		},
		"the account is disabled": func(k *keyring, a *authenticator, made *held) []byte {
			check.OK(k.t, k.store.SetDisabled(k.t.Context(), k.id, true))
			return a.get(made, k.ask())
		},
		"it is no answer": func(*keyring, *authenticator, *held) []byte { return []byte(`{"id":"1"}`) },
	} {
		t.Run(what, func(t *testing.T) {
			k, a := newKeyring(t), newAuthenticator(t)
			made := k.make(a)
			_, err := k.recognise(spoil(k, a, made))
			if portal.ErrorKind(err) != portal.KindUnauthorized || errors.Is(err, portal.ErrNoPasskey) {
				t.Errorf("%v, want a refusal that does not say that there is no such passkey", err)
			}
		})
	}
}

// iCloud Keychain says at the making that a passkey stays on the device, and later that it may be elsewhere.
func TestAPasskeyThatBecomesEligibleForBackupGoesOn(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	made := k.make(a)
	check.OK(t, k.enter(a, made))
	k.Turn(time.Minute)
	a.flags |= eligible | backedUp
	if err := k.enter(a, made); err != nil {
		t.Fatalf("eligible since: %v", err)
	}
	if p := k.only(); !p.Credential.Flags.BackupEligible || !p.Credential.Flags.BackupState {
		t.Errorf("what has changed is not recorded: %+v", p.Credential.Flags)
	}
	a.flags = verified
	if err := k.enter(a, made); !errors.Is(err, portal.ErrUnauthorized) {
		t.Errorf("no longer eligible: %v, want a refusal", err)
	}
}

func TestACounterThatGoesBackIsAWarningAndNoRefusal(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	made := k.make(a)
	made.count = 40
	if err := k.enter(a, made); err != nil || strings.Contains(k.log.String(), "counted backwards") {
		t.Fatalf("forwards: %v, %s", err, k.log.String())
	}
	k.Turn(time.Minute)
	made.count = 5
	if err := k.enter(a, made); err != nil {
		t.Errorf("backwards: %v", err)
	}
	if !strings.Contains(k.log.String(), "counted backwards") {
		t.Error("nobody is told")
	}
	if p := k.only(); p.Credential.Authenticator.SignCount != 41 || p.Credential.Authenticator.CloneWarning {
		t.Errorf("kept: %+v", p.Credential.Authenticator)
	}
}

func TestARemovedPasskeyIsKnownToBeNobodys(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	made := k.make(a)
	proven, err := k.recognise(a.get(made, k.ask()))
	check.OK(t, err)
	check.OK(t, k.Remove(t.Context(), k.by(), k.only().ID))
	if err := k.keep(proven); !errors.Is(err, portal.ErrUnauthorized) {
		t.Errorf("removed between the proof and the session: %v", err)
	}
	if _, err := k.recognise(a.get(made, k.ask())); !errors.Is(err, portal.ErrNoPasskey) {
		t.Errorf("removed: %v, want a certain no", err)
	}
}

func TestTheHandleStaysWhenEveryPasskeyIsRemoved(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	first := k.make(a)
	check.OK(t, k.Remove(t.Context(), k.by(), k.only().ID))
	if second := k.make(a); !bytes.Equal(first.handle, second.handle) || len(first.handle) != 32 {
		t.Errorf("handles %x and %x", first.handle, second.handle)
	}
}

func TestAQuestionForANewPasskeyNamesTheOldOnesAndNoNumber(t *testing.T) {
	k, a := newKeyring(t), newAuthenticator(t)
	made := k.make(a)
	question := k.askNew()
	var asked protocol.CredentialCreation
	check.OK(t, json.Unmarshal(question, &asked))
	if x := asked.Response.CredentialExcludeList; len(x) != 1 || !bytes.Equal(x[0].CredentialID, made.id) {
		t.Errorf("excluded: %+v", x)
	}
	if asked.Response.User.Name != "Mon Compte – N. M." || asked.Response.User.DisplayName != asked.Response.User.Name {
		t.Errorf("the device shows %q and %q", asked.Response.User.Name, asked.Response.User.DisplayName)
	}
	if asked.Response.AuthenticatorSelection.ResidentKey != protocol.ResidentKeyRequirementRequired || asked.Response.Attestation != protocol.PreferNoAttestation {
		t.Errorf("asked: %+v", asked.Response)
	}
	if bytes.Contains(question, []byte("26905")) {
		t.Error("the question holds the number")
	}
}

func TestWhatAddsNoPasskey(t *testing.T) {
	for what, spoil := range map[string]func(k *keyring, a *authenticator) []byte{
		"nobody was verified": func(k *keyring, a *authenticator) []byte {
			a.flags = protocol.FlagUserPresent
			return made(a, k.askNew())
		},
		"backed up and not eligible": func(k *keyring, a *authenticator) []byte { a.flags |= backedUp; return made(a, k.askNew()) },
		"another site asked": func(k *keyring, a *authenticator) []byte {
			a.origin = "https://example.net"
			return made(a, k.askNew())
		},
		"another account was asked": func(k *keyring, a *authenticator) []byte {
			answer := made(a, k.askNew())
			k.id = k.add("1850578006048", "")
			return answer
		},
		"the answer came before": func(k *keyring, a *authenticator) []byte {
			answer := made(a, k.askNew())
			check.OK(k.t, k.Add(k.t.Context(), k.by(), k.browser, k.device, answer, ""))
			return answer
		},
		"it is no answer": func(*keyring, *authenticator) []byte { return []byte(`[]`) },
	} {
		t.Run(what, func(t *testing.T) {
			k, a := newKeyring(t), newAuthenticator(t)
			answer := spoil(k, a)
			before, _ := k.List(t.Context(), k.id)
			err := k.Add(t.Context(), k.by(), k.browser, k.device, answer, "")
			if !errors.Is(err, portal.ErrPasskeyRefused) && !errors.Is(err, portal.ErrNoChallenge) {
				t.Errorf("%v, want a refusal", err)
			}
			if after, err := k.List(t.Context(), k.id); err != nil || len(after) != len(before) {
				t.Errorf("%d passkeys before, %d after, %v", len(before), len(after), err)
			}
		})
	}
}

func made(a *authenticator, question []byte) []byte {
	_, answer := a.create(question)
	return answer
}
