package notify_test

import (
	"fmt"
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

func TestTwoInstancesShareTheOneBindOfARealSMSC(t *testing.T) {
	s := notifytest.NewNodeSMPP(t, nil)
	s.Alone()
	o := new(notifytest.Outbox)
	type instance struct {
		sms  notify.Gateway
		w    *notify.Worker
		stop func()
	}
	var instances [2]instance
	for i := range instances {
		sms := openSMSC(t, s, options())
		w := &notify.Worker{Outbox: o, SMS: sms}
		instances[i] = instance{sms, w, run(t, w)}
		defer instances[i].stop()
		if i == 0 { // it is the first to bind
			add(t, o, text("first", "first"))
			w.Wake()
			s.Next(t)
		}
	}
	ask := func(w *notify.Worker, from int) {
		t.Helper()
		began, taken := time.Now(), map[string]bool{}
		for i := range 20 {
			add(t, o, text(fmt.Sprint("code ", from+i), fmt.Sprint("code ", from+i)))
			w.Wake()
		}
		for range 20 {
			taken[s.Next(t).Text] = true
		}
		took := time.Since(began)
		t.Logf("20 codes in %v", took)
		if len(taken) != 20 || took > 20*time.Second {
			t.Errorf("%d codes in %v", len(taken), took)
		}
	}
	ask(instances[1].w, 0) // only the instance that has no bind knows of them
	if s := instances[1].w.Statuses(); len(s) != 1 || s[0].Channel != portal.SMS || s[0].Ended["sent"] != 0 || !s[0].Away {
		t.Errorf("the instance without a bind: %+v", s)
	}
	instances[0].stop()
	notify.Close(instances[0].sms)
	ask(instances[1].w, 20)
	if n := s.Waiting(); n != 0 {
		t.Errorf("%d SMS came twice", n)
	}
}
