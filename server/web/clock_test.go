package web_test

import (
	"net/http"
	"testing"
	"time"

	"moncompte/server/portal"
)

// A clock that is wrong by an hour, and is set right while people are at it, is nobody's fault: what lasts by it is over early or late, and
// nobody waits until it has caught up. (No statement asks the database for its own.)
func TestAClockThatIsSetBackOrForthByAnHourStopsNobody(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]time.Duration{"back": -time.Hour, "forth": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openRecoverySite(t, public)
			signedIn, guesser := o.browser(), o.browser()
			signedIn.signIn(nathalie, right)
			waiting, code := o.begun(reset)
			for range portal.AccountLimit.Free {
				guesser.try(jean, wrong).expect(t, "a wrong pair", http.StatusUnauthorized, nil)
			}
			guesser.try(jean, jeans).expect(t, "one too many", http.StatusTooManyRequests, nil)
			inFlight := o.browser()
			inFlight.ask(reset, jean, "email").leads(t, "asking for a code", reset+"/code")

			o.Turn(by)
			o.browser().get("/readyz").expect(t, "whether it is ready", http.StatusOK, nil)
			guesser.try(jean, jeans).enters(t, "the right pair")
			again := o.browser()
			if by < 0 {
				if !signedIn.isSignedIn() {
					t.Error("signed out")
				}
				if n := len(o.take()); n != 1 {
					t.Errorf("%d messages leave, want the one that waited", n)
				}
				waiting.again(reset).leads(t, "asking for the message again", reset+"/code")
				if n := len(o.take()); n != 1 {
					t.Errorf("%d messages leave, want the one that was asked for again", n)
				}
				waiting.give(reset, code).leads(t, "the code", reset+"/nouveau")
				waiting.choose(reset, chosen).enters(t, "a new password")
			} else {
				signedIn.get("/mon-compte").leads(t, "a session that is over", "/connexion")
				if n := len(o.take()); n != 0 {
					t.Errorf("%d messages leave with a code that is over", n)
				}
				waiting.give(reset, code).leads(t, "a code that is over", reset)
			}
			again.ask(reset, jean, "sms").leads(t, "another code", reset+"/code")
			again.give(reset, codeIn(t, o.take()[0])).leads(t, "another code", reset+"/nouveau")
		})
	}
}
