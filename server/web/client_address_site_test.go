package web_test

import (
	"strings"
	"testing"
)

// An operator who forgets to name the proxy has everybody come from one address.
func TestAProxyThatNobodyNamedIsSaid(t *testing.T) {
	said := func() int {
		return strings.Count(run.String(), "a proxy that MONCOMPTE_TRUSTED_PROXIES does not name forwards requests")
	}
	for address, want := range map[string]int{"127.0.0.1:5000": 1, "[::1]:5000": 1, "10.1.2.3:5000": 1, "203.0.113.9:5000": 0, "192.0.2.7:5000": 0} {
		b := open(t, local, trusting).browser()
		b.address = address
		before := said()
		b.try(nathalie, wrong)
		if said() != before {
			t.Errorf("%s: said without a forwarded address", address)
		}
		for range 3 { // once a minute
			b.try(nathalie, wrong, header{"X-Forwarded-For": "203.0.113.77"})
		}
		if got := said() - before; got != want {
			t.Errorf("%s: said %d times, want %d", address, got, want)
		}
	}
}
