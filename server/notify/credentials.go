package notify

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// credentials prove to a service who calls.
type credentials interface {
	// sign adds the proof to a request whose body is given.
	sign(r *http.Request, body []byte) error
	// forget throws away what was asked for beforehand: the service has refused it.
	forget()
}

func newCredentials(s authScheme, a address, v values, client *http.Client, now func() time.Time) (credentials, error) {
	base := *a.url
	base.Path, base.RawPath, base.RawQuery = s.Path, "", ""
	switch s.Scheme {
	case "":
		return noCredentials{}, nil
	case "basic":
		return basicCredentials{v["user"], v["password"]}, nil
	case "oauth2":
		c := &oauthCredentials{client: client, config: clientcredentials.Config{
			ClientID: v["user"], ClientSecret: v["password"], TokenURL: base.String(), AuthStyle: oauth2.AuthStyleInHeader}}
		return c, nil
	case "ovhcloud":
		return &ovhCredentials{application: v["user"], secret: v["password"], consumer: v["consumer"], clock: base.String(),
			client: client, now: now}, nil
	}
	return nil, settingError{"MONCOMPTE_SMS_GATEWAY", errors.New("the scheme of auth must be basic, oauth2 or ovhcloud")}
}

// needsKey tells whether requests cannot do without the password of the address.
func (d *description) needsKey() bool {
	return d.needs("password") || d.Auth.Scheme == "oauth2" || d.Auth.Scheme == "ovhcloud" || d.Auth.Scheme == "basic" && d.Path != ""
}

type noCredentials struct{}

func (noCredentials) sign(*http.Request, []byte) error { return nil }
func (noCredentials) forget()                          {}

type basicCredentials struct{ user, password string }

func (c basicCredentials) sign(r *http.Request, _ []byte) error {
	if c.user != "" {
		r.SetBasicAuth(c.user, c.password)
	}
	return nil
}
func (basicCredentials) forget() {}

// oauthCredentials are the client credentials of OAuth 2.0 (RFC 6749 §4.4): a token for an hour or so, asked for when needed.
type oauthCredentials struct {
	client *http.Client
	config clientcredentials.Config

	mu     sync.Mutex
	source oauth2.TokenSource
}

func (c *oauthCredentials) sign(r *http.Request, _ []byte) error {
	c.mu.Lock()
	if c.source == nil {
		// Not the context of this message: the source serves the others as well. The client bounds the wait.
		c.source = c.config.TokenSource(context.WithValue(context.Background(), oauth2.HTTPClient, c.client))
	}
	source := c.source
	c.mu.Unlock()
	token, err := source.Token()
	if err != nil {
		// The text of this error quotes what the service wrote.
		if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil {
			return refusedHelper("token", refused.Response.StatusCode)
		}
		return httpFailure(err, false)
	}
	token.SetAuthHeader(r)
	return nil
}

func (c *oauthCredentials) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.source = nil
}

// ovhCredentials sign with the application's secret and a time that must be the service's own within a minute or so: ours is
// corrected by the difference, asked for once.
type ovhCredentials struct {
	application, secret, consumer string
	clock                         string // its address
	client                        *http.Client
	now                           func() time.Time

	mu    sync.Mutex
	known bool
	delta time.Duration
}

func (c *ovhCredentials) sign(r *http.Request, body []byte) error {
	delta, err := c.difference()
	if err != nil {
		return err
	}
	at := strconv.FormatInt(c.now().Add(delta).Unix(), 10)
	// SHA-1 is what the service asks for.
	sum := sha1.Sum([]byte(strings.Join([]string{c.secret, c.consumer, r.Method, r.URL.String(), string(body), at}, "+")))
	r.Header.Set("X-Ovh-Application", c.application)
	r.Header.Set("X-Ovh-Consumer", c.consumer)
	r.Header.Set("X-Ovh-Timestamp", at)
	r.Header.Set("X-Ovh-Signature", "$1$"+hex.EncodeToString(sum[:]))
	return nil
}

// difference is the service's clock less ours.
func (c *ovhCredentials) difference() (time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known {
		return c.delta, nil
	}
	// Not the context of the message, which notes what of the message was written. The client bounds the wait.
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, c.clock, nil)
	if err != nil {
		return 0, Temporary("http: request refused")
	}
	answer, err := c.client.Do(request)
	if err != nil {
		return 0, httpFailure(err, false)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 64))
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if answer.StatusCode != http.StatusOK || err != nil {
		return 0, refusedHelper("time", answer.StatusCode)
	}
	c.known, c.delta = true, time.Unix(seconds, 0).Sub(c.now())
	return c.delta, nil
}

func (c *ovhCredentials) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = false
}

// refusedHelper is the failure of a message whose token or time could not be had: it was not handed over, and is not to blame.
func refusedHelper(what string, status int) error {
	fault, mend := faultOfStatus(status)
	if fault != OfGateway && fault != OfRate {
		fault, mend = OfAccount, "the user and the password or key, and the address"
	}
	return &Failure{Reason: "http: status " + strconv.Itoa(status) + " to the request for the " + what, Fault: fault, Mend: mend}
}
