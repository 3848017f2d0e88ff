package portal_test

import (
	"testing"
	"time"

	"moncompte/server/portal"
)

func TestWhatIsTheSameIsOneLineUntilSomethingElseHappens(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(minute int, e portal.SignIn) portal.SignIn {
		e.At = noon.Add(time.Duration(minute) * time.Minute)
		return e
	}
	phone := portal.SignIn{Method: portal.Password, Device: "phone", ThisDevice: true}
	library := portal.SignIn{Method: portal.Password, Device: "library"}
	refused := portal.SignIn{Method: portal.Password, Refused: true}
	lines := portal.Grouped([]portal.SignIn{at(1, phone), at(9, refused), at(2, phone), at(3, refused), at(4, refused), at(7, library), at(6, phone), at(8, refused)})
	want := []struct {
		minute, first, times int
		like                 portal.SignIn
	}{{9, 8, 2, refused}, {7, 7, 1, library}, {6, 6, 1, phone}, {4, 3, 2, refused}, {2, 1, 2, phone}}
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d: %v", len(lines), len(want), lines)
	}
	for i, w := range want {
		if got := lines[i]; got.SignIn != at(w.minute, w.like) || !got.First.Equal(noon.Add(time.Duration(w.first)*time.Minute)) || got.Times != w.times {
			t.Errorf("line %d: %v", i, got)
		}
	}
	if len(portal.Grouped(nil)) != 0 {
		t.Error("nothing makes a line")
	}
}
