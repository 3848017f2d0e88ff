package fctest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"moncompte/server/portal"
)

// followed is in the query of our redirects: behind them waits the honest answer, so that whoever follows one gets in, and fails
// the test.
const followed = "followed"

// routes answers under the issuer's path, as FranceConnect lays it out.
func (p *Provider) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*http.Request) Answer{
		"GET /.well-known/openid-configuration": p.discovery,
		"GET /authorize":                        p.authorize,
		"POST /token":                           p.token,
		"GET /userinfo":                         p.userinfo,
		"GET /jwks":                             p.jwks,
		"GET /session/end":                      p.sessionEnd,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /api/v2"+path, func(w http.ResponseWriter, r *http.Request) {
			p.mu.Lock()
			p.hits[path]++
			change := p.play.Answer[path]
			p.mu.Unlock()
			a := answer(r)
			if change != nil && !r.URL.Query().Has(followed) {
				change(&a)
			}
			p.send(w, r, a)
		})
	}
	return mux
}

func (p *Provider) discovery(*http.Request) Answer {
	return asJSON(http.StatusOK, map[string]any{
		"issuer":                 p.Issuer,
		"authorization_endpoint": p.Issuer + "/authorize",
		"token_endpoint":         p.Issuer + "/token",
		"userinfo_endpoint":      p.Issuer + "/userinfo",
		"jwks_uri":               p.Issuer + "/jwks",
		"end_session_endpoint":   p.Issuer + "/session/end",
		// The real one says so too, and refuses every request that believes it.
		"code_challenge_methods_supported": []string{"S256"},
	})
}

// authorize signs the person in at once. Like FranceConnect it shows an error page for any parameter it does not expect.
func (p *Provider) authorize(r *http.Request) Answer {
	q := r.URL.Query()
	want := []string{"acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state"}
	if got := slices.Sorted(maps.Keys(q)); !slices.Equal(got, want) || q.Get("client_id") != ClientID ||
		q.Get("redirect_uri") != p.o.RedirectURL || q.Get("response_type") != "code" || len(q.Get("nonce")) < 32 ||
		len(q.Get("state")) < 32 || !slices.Contains(strings.Fields(q.Get("scope")), "openid") {
		return Answer{Status: http.StatusBadRequest, Body: []byte("Y030007")}
	}
	code := portal.NewToken().Reveal()
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.Issuer}}
	p.mu.Lock()
	p.codes[code] = grant{nonce: q.Get("nonce"), at: p.o.Now()}
	change := p.play.Callback
	p.mu.Unlock()
	if change != nil {
		change(back)
	}
	return redirect(http.StatusSeeOther, p.o.RedirectURL+"?"+back.Encode())
}

// token gives tokens for a code, once and within 30 s, to a client that has its secret in the body.
func (p *Provider) token(r *http.Request) Answer {
	if r.ParseForm() != nil || r.Header.Get("Authorization") != "" || r.PostForm.Get("grant_type") != "authorization_code" ||
		r.PostForm.Get("redirect_uri") != p.o.RedirectURL || len(r.PostForm) != 5 {
		return p.tokenError(http.StatusBadRequest, "invalid_request")
	}
	if r.PostForm.Get("client_id") != ClientID || r.PostForm.Get("client_secret") != ClientSecret {
		return p.tokenError(http.StatusUnauthorized, "invalid_client")
	}
	code, access := r.PostForm.Get("code"), portal.NewToken().Reveal()
	p.mu.Lock()
	g, known := p.codes[code]
	delete(p.codes, code)
	p.access[access] = true
	p.mu.Unlock()
	if !known || p.o.Now().Sub(g.at) > 30*time.Second {
		return p.tokenError(http.StatusBadRequest, "invalid_grant")
	}
	return asJSON(http.StatusOK, map[string]any{
		"access_token": access, "expires_in": 60, "id_token": p.idToken(g.nonce), "scope": "openid", "token_type": "Bearer",
	})
}

func (p *Provider) tokenError(status int, code string) Answer {
	return asJSON(status, map[string]any{
		"error": code, "error_description": Description,
		"error_uri": "https://docs.example.test/erreurs/?code=Y049E20B&id=" + ErrorID,
	})
}

func (p *Provider) userinfo(r *http.Request) Answer {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	p.mu.Lock()
	known := p.access[bearer]
	p.mu.Unlock()
	if !known {
		return asJSON(http.StatusUnauthorized, map[string]any{"error": "invalid_token", "error_description": Description})
	}
	return Answer{
		Status: http.StatusOK,
		Header: http.Header{"Content-Type": {"application/jwt; charset=utf-8"}},
		Body:   []byte(p.userinfoToken()),
	}
}

func (p *Provider) jwks(*http.Request) Answer { return asJSON(http.StatusOK, publicKeys()) }

// sessionEnd ends nothing here: it only sends the browser back as FranceConnect does.
func (p *Provider) sessionEnd(r *http.Request) Answer {
	q := r.URL.Query()
	if q.Get("id_token_hint") == "" || q.Get("post_logout_redirect_uri") != p.o.PostLogoutURL || len(q) != 3 {
		return Answer{Status: http.StatusBadRequest, Body: []byte("Y030007")}
	}
	return redirect(http.StatusSeeOther, p.o.PostLogoutURL+"?"+url.Values{"state": {q.Get("state")}}.Encode())
}

func asJSON(status int, v any) Answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("fctest: %v", err))
	}
	return Answer{Status: status, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: body}
}

func redirect(status int, to string) Answer {
	return Answer{Status: status, Header: http.Header{"Location": {to}}}
}
