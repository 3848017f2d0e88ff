package web_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A sign-in costs two transactions: one that counts the attempt, and one that records the success and keeps the session.
// The last DELETE ends the oldest session of whoever has more than portal.MostSessions.
func TestASignInWritesItsSessionOnce(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	for _, c := range []struct{ when, want string }{{"the first time", "INSERT DELETE"}, {"with a session that is open", "DELETE INSERT DELETE"}} {
		if got := o.sessionWrites(func() { b.signIn(nathalie, right) }); got != c.want {
			t.Errorf("%s, the session was written by %q, want %q", c.when, got, c.want)
		}
	}
}

// Without this rule every page view would be a write.
func TestASessionThatIsReadOftenIsMovedOnOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := openRecoverySite(t, public)
		b := o.browser()
		b.signIn(nathalie, right)
		for _, c := range []struct {
			after time.Duration
			want  string
		}{{10 * time.Second, ""}, {49 * time.Second, ""}, {time.Second, "UPDATE"}, {59 * time.Second, ""}, {29 * time.Minute, "UPDATE"}} {
			time.Sleep(c.after)
			o.Turn(c.after)
			if got := o.sessionWrites(func() { b.get("/mon-compte") }); got != c.want {
				t.Errorf("%s later: written by %q, want %q", c.after, got, c.want)
			}
		}
	})
}

// sessionWrites returns the verbs of the statements that write sessions while do runs.
func (o *recoverySite) sessionWrites(do func()) string {
	var writes []string
	for _, statement := range o.Traced(do) {
		if verb, _, _ := strings.Cut(strings.TrimSpace(statement), " "); verb != "SELECT" && strings.Contains(statement, "sessions") {
			writes = append(writes, verb)
		}
	}
	return strings.Join(writes, " ")
}
