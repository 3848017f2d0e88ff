package notify

import (
	"fmt"
	"math"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

func TestARateIsKeptWithinATenthOfASecond(t *testing.T) {
	p := newPace(Limits{Rate: 20, Window: 100})
	begun := 0
	for ms := 0; ms < 10_000; ms++ {
		now := noon.Add(time.Duration(ms) * time.Millisecond)
		for range p.free(now) {
			p.begin(fmt.Sprint(begun), now)
			p.end(fmt.Sprint(begun), now, nil)
			begun++
		}
	}
	if begun < 198 || begun > 203 {
		t.Errorf("%d attempts in 10 s at 20 a second", begun)
	}
}

func TestAGatewayThatAsksForLessGetsItAndWinsBackSlowly(t *testing.T) {
	p := newPace(Limits{Rate: 20, Window: 10})
	for i := range 3 {
		p.begin(fmt.Sprint(i), at(0))
	}
	for i := range 3 { // the refusals of one second lower the rate once
		p.end(fmt.Sprint(i), at(0.1), &Failure{Fault: OfRate})
	}
	if math.Round(p.rate) != 13 || p.free(at(1)) != 0 || p.free(at(1.2)) == 0 {
		t.Errorf("rate %v, free %d then %d", p.rate, p.free(at(1)), p.free(at(1.2)))
	}
	p.begin("x", at(2))
	p.end("x", at(2), &Failure{Fault: OfRate, After: 30 * time.Second})
	if math.Round(p.rate) != 9 || p.free(at(31)) != 0 || p.free(at(33)) == 0 {
		t.Errorf("rate %v, and its wish is not kept", p.rate)
	}
	now := at(33)
	for range 1000 {
		p.begin("y", now)
		now = now.Add(time.Duration(float64(time.Second) / p.rate))
		p.end("y", now, nil)
	}
	if took := now.Sub(at(33)); p.rate != 20 || took < 10*time.Second {
		t.Errorf("rate %v after %v", p.rate, took)
	}
}

func TestAGatewayThatIsAwayIsProbedWithOneMessage(t *testing.T) {
	p := newPace(Limits{Window: 10})
	for i := range 10 {
		p.begin(fmt.Sprint(i), at(0))
	}
	for i := range 10 {
		if changed := p.end(fmt.Sprint(i), at(1), unreachable("connection refused")); changed != (i == 0) {
			t.Errorf("failure %d: changed %v", i, changed)
		}
	}
	if p.free(at(2)) != 0 || p.free(at(3)) != 1 {
		t.Errorf("free %d after 1 s, %d after 2", p.free(at(2)), p.free(at(3)))
	}
	p.begin("probe", at(3))
	if p.free(at(3)) != 0 {
		t.Error("two probes at a time")
	}
	p.end("probe", at(3), unreachable("connection refused"))
	// A new code is tried at once, and no more than once a second.
	p.wake(at(3.2))
	if p.free(at(3.9)) != 0 || p.free(at(4)) != 1 {
		t.Error("a new message does not wake the lane after a second")
	}
	p.begin("probe", at(4))
	if !p.end("probe", at(4.1), nil) || p.free(at(4.1)) != 10 {
		t.Errorf("well again, and %d free", p.free(at(4.1)))
	}
}

func TestARefusedAccountIsAskedMoreAndMoreRarelyAndNotWoken(t *testing.T) {
	p := newPace(Limits{Window: 10})
	now, refused := noon, 0
	for now.Before(noon.Add(time.Hour)) {
		if p.free(now) > 0 {
			p.begin("a", now)
			p.end("a", now, &Failure{Fault: OfAccount})
			refused++
		}
		p.wake(now)
		now = now.Add(time.Second)
	}
	if refused < 60 || refused > 66 {
		t.Errorf("refused %d times in an hour", refused)
	}
}

func TestOneMessagesFaultDoesNotStopTheOthers(t *testing.T) {
	p := newPace(Limits{Window: 10})
	p.begin("bad", at(0))
	p.begin("good", at(0))
	p.end("good", at(1), nil)
	for _, fault := range []Fault{OfAccount, OfGateway, Unknown} {
		p.begin("bad", at(0.5))
		if p.end("bad", at(2), &Failure{Fault: fault}); p.free(at(2)) != 10 {
			t.Errorf("%v of one message: %d free", fault, p.free(at(2)))
		}
	}
}

func TestLateAttemptsLeaveTheWindowToOthersUnlessNobodyAnswers(t *testing.T) {
	p := newPace(Limits{Window: 4})
	for i := range 4 {
		p.begin(fmt.Sprint(i), at(0))
	}
	if p.free(at(9)) != 0 || p.wait(at(9), time.Hour) != time.Second {
		t.Errorf("free %d, wait %v", p.free(at(9)), p.wait(at(9), time.Hour))
	}
	// No word from it: one more, and no four.
	if n := p.free(at(10)); n != 1 {
		t.Errorf("frozen, and %d more", n)
	}
	p.end("0", at(11), nil) // slow, and there
	if n := p.free(at(11)); n != 4 {
		t.Errorf("slow, and %d more", n)
	}
	strict := newPace(Limits{Window: 4, Strict: true})
	for i := range 4 {
		strict.begin(fmt.Sprint(i), at(0))
	}
	if n := strict.free(at(60)); n != 0 {
		t.Errorf("beyond the window of the protocol by %d", n)
	}
}

func TestAGatewayWithoutARateThatAsksForLessGetsOne(t *testing.T) {
	p := newPace(Limits{Window: 10})
	p.begin("a", at(0))
	p.end("a", at(0), &Failure{Fault: OfRate})
	begun := 0
	for ms := 1000; ms < 11_000; ms++ {
		now := noon.Add(time.Duration(ms) * time.Millisecond)
		for range p.free(now) {
			p.begin("b", now)
			begun++
			delete(p.under, "b")
		}
	}
	if begun < 120 || begun > 140 { // two windows a second, less a third
		t.Errorf("%d attempts in ten seconds", begun)
	}
}

func TestANewMessageDoesNotAskBeforeTheTimeThatTheGatewayAskedFor(t *testing.T) {
	p := newPace(Limits{Window: 10})
	p.begin("a", at(0))
	p.end("a", at(0), &Failure{Fault: OfGateway, After: time.Minute})
	p.wake(at(10))
	if p.free(at(59)) != 0 || p.free(at(60)) != 1 {
		t.Error("it is asked earlier")
	}
}

func TestAMessageThatFellsTheGatewayASecondTimeIsToBlame(t *testing.T) {
	p := newPace(Limits{Window: 10})
	fails := func(id string, second float64) bool {
		p.begin(id, at(second))
		return p.end(id, at(second), unreachable("status 503"))
	}
	passes := func(id string, second float64) {
		p.begin(id, at(second))
		p.end(id, at(second), nil)
	}
	if !fails("bad", 0) || p.down == nil {
		t.Fatal("nobody gets through, and the gateway is well")
	}
	passes("good", 2)
	if fails("bad", 3) || p.down != nil || p.free(at(3)) != 10 {
		t.Error("one message stops the others again")
	}
	if !fails("other", 4) || p.down == nil {
		t.Error("another one cannot get through either, and the gateway is well")
	}
	passes("bad", 6) // it got through: it is as good as any
	if !fails("bad", 7) {
		t.Error("it bears a grudge")
	}
}
