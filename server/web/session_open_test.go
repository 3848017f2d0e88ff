package web_test

import (
	"strings"
	"testing"
)

// A sign-in costs two transactions: one that counts the attempt, and one that records the success and keeps the session.
func TestASignInWritesItsSessionOnce(t *testing.T) {
	o := openOffice(t, public)
	b := o.browser()
	var writes []string
	for _, statement := range o.traced(func() { b.signIn(nathalie, right) }) {
		if verb, _, _ := strings.Cut(strings.TrimSpace(statement), " "); verb != "SELECT" && strings.Contains(statement, "sessions") {
			writes = append(writes, verb)
		}
	}
	if got := strings.Join(writes, " "); got != "INSERT" {
		t.Errorf("the session was written by %q, want one INSERT", got)
	}
}
