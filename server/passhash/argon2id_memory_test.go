//go:build !plainargon2

package passhash

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"
)

func TestUsedMemoryGivesTheKeysOfTheLibrary(t *testing.T) {
	// Several at once and one after the other, so that memory of one password serves for the next.
	var all sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) + 1 {
		all.Go(func() {
			for round := range 3 {
				for _, length := range []uint32{16, 32, 64} {
					password := fmt.Appendf(nil, "cinq pommes d’été %d %d", worker, round)
					salt := bytes.Repeat([]byte{byte(worker + 1)}, minSaltLen+8*round)
					p := Params{MemoryKiB: DefaultParams.MemoryKiB, Time: uint32(1 + round), Threads: 1}
					got := argon2idKey(password, salt, p, length)
					if want := argon2.IDKey(password, salt, p.Time, p.MemoryKiB, p.Threads, length); !bytes.Equal(got, want) {
						t.Errorf("%s, %v, %d bytes: another key than the library's", password, p, length)
					}
				}
			}
		})
	}
	all.Wait()
}

func TestTheMemoryOfADefaultHashIsUsedAgain(t *testing.T) {
	hash := func() { argon2idKey([]byte("mot de passe"), make([]byte, 16), DefaultParams, 32) }
	hash()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	hash()
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
		t.Errorf("a second hash allocated %d bytes", allocated)
	}
}

func TestNothingOfAPasswordStaysInMemory(t *testing.T) {
	argon2idKey([]byte("mot de passe"), make([]byte, 16), DefaultParams, 32)
	for n := len(memories); n > 0; n-- {
		m := takeMemory()
		defer giveBack(m)
		if *m != (memory{}) {
			t.Fatal("memory that waits for the next hash is not zero")
		}
	}
}
