package franceconnect

import (
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"moncompte/server/keys"
)

func honest() Options {
	return Options{
		Issuer: "https://fc.example.test/api/v2", ClientID: "id", ClientSecret: keys.NewSecret("secret"), Profile: Standard, Alg: "ES256",
		RedirectURL: "https://portal.example.test/franceconnect/retour", Now: time.Now, Log: slog.New(slog.DiscardHandler), Timeout: time.Minute,
	}
}

type refuse struct{}

func (refuse) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no network here")
}

func refusing() *http.Client { return &http.Client{Transport: refuse{}} }

// A text that nobody signed is never a token, whatever it says.
func FuzzToken(f *testing.F) {
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")
	f.Add("eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.eyJzdWIiOiJ4In0.AAAA")
	f.Add("eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6ImsifQ....")
	c := &Client{opts: honest()}
	c.http = refusing()
	c.endpoints = newCached(c.opts.Now, c.opts.Timeout, c.fetchEndpoints)
	c.keys = newCached(c.opts.Now, c.opts.Timeout, c.fetchKeys)
	f.Fuzz(func(t *testing.T, raw string) {
		if signed, _, failure := c.openToken(t.Context(), "token", raw); failure == nil || signed != "" {
			t.Error("accepted")
		}
		if _, err := new(EncryptionKeys).decrypt(raw); err == nil {
			t.Error("decrypted")
		}
	})
}

func FuzzSigningKeys(f *testing.F) {
	f.Add(`{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"AA","y":"AA"}]}`)
	f.Add(`{"keys":[{"kty":"oct","kid":"k","k":"AAAA"}]}`)
	f.Add(`{"keys":null}`)
	f.Fuzz(func(t *testing.T, set string) {
		for _, alg := range []string{"ES256", "RS256"} {
			found, err := parseSigningKeys([]byte(set), alg)
			for id, public := range found {
				if err != nil || id == "" || len(public) == 0 {
					t.Errorf("key %q of a set that is wrong: %v", id, err)
				}
			}
		}
	})
}
