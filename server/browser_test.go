package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/check"
)

// browser keeps cookies and follows no redirect. Its cookies are for a host, whatever the port: they go to each instance.
type browser struct {
	client *http.Client
	from   string // the address that a trusted proxy names; "" = none
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func newBrowser(t testing.TB) *browser {
	jar, err := cookiejar.New(nil)
	check.OK(t, err)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{client: &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// do sends a request; a nil form makes it a GET. Every token that comes back is registered as a secret.
func (b *browser) do(ctx context.Context, address string, form url.Values) (answer, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return answer{}, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.from != "" {
		r.Header.Set("X-Forwarded-For", b.from)
	}
	response, err := b.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		if len(c.Value) >= 20 {
			logged.secret("token "+c.Name, c.Value)
		}
	}
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(text)}, err
}

func (b *browser) get(t testing.TB, address string) answer {
	t.Helper()
	return b.must(t, address, nil)
}

func (b *browser) post(t testing.TB, address string, form url.Values) answer {
	t.Helper()
	return b.must(t, address, form)
}

func (b *browser) must(t testing.TB, address string, form url.Values) answer {
	t.Helper()
	a, err := b.do(t.Context(), address, form)
	check.OK(t, err)
	return a
}

// signIn fills in the form of that site.
func (b *browser) signIn(t testing.TB, site string, p person) answer {
	t.Helper()
	return b.post(t, site+"/connexion", pair(p))
}

// guess fills in the form with a wrong password.
func (b *browser) guess(t testing.TB, site string, p person) answer {
	t.Helper()
	p.password = "pas le bon"
	return b.signIn(t, site, p)
}

func pair(p person) url.Values {
	return url.Values{"identifiant": {p.identifier}, "mot_de_passe": {p.password}}
}

// signedIn tells whether that site knows the browser.
func (b *browser) signedIn(t testing.TB, site string) bool {
	t.Helper()
	switch a := b.get(t, site+"/mon-compte"); {
	case a.status == http.StatusOK:
		return true
	case a.status == http.StatusSeeOther && a.header.Get("Location") == "/connexion":
		return false
	default:
		t.Fatalf("/mon-compte answered %d", a.status)
		return false
	}
}
