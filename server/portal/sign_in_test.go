package portal_test

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
)

func argon(t testing.TB, password string, p passhash.Params) string {
	t.Helper()
	phc, err := passhash.New(password, p, nil)
	check.OK(t, err)
	return phc
}

func bcrypted(t testing.TB, password string) string {
	t.Helper()
	b, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	check.OK(t, err)
	return string(b)
}

func pbkdf2ed(t testing.TB, password string) string {
	t.Helper()
	salt := []byte("sixteen bytes ok")
	key, err := pbkdf2.Key(sha256.New, password, salt, 1000, 32)
	check.OK(t, err)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$pbkdf2-sha256$i=1000,l=32$%s$%s", encode(salt), encode(key))
}

func TestTheRightPairOpensASession(t *testing.T) {
	s := newSite(t)
	id := s.add(nathalie, argon(t, right, small))
	session, code := s.signIn(nathalie, right, keys.Secret{})
	if code != "" || session.Account != id || session.Epoch != 1 || session.Method != portal.Password || !session.At.Equal(noon) {
		t.Fatalf("%+v, %q", session, code)
	}
	if len(session.Device.Reveal()) != 43 {
		t.Error("the browser is given no token")
	}
	if b := s.account(nathalie); b.InRow != 0 || len(b.Recent) != 0 {
		t.Errorf("a success is counted as a failure: %+v", b)
	}
	signIns, err := s.store.SignIns(t.Context(), id, session.Device)
	if err != nil || len(signIns) != 1 || !signIns[0].ThisDevice {
		t.Errorf("history: %+v, %v", signIns, err)
	}
	if again, code := s.signIn(nathalie, right, session.Device); code != "" || again.Device.Reveal() != session.Device.Reveal() {
		t.Errorf("a known browser is given another token (%q)", code)
	}
	if other, code := s.signIn(nathalie, right, portal.NewToken()); code != "" || other.Device.Reveal() == session.Device.Reveal() {
		t.Errorf("another browser has the same token (%q)", code)
	}
}

func TestATokenThatTheBrowserBroughtIsNotAdopted(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	planted := portal.NewToken()
	session, code := s.signIn(nathalie, right, planted)
	if code != "" || session.Device.Reveal() == planted.Reveal() {
		t.Errorf("a token that somebody else may know has become the browser's (%q)", code)
	}
}

func TestEveryOtherPairIsRefusedInTheSameWay(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	disabled := s.add("2690549588158", argon(t, right, small))
	s.add("2690549588159", "")
	s.add("2690549588160", "$hash$that-nobody-can-read")
	check.OK(t, s.store.SetDisabled(t.Context(), disabled, true))
	for _, c := range []struct{ name, identifier, password string }{
		{"unknown identifier", nobody, right},
		{"wrong password", nathalie, wrong},
		{"empty password", nathalie, ""},
		{"password in other case", nathalie, strings.ToUpper(right)},
		{"password with a space more", nathalie, right + " "},
		{"disabled account", "2690549588158", right},
		{"account without password", "2690549588159", right},
		{"account without password, empty password", "2690549588159", ""},
		{"unreadable hash", "2690549588160", right},
	} {
		_, err := s.enter(t.Context(), s.request(c.identifier, c.password, keys.Secret{}))
		if err != error(portal.ErrUnauthorized) {
			t.Errorf("%s: %v, want ErrUnauthorized itself", c.name, err)
		}
	}
	for identifier, failures := range map[string]int{nobody: 1, nathalie: 4, "2690549588158": 1, "2690549588159": 2, "2690549588160": 1} {
		if b := s.account(identifier); b.InRow != failures || len(b.Recent) != failures {
			t.Errorf("%d failures are counted, want %d", b.InRow, failures)
		}
	}
	if !strings.Contains(s.log.String(), "unreadable password hash") {
		t.Error("a hash that cannot be read is not reported")
	}
}

func TestSignInWorksOnAnEmptyDatabaseAndWithOneAccount(t *testing.T) {
	s := newSite(t)
	if _, code := s.signIn(nobody, right, keys.Secret{}); code != portal.KindUnauthorized {
		t.Errorf("without accounts: %q", code)
	}
	s.add(nathalie, argon(t, right, small))
	s.Turn(time.Hour) // the shares of the schemes are counted again
	if _, code := s.signIn(nobody, right, keys.Secret{}); code != portal.KindUnauthorized {
		t.Errorf("with one account, unknown identifier: %q", code)
	}
	if _, code := s.signIn(nathalie, right, keys.Secret{}); code != "" {
		t.Errorf("with one account, right pair: %q", code)
	}
}

func TestOlderHashesAreUpgradedAtSignIn(t *testing.T) {
	weak := passhash.Params{MemoryKiB: 8, Time: 1, Threads: 1}
	for name, phc := range map[string]string{
		"bcrypt":          bcrypted(t, right),
		"pbkdf2-sha256":   pbkdf2ed(t, right),
		"weaker argon2id": argon(t, right, weak),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.add(nathalie, phc)
			if _, code := s.signIn(nathalie, wrong, keys.Secret{}); code != portal.KindUnauthorized || s.credential(nathalie).Hash.Reveal() != phc {
				t.Fatalf("a wrong password changed the hash (%q)", code)
			}
			if _, code := s.signIn(nathalie, right, keys.Secret{}); code != "" {
				t.Fatalf("the old hash does not open: %q", code)
			}
			upgraded := s.credential(nathalie).Hash.Reveal()
			hash, err := passhash.Parse(upgraded)
			if err != nil || hash.Scheme() != small.Scheme() {
				t.Fatalf("after the sign-in the hash is %s (%v), want %s", hash.Scheme(), err, small.Scheme())
			}
			if counts, err := s.store.Schemes(t.Context()); err != nil || len(counts) != 1 || counts[small.Scheme()] != 1 {
				t.Errorf("schemes: %v, %v", counts, err)
			}
			if _, code := s.signIn(nathalie, right, keys.Secret{}); code != "" {
				t.Errorf("the new hash does not open: %q", code)
			}
			if _, code := s.signIn(nathalie, wrong, keys.Secret{}); code != portal.KindUnauthorized {
				t.Errorf("the new hash opens for a wrong password: %q", code)
			}
			if s.credential(nathalie).Hash.Reveal() != upgraded {
				t.Error("a hash that is as strong as it should be was made again")
			}
		})
	}
}

func TestTheSameStatementsRunWhateverIsWrong(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	s.add(jean, bcrypted(t, right))
	s.add("2690549588159", "")
	disabled := s.add("2690549588158", argon(t, right, small))
	check.OK(t, s.store.SetDisabled(t.Context(), disabled, true))
	s.signIn(nobody, wrong, keys.Secret{}) // counts the schemes, which is done every five minutes for whoever comes
	var want []string
	for _, c := range []struct {
		name, identifier, password string
		device                     keys.Secret
	}{
		{"wrong password", nathalie, wrong, keys.Secret{}},
		{"unknown identifier", nobody, wrong, keys.Secret{}},
		{"known with an older hash", jean, wrong, keys.Secret{}},
		{"account without password", "2690549588159", wrong, keys.Secret{}},
		{"disabled account", "2690549588158", right, keys.Secret{}},
		{"wrong password, with a device token", nathalie, wrong, portal.NewToken()},
		{"unknown identifier, with a device token", nobody, wrong, portal.NewToken()},
	} {
		got := s.Traced(func() {
			if _, code := s.signIn(c.identifier, c.password, c.device); code != portal.KindUnauthorized {
				t.Errorf("%s: %q", c.name, code)
			}
		})
		if want == nil {
			want = got
		}
		if len(got) < 4 || !slices.Equal(got, want) {
			t.Errorf("%s runs other statements than a wrong password:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestTheSameStatementsRunForARefusedAttempt(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	for range 5 {
		s.signIn(nathalie, wrong, keys.Secret{})
		s.signIn(nobody, wrong, keys.Secret{})
	}
	refused := func(identifier, password string) []string {
		return s.Traced(func() {
			if _, code := s.signIn(identifier, password, keys.Secret{}); code != portal.KindThrottled {
				t.Errorf("%q, want throttled", code)
			}
		})
	}
	known, unknown, rightPair := refused(nathalie, wrong), refused(nobody, wrong), refused(nathalie, right)
	if len(known) == 0 || !slices.Equal(known, unknown) || !slices.Equal(known, rightPair) {
		t.Errorf("statements differ:\n%v\n%v\n%v", known, unknown, rightPair)
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	s := newSite(t)
	phc := argon(t, right, small)
	id := s.add(nathalie, phc)
	s.add(jean, "$hash$that-nobody-can-read")
	session, _ := s.signIn(nathalie, right, keys.Secret{})
	for _, identifier := range []string{nathalie, jean, nobody} {
		for range 7 {
			s.signIn(identifier, wrong, keys.Secret{})
			s.signIn(identifier, right, session.Device)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.enter(ctx, s.request(nathalie, right, session.Device)); err == nil {
		t.Error("a sign-in for nobody succeeded")
	}
	log := s.log.String()
	for _, event := range []string{"signed in", "sign-in refused: wrong pair", "sign-in refused: too many attempts", "unreadable password hash", string(id)} {
		if !strings.Contains(log, event) {
			t.Errorf("the log says nothing of %q", event)
		}
	}
	for name, secret := range map[string]string{"identifier": nathalie, "identifier of no account": nobody, "password": right,
		"wrong password": wrong, "device token": session.Device.Reveal(), "hash": phc, "unreadable hash": "nobody-can-read",
		"address": "198.18."} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds the %s", name)
		}
	}
}
