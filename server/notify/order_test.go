package notify_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"moncompte/server/notify"
)

// backlog is codes that are asked for, by the second, and a gateway that takes so many a second.
type backlog struct {
	name     string
	asked    func(second int) int
	capacity int
}

// served runs twenty minutes in which the gateway takes codes in an order, and returns how many it took with five minutes left, and
// how many of each minute it never did.
func (b backlog) served(order func(waiting []notify.Message, c notify.Claim) []notify.Message) (helped int, lost map[int]int) {
	start := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	lost = map[int]int{}
	var waiting []notify.Message
	for second := range 20 * 60 {
		now := start.Add(time.Duration(second) * time.Second)
		for i := range b.asked(second) {
			waiting = append(waiting, notify.Message{ID: fmt.Sprint(second, i), At: now, Expires: now.Add(10 * time.Minute)})
		}
		c := notify.Claim{Now: now}
		waiting = order(waiting, c)
		for _, m := range waiting[:min(b.capacity, len(waiting))] {
			if m.Expires.Before(c.Useful()) {
				lost[int(m.At.Sub(start).Minutes())]++
			} else {
				helped++
			}
		}
		waiting = slices.DeleteFunc(waiting[min(b.capacity, len(waiting)):], func(m notify.Message) bool {
			if m.Expires.Before(c.Least()) {
				lost[int(m.At.Sub(start).Minutes())]++
				return true
			}
			return false
		})
	}
	return helped, lost
}

func TestTheOrderOfAClaimBringsMostCodesToPeopleWhoWait(t *testing.T) {
	byAge := func(a, b notify.Message) int { return a.At.Compare(b.At) }
	orders := map[string]func([]notify.Message, notify.Claim) []notify.Message{
		"oldest first": func(w []notify.Message, _ notify.Claim) []notify.Message { slices.SortStableFunc(w, byAge); return w },
		"newest first": func(w []notify.Message, _ notify.Claim) []notify.Message {
			slices.SortStableFunc(w, func(a, b notify.Message) int { return byAge(b, a) })
			return w
		},
		"ours": func(w []notify.Message, c notify.Claim) []notify.Message { return c.Sort(w) },
	}
	won := map[string]bool{}
	for _, b := range []backlog{
		{"1,500 at once, two a second", func(s int) int { return map[bool]int{true: 1500}[s == 0] }, 2},
		{"four a second for 200 s, two a second", func(s int) int { return map[bool]int{true: 4}[s < 200] }, 2},
		{"three a second without end, two a second", func(s int) int { return 3 }, 2},
		{"800 at once and one a second, two a second", func(s int) int { return map[bool]int{true: 800, false: 1}[s == 0] }, 2},
	} {
		ours, lost := b.served(orders["ours"])
		for name, order := range orders {
			helped, _ := b.served(order)
			t.Logf("%s, %s: %d people get their code with five minutes left", b.name, name, helped)
			if helped > ours {
				t.Errorf("%s: %s helps %d people, ours %d", b.name, name, helped, ours)
			}
			won[name] = won[name] || helped < ours
		}
		t.Logf("%s: lost by the minute in which they asked: %v", b.name, lost)
	}
	if !won["oldest first"] || !won["newest first"] {
		t.Error("the backlogs do not tell the orders apart")
	}
}
