package franceconnect

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"

	"moncompte/server/tracing"
)

// maxAnswer bounds what one answer of the provider can make us hold: the largest honest one is a few kilobytes.
const maxAnswer = 64 << 10

var errTooLarge = errors.New("answer over 64 KiB")

// boundedClient returns a client that reads at most maxAnswer of each answer, unpacked, and follows no redirect: a token or a
// secret never goes to an address that is not in the settings or the discovery document.
func boundedClient(from *http.Client) *http.Client {
	var base http.RoundTripper
	if from != nil {
		base = from.Transport
	}
	if base == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxResponseHeaderBytes = maxAnswer
		base = t
	}
	return &http.Client{
		Transport:     bounded{base},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type bounded struct{ base http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	_, span := tracing.Call(r.Context(), "FranceConnect") // whose requests belong to no trace of ours: it is told of none
	span.Text("http.request.method", r.Method)
	span.Text("url.path", r.URL.Path) // of the settings or the discovery document
	resp, err := b.base.RoundTrip(r)
	if err != nil {
		span.End(err)
		return nil, err
	}
	span.Number("http.response.status_code", resp.StatusCode)
	span.End(nil)
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

type boundedBody struct {
	io.ReadCloser
	left int // bytes; negative once the answer was too large
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left+1)]) // one more, to tell "full" from "too large"
	if b.left -= n; b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// get returns the status, the media type and the whole body of one GET. A bearer may be empty.
func (c *Client) get(ctx context.Context, address, accept, bearer string) (status int, contentType string, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, "", nil, err
	}
	req.Header.Set("Accept", accept)
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(resp.Body); err != nil {
		return 0, "", nil, err
	}
	return resp.StatusCode, resp.Header.Get("Content-Type"), body, nil
}

// cause says in our own words why a call failed: the text of an error may hold what the provider sent.
func cause(err error) string {
	var (
		dial *net.OpError
		cert *tls.CertificateVerificationError
	)
	switch {
	case errors.Is(err, errTooLarge):
		return errTooLarge.Error()
	case errors.Is(err, context.Canceled):
		return "the caller left"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &cert):
		return "certificate refused"
	case errors.As(err, &dial):
		return "no connection (" + dial.Op + ")"
	}
	return "broken answer"
}
