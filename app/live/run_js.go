package live

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Run makes the page live. It does not return.
func Run() {
	s := &shell{actions: pageActions{}}
	watchNetwork(s)
	watchForms(s)
	watchIdentifier(&voice{shell: s})
	watchPassword(&voice{shell: s})
	watchCapsLock(&voice{shell: s})
	watchSearch()
	watchSubmit()
	// go-app replaces the body's first element by the shell, whatever the path.
	app.RouteWithRegexp(".*", func() app.Composer { return s })
	app.RunWhenOnBrowser()
}
