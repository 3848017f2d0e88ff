package components

// Service is a service that stands behind the portal.
type Service struct{ Name, HRef string }

// ArrivingView leads back to where the person came from.
type ArrivingView struct {
	Page
	Service Service
}
