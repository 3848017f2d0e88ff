package portal

import (
	"context"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"time"

	"moncompte/app/nir"
	"moncompte/server/passhash"
)

// decoys are the hashes that stand in for the one an unknown identifier does not have. Imported accounts keep slower or
// faster hashes until their owners sign in, so each unknown identifier is given a scheme of its own, drawn with the
// shares that the schemes have among the real accounts: how long an answer takes says nothing about whether there is an
// account behind it, and as imported hashes are upgraded, unknown identifiers move over with them.
type decoys struct {
	mu     sync.Mutex
	until  time.Time
	shares []share
	hashes map[string]passhash.Hash
}

type share struct {
	scheme string
	count  uint64
}

// decoyRefresh is how long the shares are kept before they are counted again.
const decoyRefresh = 5 * time.Minute

// decoy returns the decoy of that identifier: the same one at each attempt, on every instance, while the shares stay.
func (l *Login) decoy(ctx context.Context, n nir.Number) (passhash.Hash, error) {
	d := &l.decoys
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := l.now(); now.After(d.until) {
		counts, err := l.Store.Schemes(ctx)
		if err != nil {
			return passhash.Hash{}, err
		}
		d.shares, d.until = sharesOf(counts, l.Params.Scheme()), now.Add(decoyRefresh)
	}
	scheme := place(d.shares, binary.BigEndian.Uint64(l.Keys.Index("decoy", n.Canonical())))
	if hash, ok := d.hashes[scheme]; ok {
		return hash, nil
	}
	hash, err := passhash.Decoy(scheme)
	if err != nil {
		return passhash.Hash{}, err
	}
	if d.hashes == nil {
		d.hashes = map[string]passhash.Hash{}
	}
	d.hashes[scheme] = hash
	return hash, nil
}

// sharesOf puts the schemes in a fixed order, the current one last, and leaves none empty.
func sharesOf(counts map[string]int, current string) []share {
	var shares []share
	for scheme, n := range counts {
		if n > 0 {
			shares = append(shares, share{scheme, uint64(n)})
		}
	}
	if len(shares) == 0 {
		return []share{{current, 1}}
	}
	slices.SortFunc(shares, func(a, b share) int {
		if (a.scheme == current) != (b.scheme == current) {
			if a.scheme == current {
				return 1
			}
			return -1
		}
		return strings.Compare(a.scheme, b.scheme)
	})
	return shares
}

// place returns the scheme on which draw, a uniform 64-bit number, falls when the schemes lie side by side, each as wide
// as its share.
func place(shares []share, draw uint64) string {
	var total uint64
	for _, s := range shares {
		total += s.count
	}
	at, _ := bits.Mul64(draw, total) // the high half is draw × total / 2^64: below total, whatever total is
	for _, s := range shares {
		if at < s.count {
			return s.scheme
		}
		at -= s.count
	}
	return shares[len(shares)-1].scheme
}
