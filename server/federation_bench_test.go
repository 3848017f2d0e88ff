package main

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/franceconnect/fctest"
	"moncompte/server/passhash"
	"moncompte/server/store/storetest"
)

// discovery is the first thing that a portal asks of FranceConnect.
const discovery = "/.well-known/openid-configuration"

// troubles are the states that FranceConnect may be in.
var troubles = []struct {
	name string
	put  func(*fctest.Provider)
}{
	{"well", func(*fctest.Provider) {}},
	{"stopped", func(p *fctest.Provider) { p.Stop() }},
	{"hanging", func(p *fctest.Provider) {
		p.Play(fctest.Case{Answer: map[string]func(*fctest.Answer){discovery: func(a *fctest.Answer) { a.Hang = true }}})
	}},
	{"garbage", func(p *fctest.Provider) {
		p.Play(fctest.Case{Answer: map[string]func(*fctest.Answer){discovery: func(a *fctest.Answer) { a.Body = []byte("<html>") }}})
	}},
}

// inTrouble is a portal for each state, beside a FranceConnect of its own.
func inTrouble(b *testing.B, all []person) []*deployment {
	var portals []*deployment
	for _, trouble := range troubles {
		p := fctest.New(b, fctest.Options{})
		trouble.put(p)
		d := deploy(b, storetest.SQLiteURL(b), all, passhash.DefaultParams)
		d.env = append(d.env, "MONCOMPTE_FC_ISSUER="+p.Issuer, "MONCOMPTE_FC_CLIENT_ID="+fctest.ClientID,
			"MONCOMPTE_FC_CLIENT_SECRET="+fctest.ClientSecret)
		portals = append(portals, d)
	}
	return portals
}

// BenchmarkPasswordWayBesideFranceConnect signs people in with their passwords while others ask for FranceConnect, in each state
// that it may be in, in turns. It reports the rate as a share of the rate when FranceConnect is well: 1 is no difference.
func BenchmarkPasswordWayBesideFranceConnect(b *testing.B) {
	all := people(benchClients)
	var sites []string
	for _, d := range inTrouble(b, all) {
		site := d.serveInside(b)
		signIns(b, site, all, benchClients)
		sites = append(sites, site)
	}
	took := make([][]time.Duration, len(sites))
	for b.Loop() {
		for i, site := range sites {
			ctx, leave := context.WithCancel(b.Context())
			var others sync.WaitGroup
			for range 8 {
				others.Go(func() { askForFranceConnect(ctx, site) })
			}
			began := time.Now()
			signIns(b, site, all, benchClients)
			took[i] = append(took[i], time.Since(began))
			leave()
			others.Wait()
		}
	}
	report(b, took)
}

// askForFranceConnect clicks the button; whether that leads somewhere is not the question here.
func askForFranceConnect(ctx context.Context, site string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, site+"/franceconnect/connexion", nil)
	if err != nil {
		return
	}
	if a, err := http.DefaultTransport.RoundTrip(r); err == nil {
		a.Body.Close()
	}
}

// BenchmarkStartBesideFranceConnect does the same for the time from the start of the process to its first answer.
func BenchmarkStartBesideFranceConnect(b *testing.B) {
	portals := inTrouble(b, people(1))
	took := make([][]time.Duration, len(portals))
	for b.Loop() {
		for i, d := range portals {
			began := time.Now()
			s := d.serve(b)
			a, err := http.Get(s.site + "/connexion")
			check.OK(b, err)
			a.Body.Close()
			took[i] = append(took[i], time.Since(began))
			check.OK(b, s.stop())
		}
	}
	report(b, took)
}

// report gives the rate of each state over that of the first, by their medians: other work of the machine comes in bursts.
func report(b *testing.B, took [][]time.Duration) {
	b.Helper()
	median := func(i int) float64 {
		slices.Sort(took[i])
		return took[i][len(took[i])/2].Seconds()
	}
	for i, trouble := range troubles[1:] {
		b.ReportMetric(median(0)/median(i+1), trouble.name+"-of-well")
	}
	b.ReportMetric(0, "ns/op")
}
