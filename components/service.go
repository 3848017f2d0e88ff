package components

// Service is a service that stands behind the portal.
type Service struct{ Name, HRef string }

// ArrivingView leads back to where the person came from.
type ArrivingView struct {
	Page
	Service Service
}

// VouchingView is the sign-in for a service that asks for an identity that FranceConnect vouches for: nothing else satisfies it.
type VouchingView struct {
	Page
	FranceConnect FranceConnectView
}
