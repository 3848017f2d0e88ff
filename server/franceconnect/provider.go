package franceconnect

import (
	"context"
	"errors"
	"net/url"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// Provider speaks the domain's words: it is a Client as web.Provider wants it.
type Provider struct{ *Client }

// Start is Client.Start. Its errors are a *portal.ProviderError.
func (p Provider) Start(ctx context.Context) (string, portal.Visit, error) {
	address, pending, err := p.Client.Start(ctx)
	if err != nil {
		return "", portal.Visit{}, providerError(err)
	}
	return address, portal.Visit{Way: portal.ToSignIn, State: keys.NewSecret(pending.State), Nonce: keys.NewSecret(pending.Nonce)}, nil
}

// Finish is Client.Finish. Its errors are a *portal.ProviderError.
func (p Provider) Finish(ctx context.Context, q url.Values, find func(string) (portal.Visit, bool)) (portal.Identity, error) {
	id, err := p.Client.Finish(ctx, q, func(state string) (Pending, bool) {
		visit, ok := find(state)
		return Pending{State: visit.State.Reveal(), Nonce: visit.Nonce.Reveal(), At: visit.At}, ok
	})
	if err != nil {
		return portal.Identity{}, providerError(err)
	}
	return portal.Identity{
		Issuer:  id.Issuer,
		Subject: keys.NewSecret(id.Subject),
		ACR:     id.ACR,
		Civil: portal.Civil{BirthName: id.FamilyName, UsedName: id.UsedName, GivenNames: id.GivenNames, Sex: portal.Sex(id.Gender),
			Birthdate: id.Birthdate, Birthplace: id.Birthplace, Birthcountry: id.Birthcountry},
		IDToken: id.IDToken,
	}, nil
}

// providerError turns the client's error into the domain's. The kinds have the same names on both sides.
func providerError(err error) error {
	f, ok := errors.AsType[*Failure](err)
	if !ok {
		return err
	}
	return &portal.ProviderError{Kind: portal.FailureKind(f.Kind), Reason: f.Reason}
}
