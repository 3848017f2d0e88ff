//go:build !plainargon2

package passhash

import (
	"encoding/binary"
	"runtime"
	_ "unsafe" // go:linkname wants it

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/blake2b"
)

// memory is that of one hash of the default cost, in the blocks of RFC 9106 §3.2, 1 KiB each.
type memory [defaultBlocks]block
type block [128]uint64

const defaultBlocks = 19 * 1024

// memories are wiped and wait for the next hash, one a core. argon2.IDKey allocates 19 MiB for each hash, which the collector
// then has to take back and the kernel to fault in: with memory that is used again a sign-in costs a tenth less processor time,
// and the process a third less memory (docs/performance.md).
var memories = make(chan *memory, runtime.GOMAXPROCS(0))

func takeMemory() *memory {
	select {
	case m := <-memories:
		return m
	default:
		return new(memory)
	}
}

// giveBack wipes: the next hash begins with zeros, and nothing that came of a password outlives its hash.
func giveBack(m *memory) {
	clear(m[:])
	select {
	case memories <- m:
	default: // more hashes than cores: the collector takes it
	}
}

// argon2idKey returns what argon2.IDKey returns. At the default cost it takes the same steps, the library's own, in memory
// that is used again. The library has no way to be given memory, so its steps are linked by name: a version that names them
// otherwise does not link, and one in which they do something else fails TestUsedMemoryGivesTheKeysOfTheLibrary. The build tag
// plainargon2 then gives the same keys without them.
func argon2idKey(password, salt []byte, p Params, keyLen uint32) []byte {
	if p.MemoryKiB != defaultBlocks || p.Threads != 1 {
		return argon2.IDKey(password, salt, p.Time, p.MemoryKiB, p.Threads, keyLen)
	}
	const argon2id = 2 // RFC 9106 §3.1
	m := takeMemory()
	defer giveBack(m)
	h0 := initHash(password, salt, nil, nil, p.Time, defaultBlocks, 1, keyLen, argon2id)
	m.begin(h0)
	processBlocks(m[:], p.Time, defaultBlocks, 1, argon2id)
	return extractKey(m[:], defaultBlocks, 1, keyLen)
}

// begin sets the two blocks that all others come from (RFC 9106 §3.2, steps 3 and 4).
func (m *memory) begin(h0 [blake2b.Size + 8]byte) {
	var content [1024]byte
	for i := range 2 {
		binary.LittleEndian.PutUint32(h0[blake2b.Size:], uint32(i))
		blake2bHash(content[:], h0[:])
		for j := range m[i] {
			m[i][j] = binary.LittleEndian.Uint64(content[8*j:])
		}
	}
}

//go:linkname initHash golang.org/x/crypto/argon2.initHash
func initHash(password, salt, key, data []byte, time, blocks, lanes, keyLen uint32, mode int) [blake2b.Size + 8]byte

//go:linkname processBlocks golang.org/x/crypto/argon2.processBlocks
func processBlocks(all []block, time, blocks, lanes uint32, mode int)

//go:linkname extractKey golang.org/x/crypto/argon2.extractKey
func extractKey(all []block, blocks, lanes, keyLen uint32) []byte

//go:linkname blake2bHash golang.org/x/crypto/argon2.blake2bHash
func blake2bHash(out, in []byte)
