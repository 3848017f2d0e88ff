package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// somebody is one of the accounts, any.
func (s *sized) somebody(b *testing.B) nir.Number { return sizeNumber(b, rand.IntN(s.accounts)) }

// nobody is a number that no account has.
func (s *sized) nobody(b *testing.B) nir.Number {
	return sizeNumber(b, 20_000_000+rand.IntN(1_000_000))
}

func sizeNumber(b *testing.B, i int) nir.Number { return storetest.Number(b, sizeIdentifier(i)) }

// address is another one each time.
func (s *sized) address() netip.Addr {
	n := s.visitors.Add(1)
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

func (s *sized) signIn(b *testing.B, n nir.Number) (token string, err error) {
	ctx := b.Context()
	proven, err := s.login.Verify(ctx, portal.SignInRequest{Identifier: n, Password: keys.NewSecret(sizePassword), Address: s.address()})
	if err != nil {
		return "", err
	}
	token = portal.NewToken().Reveal()
	data, err := portal.SessionCodec{}.Encode(s.Clock().Add(8*time.Hour), map[string]any{portal.SessionAccount: string(proven.Account),
		portal.SessionEpoch: strconv.FormatInt(proven.Epoch, 10), portal.SessionID: token, portal.SessionBrowser: "Firefox"})
	if err != nil {
		return "", err
	}
	row, err := portal.NewSessionRow(token, data, s.Clock().Add(30*time.Minute))
	if err != nil {
		return "", err
	}
	row.New = true
	proven.Session.Device = portal.NewToken()
	return token, s.login.Enter(ctx, proven, row)
}

// comparePeople does what people do in the small and in the large database in turns, and sweeps it away again.
func comparePeople(b *testing.B, small, large *sized) metrics {
	began := time.Now()
	parts := []string{"sign-in", "stranger", "session", "recovery", "purge"}
	each := map[string]float64{"sign-in": sizeEach, "stranger": sizeEach, "session": 4 * sizeEach, "recovery": sizeEach, "purge": 1}
	wall, cpu := map[string][]float64{}, map[string]*[2]time.Duration{}
	for _, part := range parts {
		cpu[part] = &[2]time.Duration{}
	}
	for range sizeRounds {
		var took [2]map[string]time.Duration
		for i, s := range []*sized{small, large} {
			took[i] = map[string]time.Duration{}
			tokens := make([]string, sizeEach)
			times := func(part string, n int, do func(int) error) {
				began, used := time.Now(), s.processor(b)
				for n := range n {
					if err := do(n); err != nil {
						b.Fatalf("%s: %v", part, err)
					}
				}
				took[i][part] = time.Since(began)
				cpu[part][i] += s.processor(b) - used
			}
			if _, err := s.signIn(b, s.nobody(b)); portal.ErrorKind(err) != portal.KindUnauthorized { // the shares of the schemes, once in five minutes
				b.Fatal(err)
			}
			times("sign-in", sizeEach, func(n int) (err error) {
				tokens[n], err = s.signIn(b, s.somebody(b))
				return err
			})
			times("stranger", sizeEach, func(int) error {
				if _, err := s.signIn(b, s.nobody(b)); portal.ErrorKind(err) != portal.KindUnauthorized {
					return fmt.Errorf("not refused: %w", err)
				}
				return nil
			})
			times("session", 4*sizeEach, func(n int) error {
				row, err := s.store.Session(b.Context(), tokens[n%sizeEach])
				if err == nil && row.Token == "" {
					err = errors.New("no session")
				}
				return err
			})
			times("recovery", sizeEach, func(int) error {
				_, err := s.recovery.Start(b.Context(), portal.StartRequest{Identifier: s.somebody(b), Channel: portal.Email, Purpose: portal.Reset, Address: s.address()})
				return err
			})
			s.Turn(32 * 24 * time.Hour)
			times("purge", 1, func(int) error { return s.store.Sweep(b.Context()) })
		}
		for _, part := range parts {
			wall[part] = append(wall[part], took[1][part].Seconds()/took[0][part].Seconds())
		}
	}
	found := metrics{}
	for _, part := range parts {
		slices.Sort(wall[part])
		found[part+"-of-1000"] = wall[part][sizeRounds/2]
		found[part+"-of-1000-cpu"] = cpu[part][1].Seconds() / cpu[part][0].Seconds()
		found[part+"-cpu-µs"] = float64(cpu[part][1].Microseconds()) / sizeRounds / each[part]
	}
	b.Logf("people: %s, load %s", time.Since(began).Round(time.Second), loadAverage())
	return found
}

// flood begins recoveries for numbers that nobody has, a tenth as many as there are accounts and 32 at once, each from another address. It
// reports what the last tenth of them costs over the first, what each leaves on the disk, and how many rows a day later.
func (s *sized) flood(b *testing.B) metrics {
	all := s.accounts / 10
	before, began := s.bytes(b), time.Now()
	var done atomic.Int64
	part := func(n int) time.Duration {
		used := s.processor(b)
		var visitors sync.WaitGroup
		for range 32 {
			visitors.Go(func() {
				for i := done.Add(1); i <= int64(n); i = done.Add(1) {
					_, err := s.recovery.Start(b.Context(), portal.StartRequest{Identifier: sizeNumber(b, 21_000_000+int(i)), Channel: portal.SMS,
						Purpose: portal.Reset, Address: s.address()})
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		visitors.Wait()
		done.Store(int64(n))
		return s.processor(b) - used
	}
	first := part(all / 10)
	part(all - all/10)
	last := part(all)
	found := metrics{"flood-starts/s": float64(all) / time.Since(began).Seconds(), "flood-last-of-first-cpu": last.Seconds() / first.Seconds(),
		"flood-cpu-µs/start": float64(last.Microseconds()) / float64(all/10), "flood-bytes/start": float64(s.bytes(b)-before) / float64(all)}
	b.Logf("flood: %d starts in %s, load %s", all, time.Since(began).Round(time.Second), loadAverage())
	s.Turn(25 * time.Hour)
	swept := time.Now()
	if _, err := s.store.Outbox().Expire(b.Context(), s.Clock()); err != nil {
		b.Fatal(err)
	}
	if err := s.store.Sweep(b.Context()); err != nil {
		b.Fatal(err)
	}
	found["flood-sweep-s"] = time.Since(swept).Seconds()
	db := s.raw(b)
	defer db.Close()
	var left float64
	if err := db.QueryRowContext(b.Context(), `SELECT (SELECT count(*) FROM flows) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM buckets)`).Scan(&left); err != nil {
		b.Fatal(err)
	}
	found["flood-rows-a-day-later"] = left
	return found
}

// bytes is how large the database is.
func (s *sized) bytes(b *testing.B) (n int64) {
	query := `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`
	if s.server != nil {
		query = `SELECT pg_database_size(current_database())`
	}
	db := s.raw(b)
	defer db.Close()
	if err := db.QueryRowContext(b.Context(), query).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}
