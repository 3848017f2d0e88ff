package portal

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

func TestAnAddressIsCountedWithTheBlocksThatOneSubscriberMayHold(t *testing.T) {
	for address, want := range map[string][]string{
		"192.0.2.9":              {"192.0.2.9 100"},
		"::ffff:192.0.2.9":       {"192.0.2.9 100"},
		"2001:db8:1:2ff:3::4%e0": {"2001:db8:1:2ff::/64 100", "2001:db8:1:200::/56 300", "2001:db8:1::/48 1000"},
	} {
		var got []string
		for _, s := range fromAddress(ByAddress, netip.MustParseAddr(address), AddressLimit) {
			got = append(got, fmt.Sprint(s.Value, " ", s.Limit.PerWindow))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	if subjects := fromAddress(ByAddress, netip.Addr{}, AddressLimit); len(subjects) != 0 {
		t.Errorf("an address that is not known is counted: %v", subjects)
	}
}
