package e2e

import (
	"net/http"
	"sync/atomic"
	"testing"
)

func TestASignOutWithoutANetworkSaysSoAndIsNeverSentLater(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSite(t)
		p := openTab(t, s, with)
		p.expectNoNetwork()
		p.signIn(nathalie)
		s.stop()
		p.press(named("Déconnexion"))
		p.until(`document.querySelector("#messages .summary")`)
		p.says("#messages .summary", "La déconnexion n’a pas encore réussi")
		p.says("#messages .summary", "30 minutes")
		p.at("/mon-compte", headingAccount)
		p.is(`document.activeElement.matches(".summary") && document.title.startsWith("Erreur")`)
		p.inspect("a sign-out without a network")
		p.picture("deconnexion-hors-ligne", "clair")

		var asked atomic.Int32
		whole := s.serving()
		s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			whole.ServeHTTP(w, r)
		}))
		s.start()
		promised[bool](p, `new Promise(done => setTimeout(done, 300, true))`)
		if n := asked.Load(); n != 0 {
			t.Errorf("%d requests were sent by themselves", n)
		}
		p.follow(func() { p.press(named("Déconnexion")) })
		p.at("/", headingOut)
	})
}

func TestAnyPlainFormSaysThatThereIsNoNetwork(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	other := openTab(t, s, desktop)
	other.signIn(nathalie)
	p := openTab(t, s, desktop)
	p.expectNoNetwork()
	p.signIn(nathalie)
	p.open("/mon-compte/securite")
	s.stop()
	p.press(named("Déconnecter tous les autres appareils"))
	p.until(`document.querySelector("#messages .summary")`)
	p.says("#messages .summary", "La connexion à internet est coupée")
	p.says("form[action='/mon-compte/securite']:has([value=deconnecter-autres]) > button", "Déconnecter tous les autres appareils")
	s.start()
	p.follow(func() { p.press(named("Déconnecter tous les autres appareils")) })
	p.says("main", "autre appareil")
	p.is(`!document.querySelector("#messages .summary")`)
}

// The wait is made short: what counts is that it ends, with words, and that nothing goes out after it.
func TestANetworkThatNeverAnswersIsNone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, desktop)
	p.expectNoNetwork()
	p.signIn(nathalie)
	get[bool](p, `(window.wait = setTimeout, window.setTimeout = (f, ms, ...rest) => wait(f, Math.min(ms, 50), ...rest), true)`)
	whole := s.serving()
	var sent atomic.Int32
	s.become(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			sent.Add(1)
		}
		<-r.Context().Done()
	}))
	p.press(named("Déconnexion"))
	p.until(`document.querySelector("#messages .summary")`)
	p.says("#messages .summary", "La déconnexion n’a pas encore réussi")
	if n := sent.Load(); n != 0 {
		t.Errorf("%d forms were sent", n)
	}
	s.become(whole)
	get[bool](p, `(window.setTimeout = wait, true)`) // whose answer may take longer
	p.follow(func() { p.press(named("Déconnexion")) })
	p.at("/", headingOut)
}
