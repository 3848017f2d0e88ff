package simulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Visit is what a person does on the pages.
type Visit struct {
	Provider string // the account chosen: impots (also when empty), ameli, la-poste, msa, yris or france-identite
	Citizen  string // the person there: durand when empty; citizens.mjs lists them
	Leave    string // not empty: leave in place of signing in, by abandon, annulation, echec or indisponible
}

// Refused is the error of a visit that ends on one of FranceConnect's own pages of errors.
type Refused struct {
	Status int
	Code   string // such as Y030007; empty when the page has none
}

func (r *Refused) Error() string {
	return fmt.Sprintf("simulator: status %d, error %s", r.Status, r.Code)
}

var (
	codeOnPage = regexp.MustCompile(`id="code-erreur">([A-Z0-9]+)<`)
	xsrfOnPage = regexp.MustCompile(`name="xsrf" value="([^"]+)"`)
)

// SignIn starts from the address of an authorization request and returns the address that the service is called back at, which it
// does not visit. When single sign-on is on, the visit's provider and citizen are not asked for. The client keeps the person's
// cookies in its jar; its redirect policy is not used. An error page is a *Refused.
func (s *Simulator) SignIn(ctx context.Context, client *http.Client, address string, v Visit) (*url.URL, error) {
	w := walk{ctx: ctx, client: client, issuer: s.Issuer}
	at, page, err := w.get(address)
	if err != nil || at.away {
		return at.url, err
	}
	base := s.Issuer + "/interaction/" + at.interaction()
	if v.Leave != "" {
		at, _, err = w.get(base + "/" + v.Leave)
		return at.url, err
	}
	if !strings.Contains(page, `id="page-informations"`) {
		v.Provider = cmp.Or(v.Provider, "impots")
		v.Citizen = cmp.Or(v.Citizen, "durand")
		form := url.Values{"citoyen": {v.Citizen}, "mot_de_passe": {"123"}}
		if at, page, err = w.post(base+"/compte/"+v.Provider, form); err != nil {
			return at.url, err
		}
		if !strings.Contains(page, `id="page-informations"`) {
			return nil, errors.New("simulator: this account does not serve the level asked for")
		}
	}
	if at, page, err = w.post(base+"/continuer", nil); err != nil || at.away {
		return at.url, err
	}
	// Another person than the one of the session: the engine signs that one out by a form of its own, and goes on.
	at, err = w.confirm(page)
	return at.url, err
}

// SignOut starts from the address of a logout request and returns the address that the browser ends at: the service's, or
// {issuer}/session/end/success.
func (s *Simulator) SignOut(ctx context.Context, client *http.Client, address string) (*url.URL, error) {
	w := walk{ctx: ctx, client: client, issuer: s.Issuer}
	_, page, err := w.get(address)
	if err != nil {
		return nil, err
	}
	at, err := w.confirm(page)
	return at.url, err
}

// walk follows redirects inside the issuer and stops at the first that leads out of it.
type walk struct {
	ctx    context.Context
	client *http.Client
	issuer string
}

// place is where a walk has come to. away: out of the issuer, so not visited.
type place struct {
	url  *url.URL
	away bool
}

// interaction is the id of the sign-in in the address of one of its pages; "" elsewhere.
func (p place) interaction() string {
	_, rest, _ := strings.Cut(p.url.Path, "/interaction/")
	id, _, _ := strings.Cut(rest, "/")
	return id
}

func (w walk) get(address string) (place, string, error) { return w.do(http.MethodGet, address, nil) }

func (w walk) post(address string, form url.Values) (place, string, error) {
	return w.do(http.MethodPost, address, form)
}

// confirm sends the form that signs out.
func (w walk) confirm(page string) (place, error) {
	xsrf := xsrfOnPage.FindStringSubmatch(page)
	if xsrf == nil {
		return place{}, errors.New("simulator: no form to sign out on the page")
	}
	at, _, err := w.post(w.issuer+"/session/end/confirm", url.Values{"xsrf": {xsrf[1]}, "logout": {"yes"}})
	return at, err
}

func (w walk) do(method, address string, form url.Values) (place, string, error) {
	client := *w.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for range 10 {
		req, err := http.NewRequestWithContext(w.ctx, method, address, strings.NewReader(form.Encode()))
		if err != nil {
			return place{}, "", err
		}
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		req.Header.Set("Accept", "text/html")
		res, err := client.Do(req)
		if err != nil {
			return place{}, "", err
		}
		body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		res.Body.Close()
		if err != nil {
			return place{}, "", err
		}
		if res.StatusCode >= 400 {
			refused := &Refused{Status: res.StatusCode}
			if code := codeOnPage.FindSubmatch(body); code != nil {
				refused.Code = string(code[1])
			}
			return place{}, "", refused
		}
		next, err := res.Location()
		if errors.Is(err, http.ErrNoLocation) {
			return place{url: req.URL}, string(body), nil
		}
		if err != nil {
			return place{}, "", err
		}
		if !strings.HasPrefix(next.String(), w.issuer+"/") {
			return place{url: next, away: true}, "", nil
		}
		method, address, form = http.MethodGet, next.String(), nil
	}
	return place{}, "", errors.New("simulator: too many redirects")
}
