package franceconnect

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"moncompte/server/portal"
)

// tokens are what a code gives. Neither is checked yet.
type tokens struct{ accessToken, idToken string }

// exchange spends the code. It is never tried twice: a code works once.
func (c *Client) exchange(ctx context.Context, e endpoints, code string) (tokens, *portal.ProviderError) {
	t, err := c.oauth(e).Exchange(c.withHTTP(ctx), code)
	if err != nil {
		return tokens{}, exchangeFailure(ctx, err)
	}
	idToken, _ := t.Extra("id_token").(string)
	switch {
	case idToken == "":
		return tokens{}, failed(portal.Invalid, "token: no id_token")
	case !strings.EqualFold(t.TokenType, "Bearer"):
		return tokens{}, failed(portal.Invalid, "token: not a bearer token")
	case !printable(t.AccessToken, maxAnswer):
		return tokens{}, failed(portal.Invalid, "token: access_token is not a token")
	}
	return tokens{accessToken: t.AccessToken, idToken: idToken}, nil
}

func exchangeFailure(ctx context.Context, err error) *portal.ProviderError {
	var (
		answered *oauth2.RetrieveError
		broken   *url.Error
	)
	switch {
	case errors.As(err, &answered):
		status := answered.Response.StatusCode
		return failed(endpointKind(status, answered.ErrorCode), endpointReason("token", status, answered.ErrorCode, answered.ErrorURI))
	case ctx.Err() != nil:
		return failed(portal.Unavailable, "token: "+cause(ctx.Err()))
	case errors.As(err, &broken):
		return failed(portal.Unavailable, "token: "+cause(err))
	}
	return failed(portal.Invalid, "token: the answer is cut short, too large or not the JSON expected")
}

// printable tells whether a text is 1 to most bytes of visible ASCII.
func printable(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
