package portal_test

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// Fictitious identifiers, and passwords that appear nowhere else.
const (
	nathalie = "2690549588157"
	jean     = "1850578006048"
	nobody   = "2910133063021"
	right    = "Marguerite-des-prés-41"
	wrong    = "Coquelicot-des-blés-77"
)

// small makes tests quick; it is what hashes are upgraded to.
var small = passhash.Params{MemoryKiB: 16, Time: 1, Threads: 1}

// desk is sign-in on a real store, with a clock that tests turn and all that is logged and run.
type desk struct {
	t     *testing.T
	store *store.Store
	login *portal.Login

	mu         sync.Mutex
	now        time.Time
	log        bytes.Buffer
	statements []string
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, now: noon}
	d.store = storetest.Open(t, store.Options{URL: storetest.SQLiteURL(t), Now: d.clock, Trace: d.trace})
	d.login = &portal.Login{Store: d.store, Pool: passhash.NewPool(passhash.PoolOptions{}), Params: small, Keys: d.store.Keys(),
		Now: d.clock, Log: slog.New(slog.NewTextHandler(d, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	return d
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) turn(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func (d *desk) trace(statement string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.statements = append(d.statements, strings.Join(strings.Fields(statement), " "))
}

// traced returns the statements that do runs.
func (d *desk) traced(do func()) []string {
	d.mu.Lock()
	d.statements = nil
	d.mu.Unlock()
	do()
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.statements)
}

// Write takes the log.
func (d *desk) Write(line []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(line)
}

func (d *desk) logged() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String()
}

// add imports an account with that hash, "" for none.
func (d *desk) add(identifier, phc string) portal.AccountID {
	d.t.Helper()
	a := storetest.Nathalie(d.t)
	a.Identifier, a.Password = storetest.Number(d.t, identifier), keys.NewSecret(phc)
	row := portal.ImportRow{Account: a}
	if hash, err := passhash.Parse(phc); err == nil {
		row.Scheme = hash.Scheme()
	} else if phc != "" {
		row.Scheme = small.Scheme() // as if the row had been damaged since
	}
	if _, err := d.store.ImportAccounts(d.t.Context(), []portal.ImportRow{row}); err != nil {
		d.t.Fatal(err)
	}
	return d.credential(identifier).Account
}

func (d *desk) credential(identifier string) portal.Credential {
	d.t.Helper()
	c, err := d.store.Credential(d.t.Context(), storetest.Number(d.t, identifier))
	if err != nil || c.Account == "" {
		d.t.Fatalf("the account is not found: %v", err)
	}
	return c
}

func (d *desk) bucket(s portal.Subject) portal.Bucket {
	d.t.Helper()
	b, err := d.store.Bucket(d.t.Context(), s)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// account is the bucket of strangers on the identifier.
func (d *desk) account(identifier string) portal.Bucket {
	return d.bucket(portal.AccountSubject(storetest.Number(d.t, identifier)))
}

// request is one attempt from an address of its own.
func (d *desk) request(identifier, password string, device keys.Secret) portal.SignInRequest {
	d.mu.Lock()
	n := d.log.Len()
	d.mu.Unlock()
	return portal.SignInRequest{Identifier: storetest.Number(d.t, identifier), Password: keys.NewSecret(password), Device: device,
		Address: netip.AddrFrom4([4]byte{198, 18, byte(n >> 8), byte(n)})}
}

// try signs in and returns the session and the code of the error.
func (d *desk) try(identifier, password string, device keys.Secret) (portal.Session, portal.Code) {
	d.t.Helper()
	session, err := d.login.SignIn(d.t.Context(), d.request(identifier, password, device))
	code := portal.ErrorCode(err)
	if code == portal.CodeInternal {
		d.t.Fatal(err)
	}
	return session, code
}

func argon(t testing.TB, password string, p passhash.Params) string {
	t.Helper()
	phc, err := passhash.New(password, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	return phc
}

func bcrypted(t testing.TB, password string) string {
	t.Helper()
	b, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func pbkdf2ed(t testing.TB, password string) string {
	t.Helper()
	salt := []byte("sixteen bytes ok")
	key, err := pbkdf2.Key(sha256.New, password, salt, 1000, 32)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$pbkdf2-sha256$i=1000,l=32$%s$%s", encode(salt), encode(key))
}

func TestTheRightPairOpensASession(t *testing.T) {
	d := newDesk(t)
	id := d.add(nathalie, argon(t, right, small))
	session, code := d.try(nathalie, right, keys.Secret{})
	if code != "" || session.Account != id || session.Epoch != 1 || session.Method != portal.Password || !session.At.Equal(noon) {
		t.Fatalf("%+v, %q", session, code)
	}
	if len(session.Device.Reveal()) != 43 {
		t.Error("the browser is given no token")
	}
	if b := d.account(nathalie); b.InRow != 0 || len(b.Recent) != 0 {
		t.Errorf("a success is counted as a failure: %+v", b)
	}
	signIns, err := d.store.SignIns(t.Context(), id, session.Device)
	if err != nil || len(signIns) != 1 || !signIns[0].ThisDevice {
		t.Errorf("history: %+v, %v", signIns, err)
	}
	if again, code := d.try(nathalie, right, session.Device); code != "" || again.Device.Reveal() != session.Device.Reveal() {
		t.Errorf("a known browser is given another token (%q)", code)
	}
	if other, code := d.try(nathalie, right, portal.NewToken()); code != "" || other.Device.Reveal() == session.Device.Reveal() {
		t.Errorf("another browser has the same token (%q)", code)
	}
}

func TestATokenThatTheBrowserBroughtIsNotAdopted(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	planted := portal.NewToken()
	session, code := d.try(nathalie, right, planted)
	if code != "" || session.Device.Reveal() == planted.Reveal() {
		t.Errorf("a token that somebody else may know has become the browser's (%q)", code)
	}
}

func TestEveryOtherPairIsRefusedInTheSameWay(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	disabled := d.add("2690549588158", argon(t, right, small))
	d.add("2690549588159", "")
	d.add("2690549588160", "$hash$that-nobody-can-read")
	if err := d.store.SetDisabled(t.Context(), disabled, true); err != nil {
		t.Fatal(err)
	}
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
		_, err := d.login.SignIn(t.Context(), d.request(c.identifier, c.password, keys.Secret{}))
		if err != error(portal.ErrUnauthorized) {
			t.Errorf("%s: %v, want ErrUnauthorized itself", c.name, err)
		}
	}
	for identifier, failures := range map[string]int{nobody: 1, nathalie: 4, "2690549588158": 1, "2690549588159": 2, "2690549588160": 1} {
		if b := d.account(identifier); b.InRow != failures || len(b.Recent) != failures {
			t.Errorf("%d failures are counted, want %d", b.InRow, failures)
		}
	}
	if !strings.Contains(d.logged(), "unreadable password hash") {
		t.Error("a hash that cannot be read is not reported")
	}
}

func TestSignInWorksOnAnEmptyDatabaseAndWithOneAccount(t *testing.T) {
	d := newDesk(t)
	if _, code := d.try(nobody, right, keys.Secret{}); code != portal.CodeUnauthorized {
		t.Errorf("without accounts: %q", code)
	}
	d.add(nathalie, argon(t, right, small))
	d.turn(time.Hour) // the shares of the schemes are counted again
	if _, code := d.try(nobody, right, keys.Secret{}); code != portal.CodeUnauthorized {
		t.Errorf("with one account, unknown identifier: %q", code)
	}
	if _, code := d.try(nathalie, right, keys.Secret{}); code != "" {
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
			d := newDesk(t)
			d.add(nathalie, phc)
			if _, code := d.try(nathalie, wrong, keys.Secret{}); code != portal.CodeUnauthorized || d.credential(nathalie).Hash.Reveal() != phc {
				t.Fatalf("a wrong password changed the hash (%q)", code)
			}
			if _, code := d.try(nathalie, right, keys.Secret{}); code != "" {
				t.Fatalf("the old hash does not open: %q", code)
			}
			upgraded := d.credential(nathalie).Hash.Reveal()
			hash, err := passhash.Parse(upgraded)
			if err != nil || hash.Scheme() != small.Scheme() {
				t.Fatalf("after the sign-in the hash is %s (%v), want %s", hash.Scheme(), err, small.Scheme())
			}
			if counts, err := d.store.Schemes(t.Context()); err != nil || len(counts) != 1 || counts[small.Scheme()] != 1 {
				t.Errorf("schemes: %v, %v", counts, err)
			}
			if _, code := d.try(nathalie, right, keys.Secret{}); code != "" {
				t.Errorf("the new hash does not open: %q", code)
			}
			if _, code := d.try(nathalie, wrong, keys.Secret{}); code != portal.CodeUnauthorized {
				t.Errorf("the new hash opens for a wrong password: %q", code)
			}
			if d.credential(nathalie).Hash.Reveal() != upgraded {
				t.Error("a hash that is as strong as it should be was made again")
			}
		})
	}
}

func TestTheSameStatementsRunWhateverIsWrong(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	d.add(jean, bcrypted(t, right))
	d.add("2690549588159", "")
	disabled := d.add("2690549588158", argon(t, right, small))
	if err := d.store.SetDisabled(t.Context(), disabled, true); err != nil {
		t.Fatal(err)
	}
	d.try(nobody, wrong, keys.Secret{}) // counts the schemes, which is done every five minutes for whoever comes
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
		got := d.traced(func() {
			if _, code := d.try(c.identifier, c.password, c.device); code != portal.CodeUnauthorized {
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
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	for range 5 {
		d.try(nathalie, wrong, keys.Secret{})
		d.try(nobody, wrong, keys.Secret{})
	}
	refused := func(identifier, password string) []string {
		return d.traced(func() {
			if _, code := d.try(identifier, password, keys.Secret{}); code != portal.CodeThrottled {
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
	d := newDesk(t)
	phc := argon(t, right, small)
	id := d.add(nathalie, phc)
	d.add(jean, "$hash$that-nobody-can-read")
	session, _ := d.try(nathalie, right, keys.Secret{})
	for _, identifier := range []string{nathalie, jean, nobody} {
		for range 7 {
			d.try(identifier, wrong, keys.Secret{})
			d.try(identifier, right, session.Device)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.login.SignIn(ctx, d.request(nathalie, right, session.Device)); err == nil {
		t.Error("a sign-in for nobody succeeded")
	}
	log := d.logged()
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
