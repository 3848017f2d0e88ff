package franceconnect

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strconv"
	"strings"

	"moncompte/server/portal"
)

// failed is why nobody is signed in. The reason is our words, the provider's error code, and the reference that its support asks
// for: it holds no personal data, token or free text of the provider.
func failed(kind portal.FailureKind, reason string) *portal.ProviderError {
	return &portal.ProviderError{Kind: kind, Reason: reason}
}

// logged writes a failure to the log, once, and returns it as an error. What people do is information; what an operator must look
// at is an error.
func (c *Client) logged(ctx context.Context, f *portal.ProviderError) error {
	level := slog.LevelError
	switch f.Kind {
	case portal.Cancelled, portal.Expired:
		level = slog.LevelInfo
	case portal.Unavailable:
		level = slog.LevelWarn
	}
	c.opts.Log.Log(ctx, level, "no FranceConnect sign-in", "kind", string(f.Kind), "reason", f.Reason)
	return f
}

// callbackKind judges the error of an answer that came by the browser, by its code alone: the descriptions change.
func callbackKind(code string) portal.FailureKind {
	switch code {
	case "access_denied":
		return portal.Cancelled
	case "server_error", "temporarily_unavailable":
		return portal.Unavailable
	case "invalid_request", "invalid_scope", "invalid_acr", "invalid_idp_hint", "unsupported_response_type", "unauthorized_client",
		"invalid_client":
		return portal.Misconfigured
	}
	return portal.Refused // the older Yxxxxxx and Exxxxxx codes, and whatever comes next
}

// endpointKind judges an answer of the token or userinfo endpoint that is not a success.
func endpointKind(status int, code string) portal.FailureKind {
	switch {
	case status >= 300 && status < 400:
		return portal.Invalid // a redirect, which is never followed
	case status >= 500, status == 429:
		return portal.Unavailable
	}
	switch code {
	case "invalid_grant", "invalid_token":
		return portal.Expired // 30 s and 60 s: the person only has to begin again
	case "invalid_client", "invalid_request", "invalid_scope", "unauthorized_client", "unsupported_grant_type",
		"invalid_client_metadata": // FranceConnect+ could not read our JWKS
		return portal.Misconfigured
	case "server_error", "temporarily_unavailable":
		return portal.Unavailable
	}
	return portal.Refused
}

// endpointReason words an answer that is not a success.
func endpointReason(where string, status int, code, uri string) string {
	where += ": status " + strconv.Itoa(status)
	if code == "" {
		return where
	}
	return providerReason(where, code, uri)
}

// providerReason words an error of the provider. Only what looks like a code or a reference passes: the rest could be anything,
// and anybody can write the callback's query.
func providerReason(where, code, uri string) string {
	reason := where + ": " + word(code, "_")
	u, err := url.Parse(uri)
	if err != nil {
		return reason
	}
	q := u.Query()
	if v := q.Get("code"); v != "" {
		reason += " code=" + word(v, "_")
	}
	if v := q.Get("id"); v != "" {
		reason += " id=" + word(v, "-")
	}
	return reason
}

// word returns text when it is 1 to 64 ASCII letters, digits or extra characters.
func word(text, extra string) string {
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(extra, r)
	}
	if text == "" || len(text) > 64 || strings.ContainsFunc(text, odd) {
		return "(unreadable)"
	}
	return text
}

// fetchCause words the error of a cached fetch: our own words, or why the caller stopped waiting.
func fetchCause(err error) string {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return cause(err)
	}
	return err.Error()
}
