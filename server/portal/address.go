package portal

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
)

// addressBlocks are the blocks of IPv6 that one subscriber may hold, and how much more than a single address is allowed to each: a
// phone has a /64, a home a /56 and a firm a /48, but a mobile operator spreads thousands of phones over a /48.
var addressBlocks = []struct{ bits, times int }{{64, 1}, {56, 3}, {48, 10}}

// fromAddress counts what comes from an address. Of IPv6 it counts whole blocks, so that whoever holds one has no more to use up
// than the block is allowed. An address that is not known, because a proxy did not say it, is not counted: everybody behind that proxy
// would share the count, and one stranger would shut all of them out. What is counted against accounts and browsers holds all the same.
func fromAddress(kind SubjectKind, a netip.Addr, limit Limit) (subjects []Subject) {
	if !a.IsValid() {
		return nil
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return []Subject{{Kind: kind, Value: a.String(), Limit: limit}}
	}
	for _, block := range addressBlocks {
		p, err := a.Prefix(block.bits)
		if err != nil {
			panic(fmt.Sprintf("portal: an IPv6 address without a /%d: %v", block.bits, err))
		}
		allowed := limit
		allowed.PerWindow *= block.times
		subjects = append(subjects, Subject{Kind: kind, Value: p.String(), Limit: allowed})
	}
	return subjects
}

// browserLimit bounds what a known browser does in the place of what its address does.
var browserLimit = Limit{PerWindow: 30, Window: 10 * time.Minute}

// placeOf is where a request comes from, to count it: a browser that is known for the number, or else the address. An address that
// strangers have filled stops no known browser.
func placeOf(ctx context.Context, s Reads, kind SubjectKind, token keys.Secret, n nir.Number, a netip.Addr, limit Limit) (place []Subject, known bool, err error) {
	device, _, err := s.KnownDevice(ctx, token, n)
	if err != nil || device == "" {
		return fromAddress(kind, a, limit), false, err
	}
	return []Subject{{Kind: kind, Value: device + " " + n.Canonical(), Limit: browserLimit}}, true, nil
}
