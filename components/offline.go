package components

// OfflineView is the page shown when there is no connection.
type OfflineView struct {
	Page // signed out: whoever is offline is shown the same page
}
