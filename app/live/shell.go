package live

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// actions are what the buttons of the shell do.
type actions interface {
	activate() // the new version takes over, and the page is loaded again
	decline()  // remembers on this device that installing was refused
}

// shell is the one component of go-app, whatever the path. go-app copies exported fields from one instance to the next, so
// that there are none; and it draws classes only, since the page policy refuses style attributes.
type shell struct {
	app.Compo
	status  status
	actions actions
	mounted *app.Context
	settled bool // screen readers know the region that is read aloud
	silence *time.Timer
}

// change alters the status and draws the shell again. It may be called before the shell is mounted, from any goroutine.
func (s *shell) change(f func(*status)) {
	if s.mounted == nil {
		f(&s.status)
		return
	}
	s.mounted.Dispatch(func(app.Context) {
		before := s.status.notice()
		f(&s.status)
		s.tell(before)
	})
}

// tell lets screen readers hear of a notice that is new, once they can.
func (s *shell) tell(before notice) {
	if now := s.status.notice(); s.settled && now != before && now != nothing {
		s.speak(now.words(said.Shell()))
	}
}

// say has a text read aloud.
func (s *shell) say(text string) {
	if s.mounted != nil {
		s.mounted.Dispatch(func(app.Context) { s.speak(text) })
	}
}

// speak puts a text where it is read aloud, and takes it away once it has been: whoever reads the page to its end meets neither an old
// sentence nor an empty region, which is why the region has no role of its own.
func (s *shell) speak(text string) {
	s.status.said = text
	if s.silence != nil {
		s.silence.Stop()
	}
	if text != "" && s.mounted != nil {
		s.silence = time.AfterFunc(10*time.Second, func() { s.say("") })
	}
}

// settling is how long a screen reader takes to know a region that is new: what stands in it before would never be read aloud.
const settling = 2 * time.Second

// OnMount is go-app's. What it did to the window is undone at once by the boot script, and here too: links and Back belong
// to the browser.
func (s *shell) OnMount(ctx app.Context) {
	s.mounted = &ctx
	app.Window().Set("onclick", nil)
	s.canInstall(ctx)
	time.AfterFunc(settling, func() {
		ctx.Dispatch(func(app.Context) {
			s.settled = true
			s.tell(nothing)
		})
	})
}

// OnAppUpdate is go-app's: a new version waits.
func (s *shell) OnAppUpdate(app.Context) {
	before := s.status.notice()
	s.status.update = true
	s.tell(before)
}

// OnAppInstallChange is go-app's: installing has become possible, or is done.
func (s *shell) OnAppInstallChange(ctx app.Context) {
	before := s.status.notice()
	s.canInstall(ctx)
	s.tell(before)
}

func (s *shell) canInstall(ctx app.Context) {
	switch {
	case !ctx.IsAppInstallable():
		s.status.install = notInstallable
	case ctx.IsAppleBrowser():
		s.status.install = byHand
	default:
		s.status.install = byPrompt
	}
}

// Render is go-app's. The element keeps its id and its class, so that the styles of the page hold for it. The region that is read aloud
// comes first: behind a notice that comes and goes go-app would make it anew, and nothing would be heard of it.
func (s *shell) Render() app.UI {
	aloud := ""
	if s.settled {
		aloud = s.status.said
	}
	return app.Div().ID("island").Class("island").DataSet("live", "oui").Body(
		app.P().Class("hidden").Aria("live", "polite").Aria("atomic", "true").Text(aloud),
		app.If(s.status.notice() != nothing, s.notice),
	)
}

func (s *shell) notice() app.UI {
	n := s.status.notice()
	return app.Section().Class("shell").Aria("label", said.Shell().Name).Body(
		app.P().Text(n.words(said.Shell())),
		app.Div().Body(
			app.If(n == updateNotice, func() app.UI { return button(said.Shell().UpdateNow, "button secondary", s.accept) }),
			app.If(n == updateNotice, func() app.UI { return button(said.Shell().UpdateLater, "button quiet", s.postpone) }),
			app.If(n == promptNotice, func() app.UI { return button(said.Shell().InstallNow, "button secondary", s.install) }),
			app.If(n == promptNotice, func() app.UI { return button(said.Shell().InstallNever, "button quiet", s.refuse) }),
			app.If(n == byHandNotice, func() app.UI { return button(said.Shell().InstallHandUnderstood, "button secondary", s.refuse) }),
		),
	)
}

func button(text, class string, press app.EventHandler) app.UI {
	return app.Button().Type("button").Class(class).Text(text).OnClick(press)
}

func (s *shell) accept(app.Context, app.Event) {
	if !s.status.busy {
		s.actions.activate()
	}
}

func (s *shell) install(ctx app.Context, _ app.Event) { ctx.ShowAppInstallPrompt() }

func (s *shell) postpone(app.Context, app.Event) { s.close(func(s *status) { s.later = true }) }

func (s *shell) refuse(app.Context, app.Event) {
	s.actions.decline()
	s.close(func(s *status) { s.declined = true })
}

// close takes the notice away. The focus was on its button and must not be lost: it goes to the content.
func (s *shell) close(f func(*status)) {
	f(&s.status)
	if content := app.Window().GetElementByID("contenu"); content.Truthy() {
		content.Call("focus", map[string]any{"preventScroll": true})
	}
}
