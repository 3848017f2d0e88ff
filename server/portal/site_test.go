package portal_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/app/password"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
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

// visitors counts the addresses that requests came from.
var visitors atomic.Int64

// site is the domain on a real store: sign-in, recovery and linking, with a clock that tests turn, all that is logged and run,
// and a look at what the store has sealed.
type site struct {
	t        *testing.T
	store    *store.Store
	db       *sql.DB
	login    *portal.Login
	recovery *portal.Recovery
	linking  *portal.Linking

	*storetest.Watch

	log check.Log

	mu    sync.Mutex
	wakes int
}

func newSite(t *testing.T) *site {
	t.Helper()
	common, err := password.DefaultList()
	check.OK(t, err)
	s := &site{t: t, Watch: storetest.NewWatch(noon)}
	url := storetest.SQLiteURL(t)
	s.store = storetest.Open(t, store.Options{URL: url, Now: s.Clock, Trace: s.Trace})
	if s.db, err = sql.Open("sqlite", url+"?_pragma=busy_timeout(5000)"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	log := slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	pool, ring := passhash.NewPool(passhash.PoolOptions{}), s.store.Keys()
	composer := notify.Composer{OrgName: "Caf de test", Phone: "3230", Host: "moncompte.example"}
	reach := &portal.Reach{Composer: composer, Mobile: notify.Mobile, Wake: s.wake}
	s.login = &portal.Login{Store: s.store, Pool: pool, Params: small, Keys: ring, CodeFirst: true, Log: log, Now: s.Clock}
	s.recovery = &portal.Recovery{Store: s.store, Pool: pool, Params: small, Keys: ring, Common: common, Reach: reach, Log: log, Now: s.Clock}
	s.linking = &portal.Linking{Store: s.store, Login: s.login, Recovery: s.recovery, Composer: composer, Reach: reach, Log: log, Now: s.Clock}
	return s
}

func (s *site) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wakes++
}

// add imports an account with that hash, "" for none.
func (s *site) add(identifier, phc string) portal.AccountID {
	s.t.Helper()
	a := storetest.Nathalie(s.t)
	a.Identifier, a.Password = storetest.Number(s.t, identifier), keys.NewSecret(phc)
	row := portal.ImportRow{Account: a}
	if hash, err := passhash.Parse(phc); err == nil {
		row.Scheme = hash.Scheme()
	} else if phc != "" {
		row.Scheme = small.Scheme() // as if the row had been damaged since
	}
	check.OK(s.t, check.ErrOf(portal.ImportRows(s.t.Context(), s.store, []portal.ImportRow{row}, portal.ImportOptions{})))
	return s.credential(identifier).Account
}

// addNumber imports an account and returns its identifier.
func (s *site) addNumber(identifier string) nir.Number {
	s.t.Helper()
	a := storetest.Nathalie(s.t)
	a.Identifier = storetest.Number(s.t, identifier)
	storetest.Add(s.t, s.store, a)
	return a.Identifier
}

func (s *site) credential(identifier string) portal.Credential {
	s.t.Helper()
	c, err := s.store.Credential(s.t.Context(), storetest.Number(s.t, identifier))
	if err != nil || c.Account == "" {
		s.t.Fatalf("the account is not found: %v", err)
	}
	return c
}

// hash is the account's password hash, "" without one.
func (s *site) hash(n nir.Number) string {
	s.t.Helper()
	c, err := s.store.Credential(context.Background(), n)
	check.OK(s.t, err)
	return c.Hash.Reveal()
}

func (s *site) bucket(subject portal.Subject) portal.Bucket {
	s.t.Helper()
	b, err := s.store.Bucket(s.t.Context(), subject)
	check.OK(s.t, err)
	return b
}

// account is the bucket of strangers on the identifier.
func (s *site) account(identifier string) portal.Bucket {
	return s.bucket(portal.AccountSubject(storetest.Number(s.t, identifier)))
}

// request is one attempt from an address of its own.
func (s *site) request(identifier, password string, device keys.Secret) portal.SignInRequest {
	return portal.SignInRequest{Identifier: storetest.Number(s.t, identifier), Password: keys.NewSecret(password), Device: device,
		Address: s.anywhere()}
}

// row is a session for who is proven, as package web prepares it.
func row(p portal.Proven) portal.SessionRow {
	return portal.SessionRow{Token: portal.NewToken().Reveal(), Account: p.Account, Epoch: p.Epoch, Data: []byte(`{"values":{}}`),
		Expires: p.At.Add(time.Hour), New: true}
}

// enter signs in.
func (s *site) enter(ctx context.Context, r portal.SignInRequest) (portal.Session, error) {
	p, err := s.login.Verify(ctx, r)
	if err == nil {
		err = s.login.Enter(ctx, p, row(p))
	}
	return p.Session, err
}

// signIn signs in and returns the session and the code of the error.
func (s *site) signIn(identifier, password string, device keys.Secret) (portal.Session, portal.Kind) {
	s.t.Helper()
	session, err := s.enter(s.t.Context(), s.request(identifier, password, device))
	code := portal.ErrorKind(err)
	if code == portal.KindInternal {
		s.t.Fatal(err)
	}
	return session, code
}

func (s *site) start(n nir.Number) keys.Secret { return s.startFor(n, portal.Reset) }

func (s *site) startFor(n nir.Number, purpose portal.Purpose) keys.Secret {
	s.t.Helper()
	for {
		token, err := s.recovery.Start(context.Background(), portal.StartRequest{Identifier: n, Channel: portal.SMS, Purpose: purpose,
			Address: s.anywhere()})
		if e, ok := errors.AsType[*portal.Error](err); ok && e.Paced {
			s.Turn(e.Wait) // the person waits for their turn
			continue
		}
		check.OK(s.t, err)
		return token
	}
}

// anywhere is an address that nobody has come from.
func (s *site) anywhere() netip.Addr {
	n := visitors.Add(1)
	return netip.AddrFrom4([4]byte{198, 18, byte(n >> 8), byte(n)})
}

// code reads the code of a flow where nobody else can, under the seal, once its messages are handed to a gateway.
func (s *site) code(token keys.Secret) string {
	s.t.Helper()
	index := keys.TokenIndex("flow", token)
	check.OK(s.t, check.ErrOf(s.db.Exec(`UPDATE outbox SET copies = 1 WHERE flow = $1 AND state = 'open'`, index)))
	var sealed []byte
	check.OK(s.t, s.db.QueryRow(`SELECT code_sealed FROM flows WHERE token_index = $1`, index).Scan(&sealed))
	code, err := s.store.Keys().Open("code", hex.EncodeToString(index), sealed)
	check.OK(s.t, err)
	return string(code)
}

// not returns a code that is another one.
func not(code string) string {
	last := code[5]
	return code[:5] + string('0'+(last-'0'+1)%10)
}

// give tries a code.
func (s *site) give(token keys.Secret, code string) (portal.CodeResult, error) {
	return s.recovery.Try(context.Background(), token, keys.NewSecret(code))
}

// mustGive is give where only the result is in question.
func (s *site) mustGive(token keys.Secret, code string, want portal.CodeResult) {
	s.t.Helper()
	got, err := s.give(token, code)
	if err != nil || got != want {
		s.t.Errorf("result %d, %v; want %d", got, err, want)
	}
}

// set chooses a password and reports whether it was set. Any error but that of a flow that is not there ends the test.
func (s *site) set(token keys.Secret, typed string) bool {
	s.t.Helper()
	report, _, err := s.recovery.SetPassword(context.Background(), portal.NewPassword{Token: token, Typed: typed})
	if err != nil && !errors.Is(err, portal.ErrNoFlow) {
		s.t.Fatal(err)
	}
	return err == nil && report.OK()
}
