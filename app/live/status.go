package live

import "moncompte/app/words"

// said are the words of every page: the server speaks no other language.
const said = words.French

// status is what the shell knows. The zero status shows nothing.
type status struct {
	offline  bool         // the browser says that there is no network
	helped   bool         // a service worker controls the page: the help can be read offline
	back     bool         // the network came back a moment ago
	update   bool         // a new version waits
	install  installation // how the portal can be installed here
	busy     bool         // a form holds something, or has the focus: nothing is offered meanwhile
	form     bool         // the page is there for its form: installing is offered elsewhere
	declined bool         // somebody said no to installing, on this device
	later    bool         // somebody said no to the new version, on this page
	said     string       // for screen readers
}

// installation is a way of installing.
type installation uint8

const (
	notInstallable installation = iota
	byPrompt                    // the browser asks when told to
	byHand                      // iPhone and iPad: by the menu
)

// notice is the one thing that the shell shows.
type notice uint8

const (
	nothing notice = iota
	offlineNotice
	offlineHelpNotice
	backNotice
	updateNotice
	promptNotice
	byHandNotice
)

// notice picks what matters most. What can wait waits for an empty form: it never lies over one that somebody fills in, and
// the new version, which loads the page again, never costs what was typed.
func (s status) notice() notice {
	switch {
	case s.offline && s.helped:
		return offlineHelpNotice
	case s.offline:
		return offlineNotice
	case s.back:
		return backNotice
	case s.busy:
		return nothing
	case s.update && !s.later:
		return updateNotice
	case s.form || s.declined:
		return nothing
	case s.install == byPrompt:
		return promptNotice
	case s.install == byHand:
		return byHandNotice
	}
	return nothing
}

func (n notice) words(w *words.Shell) string {
	switch n {
	case offlineNotice:
		return w.Offline
	case offlineHelpNotice:
		return w.OfflineHelp
	case backNotice:
		return w.Back
	case updateNotice:
		return w.Update
	case promptNotice:
		return w.Install
	case byHandNotice:
		return w.InstallHand
	}
	return ""
}
