package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"moncompte/app/nir"
	"moncompte/app/search"
	"moncompte/server/web"
)

// questions are what the search was asked over the network.
type questions struct {
	lock  sync.Mutex
	asked []string
}

func (q *questions) all() []string {
	q.lock.Lock()
	defer q.lock.Unlock()
	return slices.Clone(q.asked)
}

// listenToQuestions notes every question that reaches the server, and lets another handler answer for the index and for questions.
func (s *site) listenToQuestions(index, question http.HandlerFunc) *questions {
	q := &questions{}
	whole := s.serving()
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/aide/recherche/") && index != nil:
			index(w, r)
			return
		case r.URL.Path == "/aide/recherche" && r.URL.RawQuery != "":
			q.lock.Lock()
			q.asked = append(q.asked, r.URL.Query().Get("q"))
			q.lock.Unlock()
			if question != nil {
				question(w, r)
			}
		}
		whole.ServeHTTP(w, r)
	}))
	return q
}

// keepsPrivate fails the test when something private reached the server, once everything that waits has had its time.
func (q *questions) keepsPrivate(t *testing.T) {
	t.Helper()
	time.Sleep(800 * time.Millisecond) // HTMX waits for half of it
	for _, question := range q.all() {
		if search.Private(question, nil) {
			t.Errorf("%q reached the server", question)
		}
	}
}

func held(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func failing(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }

// The index has not come yet, or never does: a number is answered without it.
func TestANumberStaysInTheBrowserWithoutTheIndex(t *testing.T) {
	t.Parallel()
	for name, index := range map[string]http.HandlerFunc{"held back": held, "failed": failing} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			asked := s.listenToQuestions(index, nil)
			p := openTab(t, s, phone)
			p.expect("status of 503")
			p.live("/aide")
			p.until("window.htmx")
			p.write(searchField, nathalie)
			p.until(`document.querySelector("#resultats").innerText.includes("Un numéro, un code ou une adresse mail")`)
			asked.keepsPrivate(t)
		})
	}
}

// A harmless beginning starts the delay of HTMX, which reads the field when it is over.
func TestANumberTypedDigitByDigitStaysInTheBrowser(t *testing.T) {
	t.Parallel()
	for name, index := range map[string]http.HandlerFunc{"held back": held, "failed": failing} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			asked := s.listenToQuestions(index, nil)
			p := openTab(t, s, phone)
			p.expect("status of 503")
			p.live("/aide")
			p.until("window.htmx")
			p.press(searchField)
			for _, c := range "123456" {
				call(p, input.InsertText, input.InsertTextParams{Text: string(c)})
				time.Sleep(100 * time.Millisecond)
			}
			p.until(`document.querySelector("#resultats").innerText.includes("Un numéro, un code ou une adresse mail")`)
			asked.keepsPrivate(t)
		})
	}
}

func TestAnIndexThatFailedIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.listenToQuestions(failing, nil)
	whole := s.options
	p := openTab(t, s, desktop)
	p.expect("status of 503")
	p.expect("htmx:sendAbort") // htmx 2 says so, where a question to the server is replaced by the next one
	p.expect("htmx:afterRequest")
	p.live("/aide")
	p.until(`performance.getEntriesByType("resource").some(r => r.name.includes("/aide/recherche/index."))`)
	s.upgrade(func(o *web.Options) { *o = whole })
	asked := s.listenToQuestions(nil, nil)
	// Until the index has come, a question may go to the server.
	words := []string{"carte", "code"}
	p.wait("the index answers instead of the server", func() bool {
		before := len(asked.all())
		get[bool](p, fmt.Sprintf(`(q.value = %q, q.dispatchEvent(new InputEvent("input", {bubbles: true})), true)`, words[0]))
		p.until(fmt.Sprintf(`[...document.querySelectorAll("#resultats .found")].some(m => /%s/i.test(m.innerText))`, words[0]))
		words[0], words[1] = words[1], words[0]
		return len(asked.all()) == before
	})
}

// The question of an address waits for the index, even when somebody goes into the field meanwhile, and is cut as the server cuts it.
func TestTheQuestionOfAnAddressWaitsForTheIndex(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	come, whole := make(chan struct{}), s.serving()
	s.listenToQuestions(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-come:
		case <-r.Context().Done():
		}
		whole.ServeHTTP(w, r)
	}, nil)
	p := openTab(t, s, desktop)
	cut := "carte vitale " + strings.Repeat("x", search.MaxQuery-14)
	p.live("/aide?q=" + url.QueryEscape(cut+"é"))
	get[bool](p, `(q.blur(), q.focus(), true)`)
	close(come)
	p.until(`document.querySelector("#resultats .found")`)
	p.holds(searchField, cut)
}

// A page without a place for results has the server's say it, without the number.
func TestANumberSentFromAPageOfTheHelpIsNotInTheAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(_ *site, o *web.Options) {
		var err error
		o.Provisional, err = nir.ParsePattern("[A-Z]{6}[0-9][A-Z]?")
		check(t, err)
	})
	for _, number := range []string{nathalie, "ABCDEF7H", strings.Repeat("é", search.MaxQuery/2) + " " + nathalie} {
		asked := s.listenToQuestions(nil, nil)
		p := openTab(t, s, desktop)
		p.live("/aide/numero")
		p.write(searchField, number)
		p.follow(func() { p.press(searchButton) })
		p.at("/aide/recherche", headingSearch)
		p.is(`location.search === "?retire=1"`)
		p.says("main", "je le saisis seulement sur la page de connexion")
		for _, question := range asked.all() {
			if question != "" {
				t.Errorf("%q reached the server", question)
			}
		}
	}
}

// What the server answers late is older than what is shown by then.
func TestALateAnswerOfTheServerReplacesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	indexGate, answerGate := make(chan struct{}), make(chan struct{})
	come := make(chan struct{}, 8)
	whole := s.serving()
	asked := s.listenToQuestions(
		func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-indexGate:
			case <-r.Context().Done():
			}
			whole.ServeHTTP(w, r)
		},
		func(_ http.ResponseWriter, r *http.Request) {
			come <- struct{}{}
			<-answerGate
		})
	p := openTab(t, s, desktop)
	p.expect("htmx:sendAbort") // htmx 2 says so
	p.expect("htmx:afterRequest")
	p.live("/aide")
	p.until("window.htmx")
	p.write(searchField, "carte")
	select {
	case <-come:
	case <-time.After(patience):
		t.Fatal("nobody asked the server")
	}
	close(indexGate)
	p.until(`document.querySelector("#resultats .found")`)
	p.write(searchField, " zzzz")
	get[bool](p, `(q.value = "code", q.dispatchEvent(new InputEvent("input", {bubbles: true})), true)`)
	p.until(`[...document.querySelectorAll("#resultats .found")].some(m => /code/i.test(m.innerText))`)
	want := get[string](p, `document.querySelector("#resultats").innerHTML`)
	close(answerGate)
	time.Sleep(500 * time.Millisecond)
	p.is(`document.querySelector("#resultats").innerHTML === ` + quote(want))
	if all := asked.all(); len(all) != 1 || all[0] != "carte" {
		t.Errorf("the server was asked %q", all)
	}
}
