package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
)

// httpGateway posts SMS to an HTTPS service, as a description says.
type httpGateway struct {
	is          *description
	url         string
	settings    values // of the address
	credentials credentials
	client      *http.Client
	now         func() time.Time
	limits      Limits
}

// Limits implements Limited.
func (g *httpGateway) Limits() Limits { return g.limits }

const (
	// httpAnswerLimit bounds what is read of an answer.
	httpAnswerLimit = 16 << 10
	// httpPatience is how long an answer may take. What comes later is as good as none, and is told apart from a refusal.
	httpPatience = 30 * time.Second
)

func openHTTP(a address, o Options) (Gateway, error) {
	is, err := describe(o.SMSGateway)
	if err != nil {
		return nil, settingError{"MONCOMPTE_SMS_GATEWAY", err}
	}
	// Codes travel in the body: without TLS only to this machine.
	if a.scheme == "http" && !a.loopback() {
		return nil, errors.New("plain http is for loopback only, use https")
	}
	g := &httpGateway{is: is, now: o.Now, settings: values{"user": a.user, "password": a.password, "sender": a.from}}
	if g.limits, err = a.limits(Limits{Rate: 20, Window: 10}); err != nil {
		return nil, err
	}
	uses := is.uses()
	if is.Auth.Scheme == "ovhcloud" {
		uses["consumer"] = false
	}
	for name, optional := range uses {
		if slices.Contains(fixed, name) {
			continue
		}
		value := a.query.Get(name)
		if value == "" && !optional {
			return nil, fmt.Errorf("%s= is missing", name)
		}
		g.settings[name] = value
		a.query.Del(name)
	}
	if is.Path != "" && len(a.query) > 0 {
		return nil, errors.New("a parameter that this gateway does not know follows the host")
	}
	for _, value := range g.settings {
		if strings.ContainsFunc(value, unicode.IsControl) { // it would end a header
			return nil, errors.New("a control character in the user, the password or a parameter")
		}
	}
	if g.settings["token"] != "" && a.user != "" {
		return nil, errors.New("either a user and password or token=, not both")
	}
	if is.needsKey() && a.password == "" {
		return nil, errors.New("no key: it is the password of the address, https://user:key@host or https://:key@host")
	}
	if is.Path != "" && is.needs("sender") && a.from == "" {
		return nil, errors.New("from= is missing: this gateway wants a sender")
	}
	if is.Path != "" {
		path, _ := g.settings.fill(is.Path, escapeSegment)
		a.url.RawPath = strings.TrimSuffix(a.url.EscapedPath(), "/") + path
		if a.url.Path, err = url.PathUnescape(a.url.RawPath); err != nil {
			return nil, errors.New("the path of the gateway is not one")
		}
	}
	a.url.RawQuery = a.query.Encode()
	g.url = a.url.String()
	g.client = &http.Client{
		Timeout: httpPatience,
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
	g.credentials, err = newCredentials(is.Auth, a, g.settings, g.client, o.Now)
	return g, err
}

// escapeSegment also escapes the plus sign, which some servers read as a space.
func escapeSegment(s string) string { return strings.ReplaceAll(url.PathEscape(s), "+", "%2B") }

// Send posts m once.
func (g *httpGateway) Send(ctx context.Context, m Message) (receipt string, err error) {
	phone, err := ParsePhone(m.To.Reveal())
	if err != nil {
		return "", Permanent("number refused: " + err.Error())
	}
	request, body, err := g.request(ctx, m, phone)
	if err != nil {
		return "", err
	}
	if err := g.credentials.sign(request, body); err != nil {
		return "", err
	}
	answer, err := g.client.Do(request)
	if err != nil {
		return "", httpFailure(err, handedOver(request))
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, httpAnswerLimit)) // what is cut off does not match, and is not a success
	receipt, err = g.is.judge(readHTTPAnswer(answer.StatusCode, answer.Header, text, g.now()))
	if failure := (*Failure)(nil); errors.As(err, &failure) && failure.Fault == OfAccount {
		g.credentials.forget()
	}
	return receipt, err
}

// request builds the request of a message.
func (g *httpGateway) request(ctx context.Context, m Message, phone Phone) (*http.Request, []byte, error) {
	life := m.Expires.Sub(g.now())
	v := maps.Clone(g.settings)
	maps.Copy(v, values{
		"to": phone.E164(), "digits": phone.E164()[1:], "text": m.Text.Reveal(), "id": m.ID,
		// What the services that have such a field take at most: ten hours of seconds, two days of minutes.
		"seconds": strconv.Itoa(int(min(max(life, time.Second), 10*time.Hour).Seconds())),
		"minutes": strconv.Itoa(int(min(max(life, time.Minute), 48*time.Hour).Minutes())),
	})
	var (
		body []byte
		kind = "application/json"
		err  error
	)
	if g.is.Form != nil {
		form := url.Values{}
		for name, value := range v.fields(g.is.Form) {
			form.Set(name, value)
		}
		body, kind = []byte(form.Encode()), "application/x-www-form-urlencoded"
	} else {
		filled, _ := v.body(g.is.JSON)
		if body, err = json.Marshal(filled); err != nil {
			return nil, nil, Permanent("http: message not encodable")
		}
	}
	request, err := http.NewRequestWithContext(trace(ctx), g.is.Method, g.url, bytes.NewReader(body))
	if err != nil {
		return nil, nil, Temporary("http: request refused")
	}
	// Without GetBody net/http sends nothing twice by itself: a copy more is for the worker to decide, who counts them.
	request.GetBody = nil
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "moncompte")
	for name, value := range v.fields(g.is.Headers) {
		request.Header.Set(name, value)
	}
	return request, body, nil
}

// traceKey finds, in the context of a request, whether it was written whole.
type traceKey struct{}

func trace(ctx context.Context) context.Context {
	written := new(atomic.Bool)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(w httptrace.WroteRequestInfo) {
		written.Store(w.Err == nil)
	}})
	return context.WithValue(ctx, traceKey{}, written)
}

func handedOver(r *http.Request) bool { return r.Context().Value(traceKey{}).(*atomic.Bool).Load() }

// httpFailure describes an error of the network. The text of one quotes the URL.
func httpFailure(err error, handedOver bool) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	f := networkFailure("http: ", err)
	if handedOver {
		f.Fault = Unknown
	}
	return f
}

// Close ends idle connections.
func (g *httpGateway) Close() error {
	g.client.CloseIdleConnections()
	return nil
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
