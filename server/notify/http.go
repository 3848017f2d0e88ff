package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// httpGateway posts SMS to an HTTP service:
//
//	POST {"id": "…", "to": "+33…", "text": "…", "sender": "…"}
//	Idempotency-Key: the same id
//
// Any 2xx answer means that the service took the message; an answer {"id": "…"} gives the receipt.
type httpGateway struct {
	url    string
	sender string
	auth   func(*http.Request)
	client *http.Client
	now    func() time.Time
}

// httpAnswerLimit bounds what is read of an answer.
const httpAnswerLimit = 16 << 10

func openHTTP(a address, o Options) (Gateway, error) {
	// Codes travel in the body: without TLS only to this machine.
	if a.scheme == "http" && !a.loopback() {
		return nil, errors.New("plain http is for loopback only, use https")
	}
	query := a.url.Query()
	token := query.Get("token")
	query.Del("token")
	target := *a.url
	target.RawQuery = query.Encode()
	if token != "" && a.user != "" {
		return nil, errors.New("either a user and password or token=, not both")
	}
	g := &httpGateway{url: target.String(), sender: a.from, now: o.Now, auth: func(*http.Request) {}}
	switch {
	case token != "":
		g.auth = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	case a.user != "":
		g.auth = func(r *http.Request) { r.SetBasicAuth(a.user, a.password) }
	}
	g.client = &http.Client{
		Timeout: 10 * time.Second,
		// A redirect would carry the code, and perhaps the credentials, to a place that nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment, // many hosting networks have no other way out
			DialContext:         o.Dial,
			TLSClientConfig:     &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 4,
			IdleConnTimeout:     time.Minute,
			TLSHandshakeTimeout: 10 * time.Second,
		},
	}
	return g, nil
}

// Send posts m once.
func (g *httpGateway) Send(ctx context.Context, m Message) (receipt string, err error) {
	phone, err := ParsePhone(m.To.Reveal())
	if err != nil {
		return "", Permanent("number refused: " + err.Error())
	}
	body, err := json.Marshal(map[string]string{
		"id": m.ID, "to": phone.E164(), "text": m.Text.Reveal(), "sender": g.sender,
	})
	if err != nil {
		return "", Permanent("http: message not encodable")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return "", Temporary("http: request refused")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", m.ID) // also lets net/http repeat the request on a connection found dead
	request.Header.Set("User-Agent", "moncompte")
	g.auth(request)
	answer, err := g.client.Do(request)
	if err != nil {
		// The text of this error quotes the URL.
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return "", Temporary("http: " + networkReason(err))
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, httpAnswerLimit)) // the status has decided, the rest is courtesy
	if answer.StatusCode/100 == 2 {
		var taken struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(text, &taken)
		return cleanReceipt(taken.ID), nil
	}
	return "", g.failure(answer)
}

// Close ends idle connections.
func (g *httpGateway) Close() error {
	g.client.CloseIdleConnections()
	return nil
}

// failure sorts a status. 401 and every 3xx speak about our settings, which the operator can repair while the message waits.
func (g *httpGateway) failure(answer *http.Response) error {
	f := &Failure{Reason: "http: status " + strconv.Itoa(answer.StatusCode)}
	switch code := answer.StatusCode; code {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
	default:
		f.Permanent = code >= 400 && code < 500
	}
	if !f.Permanent {
		f.After = retryAfter(answer.Header.Get("Retry-After"), g.now())
	}
	return f
}

// retryAfter reads the header (RFC 9110 §10.2.3): seconds or a date. 0 when absent, malformed or past.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// cleanReceipt returns a foreign reference when it is short and of plain characters, empty otherwise: it goes to the log.
func cleanReceipt(id string) string {
	if len(id) > 64 {
		return ""
	}
	for _, c := range []byte(id) {
		plain := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c == '.'
		if !plain {
			return ""
		}
	}
	return id
}
