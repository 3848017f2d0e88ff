package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"math/big"
	"slices"
	"strings"
	"sync"
)

// reference returns a foreign reference as we keep and log it: as it is when it is short and plain, else its fingerprint. An SMSC may
// put anything into one, an address or a number too; its report has the same fingerprint.
func reference(id string) string {
	if id == "" || plainOnly(id) != "" {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256-" + hex.EncodeToString(sum[:16])
}

// plainOnly returns s when it is short and of characters that neither an e-mail address nor an international number nor a line of a
// log can do without, and nothing else.
func plainOnly(s string) string {
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-_./=|#", c) >= 0) {
			return ""
		}
	}
	if len(s) > 64 {
		return ""
	}
	return s
}

// notations returns the forms in which the SMSC may have given a reference when it took the message: some answer with a number in
// hexadecimal and report it in decimal, or the other way round, filled up with zeros (SMPP 3.4 appendix B: ten digits) or not.
func notations(id string) []string {
	all := []string{id}
	add := func(forms ...string) {
		for _, form := range forms {
			if !slices.Contains(all, form) {
				all = append(all, form)
			}
		}
	}
	decimal, isDecimal := new(big.Int).SetString(id, 10)
	hexadecimal, isHexadecimal := new(big.Int).SetString(id, 16)
	if strings.HasPrefix(id, "-") {
		return all
	}
	if isDecimal {
		add(decimal.String(), fmt.Sprintf("%010d", decimal))
	}
	if isHexadecimal {
		add(fmt.Sprintf("%x", hexadecimal), fmt.Sprintf("%X", hexadecimal), fmt.Sprintf("%08x", hexadecimal), fmt.Sprintf("%08X", hexadecimal),
			hexadecimal.String(), fmt.Sprintf("%010d", hexadecimal))
	}
	if isDecimal {
		add(fmt.Sprintf("%x", decimal), fmt.Sprintf("%X", decimal), fmt.Sprintf("%08x", decimal), fmt.Sprintf("%08X", decimal))
	}
	return all
}

// mostTaken is how many messages takenSMS remembers.
const mostTaken = 10_000

// takenSMS remembers to whom the SMSC gave the last references: "31" may be the 31st message or the 49th, and the number that a report is
// about says which. Of a number it keeps a hash. The zero value is ready.
type takenSMS struct {
	mu    sync.Mutex
	to    map[string]uint64
	order []string // of their coming, oldest first
}

var takenSeed = maphash.MakeSeed()

// hashOf is that of the last nine digits of a number, which every notation of it has.
func hashOf(number string) uint64 {
	return maphash.String(takenSeed, number[max(0, len(number)-9):])
}

func (t *takenSMS) note(receipt, to string) {
	if receipt == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to == nil {
		t.to = map[string]uint64{}
	}
	if _, again := t.to[receipt]; !again {
		t.order = append(t.order, receipt)
	}
	t.to[receipt] = hashOf(to)
	if len(t.order) > mostTaken {
		delete(t.to, t.order[0])
		t.order = t.order[1:]
	}
}

// receipts returns the references that a report may be about: those that were given for its number, or all of its notations when
// none is known to have been.
func (t *takenSMS) receipts(r deliveryReceipt) []string {
	all := notations(r.id)
	t.mu.Lock()
	defer t.mu.Unlock()
	var known []string
	for _, receipt := range all {
		if to, there := t.to[receipt]; there && to == hashOf(r.from) {
			known = append(known, receipt)
		}
	}
	if len(known) > 0 {
		return known
	}
	return all
}
