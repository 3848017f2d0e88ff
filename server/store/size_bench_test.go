package store_test

import (
	"context"
	crypto "crypto/rand"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"moncompte/app/password"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// sizeAccounts is how many accounts the large database of BenchmarkSize has; docs/scaling.md says what ten million of them take.
var sizeAccounts = flag.Int("accounts", 20_000, "how many accounts BenchmarkSize imports")

const (
	smallAccounts = 1000
	sizeRounds    = 40 // between the small and the large database
	sizeEach      = 25 // sign-ins, looks at a session and recoveries in a round
	sizePassword  = "cinq pommes d'été"
)

// BenchmarkSize imports many accounts and compares what people and operators do with them to the same with a thousand, in turns. A metric
// that ends in of-1000 is a ratio: the median of the rounds or, of-1000-cpu, that of all the processor time that this process and
// PostgreSQL took. Hashes are of the least cost, so that what the database does shows.
func BenchmarkSize(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			small, large := newSized(b, engine, smallAccounts), newSized(b, engine, *sizeAccounts)
			for _, part := range []struct {
				name string
				run  func(b *testing.B) metrics
			}{
				{"import", func(*testing.B) metrics { return large.imported }},
				{"people", func(b *testing.B) metrics { return comparePeople(b, small, large) }},
				{"flood", func(b *testing.B) metrics { return large.flood(b) }},
				{"check", func(b *testing.B) metrics { return large.million(b, "check", large.check) }},
				{"backup", func(b *testing.B) metrics { return large.million(b, "backup", large.backup) }},
				{"again", func(b *testing.B) metrics { return large.million(b, "import-again", large.importAgain) }},
				{"rotation", func(b *testing.B) metrics { return large.million(b, "rotation", large.rotate) }},
			} {
				var found metrics
				b.Run(part.name, func(b *testing.B) {
					if found == nil { // b.N does not matter
						found = part.run(b)
					}
					for name, value := range found {
						b.ReportMetric(value, name)
					}
					b.ReportMetric(0, "ns/op")
				})
			}
		})
	}
}

type metrics map[string]float64

// sized is a database with so many accounts, whose clock is turned past what was done in a round.
type sized struct {
	*storetest.Watch
	store    *store.Store
	url      string
	keysFile string
	server   *storetest.Postgres // nil = SQLite
	accounts int
	imported metrics
	bulk     *store.Store // as the command import has it
	login    *portal.Login
	recovery *portal.Recovery
	visitors atomic.Uint32
}

func newSized(b *testing.B, engine string, accounts int) *sized {
	s := &sized{Watch: storetest.NewWatch(time.Now().Truncate(time.Microsecond)), accounts: accounts, keysFile: keysFile(b)}
	ring, err := keys.Load(s.keysFile)
	if err != nil {
		b.Fatal(err)
	}
	if engine == "sqlite" {
		s.url = storetest.SQLiteURL(b)
	} else {
		s.server = storetest.NewPostgres(b, "fsync=on", "shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=15min")
		s.url = s.server.URL(b)
	}
	open := func() *store.Store { return storetest.Open(b, store.Options{URL: s.url, Keys: ring, Now: s.Clock}) }
	s.store = open()
	if err := s.store.AdoptKeys(b.Context()); err != nil {
		b.Fatal(err)
	}
	s.bulk = open()
	if err := s.bulk.Bulk(b.Context()); err != nil {
		b.Fatal(err)
	}
	s.load(b)
	s.fill(b)
	pool := passhash.NewPool(passhash.PoolOptions{})
	common, err := password.DefaultList()
	if err != nil {
		b.Fatal(err)
	}
	s.login = &portal.Login{Store: s.store, Pool: pool, Params: sizeHash, Keys: ring, CodeFirst: true, Now: s.Clock}
	s.recovery = &portal.Recovery{Store: s.store, Pool: pool, Params: sizeHash, Keys: ring, Common: common, Now: s.Clock, Reach: &portal.Reach{
		Composer: composer{}, Mobile: func(keys.Secret) bool { return true }, Offered: func(portal.Channel) bool { return true }}}
	return s
}

var sizeHash = passhash.Params{MemoryKiB: 8, Time: 1, Threads: 1}

// load imports the accounts, all with one password, and notes what it took.
func (s *sized) load(b *testing.B) {
	hash, err := passhash.New(sizePassword, sizeHash, crypto.Reader)
	if err != nil {
		b.Fatal(err)
	}
	resetPeak(b)
	var tenth float64 // peak of memory after a tenth of the rows
	file := &sizeFile{n: s.accounts, hash: hash, at: func(i int) {
		if i == s.accounts/10 {
			tenth = peakMB(b)
		}
	}}
	began, cpu := time.Now(), s.processor(b)
	result, err := portal.Import(b.Context(), s.bulk, file, portal.ImportOptions{})
	err = errors.Join(err, s.bulk.BulkEnd(b.Context()))
	if err != nil || result.Created != s.accounts {
		b.Fatalf("%d of %d accounts imported, %d bad, %v", result.Created, s.accounts, len(result.Bad), err)
	}
	took, n := time.Since(began), float64(s.accounts)
	s.imported = metrics{"rows/s": n / took.Seconds(), "cpu-µs/row": float64((s.processor(b) - cpu).Microseconds()) / n, "peak-MB": peakMB(b),
		"peak-MB-of-a-tenth": tenth,
		"bytes/account":      float64(s.bytes(b)) / n}
	b.Logf("%s of %d accounts: %.0f rows/s, load %s", s.store.Engine(), s.accounts, n/took.Seconds(), loadAverage())
}

// sizeFile is an import file that is written as it is read.
type sizeFile struct {
	n, next int
	hash    string
	at      func(i int)
	rest    []byte
}

func (f *sizeFile) Read(into []byte) (int, error) {
	if len(f.rest) == 0 {
		switch {
		case f.next == 0:
			f.rest = append(f.rest[:0], strings.Join(portal.ImportColumns, ",")+"\n"...)
		case f.next > f.n:
			return 0, io.EOF
		default:
			i := f.next - 1
			f.rest = fmt.Appendf(f.rest[:0], "%s,DURAND,MARTIN,Nathalie Anne,female,1969-%02d-%02d,49588,99100,personne%d@example.org,+336%08d,\"%s\"\n",
				sizeIdentifier(i), 1+i%12, 1+i%28, i, i, f.hash)
			f.at(i)
		}
		f.next++
	}
	n := copy(into, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// sizeIdentifier is a social security number of Paris, another one for each i below 24 million.
func sizeIdentifier(i int) string {
	return fmt.Sprintf("%d%02d%02d75%03d%03d", 1+i%2, i/2%100, 1+i/200%12, 101+i/2400/999, 1+i/2400%999)
}

// fill puts what people leave into the tables that are swept, for a tenth of the accounts and so that it never ends.
func (s *sized) fill(b *testing.B) {
	random := "randomblob(32)"
	if s.server != nil {
		random = "sha256((random()::text || id)::bytea)"
	}
	n, now := s.accounts/10, s.Clock().UnixMicro()
	far := s.Clock().AddDate(10, 0, 0).UnixMicro()
	of := fmt.Sprintf("FROM (SELECT id FROM accounts LIMIT %d) AS drawn", n)
	db := s.raw(b)
	defer db.Close()
	for _, query := range []string{
		fmt.Sprintf(`INSERT INTO sessions (token_hash, account_id, epoch, data, created_at, last_seen_at, expires_at)
			SELECT 'filled ' || id, id, 1, identifier_index, %d, %d, %d FROM accounts LIMIT %d`, now, now, far, n),
		fmt.Sprintf(`INSERT INTO devices (token_index, account_id, used_at) SELECT %s, id, %d %s`, random, far, of),
		fmt.Sprintf(`INSERT INTO sign_ins (account_id, at, method, device) SELECT id, %d, 'password', %s %s`, far, random, of),
	} {
		if _, err := db.ExecContext(b.Context(), query); err != nil {
			b.Fatal(err)
		}
	}
	settle := `PRAGMA wal_checkpoint(TRUNCATE)` // as when the command ends
	if s.server != nil {
		settle = `VACUUM ANALYZE` // as autovacuum some time after an import
	}
	if _, err := db.ExecContext(b.Context(), settle); err != nil {
		b.Fatal(err)
	}
}

// raw is the database without the store.
func (s *sized) raw(b *testing.B) *sql.DB {
	driver, url := "pgx", s.url
	if s.server == nil {
		driver, url = "sqlite", s.url+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		b.Fatal(err)
	}
	return db
}

// million is how many seconds it takes for a million accounts, and how much of that the processors work.
func (s *sized) million(b *testing.B, name string, do func(*testing.B) error) metrics {
	began, cpu := time.Now(), s.processor(b)
	if err := do(b); err != nil {
		b.Fatal(err)
	}
	took, used := time.Since(began), s.processor(b)-cpu
	b.Logf("%s: load %s", name, loadAverage())
	return metrics{name + "-s/million": took.Seconds() / float64(s.accounts) * 1e6, name + "-cpu-s/million": used.Seconds() / float64(s.accounts) * 1e6}
}

func (s *sized) check(b *testing.B) error {
	result, err := s.store.Check(b.Context())
	if err == nil && result.Accounts != s.accounts {
		err = fmt.Errorf("%d accounts read", result.Accounts)
	}
	return err // the sessions that fill are no sessions, which it tells
}

// backup is `db backup`, which checks the copy, or pg_dump.
func (s *sized) backup(b *testing.B) error {
	path := filepath.Join(b.TempDir(), "backup")
	defer os.Remove(path)
	if s.server == nil {
		db := s.raw(b)
		defer db.Close()
		if _, err := db.ExecContext(b.Context(), `DELETE FROM sessions WHERE token_hash LIKE 'filled %'`); err != nil {
			return err
		}
		return s.store.Backup(b.Context(), path)
	}
	out, err := exec.CommandContext(b.Context(), s.server.Program("pg_dump"), "-Fc", "-f", path, s.url).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return err
}

// importAgain imports the same file into what it has made.
func (s *sized) importAgain(b *testing.B) error {
	hash, err := passhash.New(sizePassword, sizeHash, crypto.Reader)
	if err != nil {
		return err
	}
	result, err := portal.Import(b.Context(), s.bulk, &sizeFile{n: s.accounts, hash: hash, at: func(int) {}}, portal.ImportOptions{})
	if err == nil && result.Updated != s.accounts {
		err = fmt.Errorf("%d accounts updated", result.Updated)
	}
	return err
}

func (s *sized) rotate(b *testing.B) error {
	if _, err := keys.Add(s.keysFile, nil, time.Now()); err != nil {
		return err
	}
	if _, err := s.store.Keys().Reload(); err != nil {
		return err
	}
	_, err := s.store.Rotate(context.WithoutCancel(b.Context()), 2, store.Rotation{})
	return err
}

// processor is the time that the processors worked for this process and, since it started, for PostgreSQL.
func (s *sized) processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	own := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	if s.server != nil {
		own += s.server.Processor(b)
	}
	return own
}

// resetPeak begins a new peak of resident memory (Linux, proc(5): clear_refs).
func resetPeak(b *testing.B) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Fatal(err)
	}
}

func peakMB(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib * 1024 / 1e6
}

// loadAverage is how many processes wanted a processor in the last minute: beside others a rate says little.
func loadAverage() string {
	load, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(load), " ")
	return first
}
