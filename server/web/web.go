// Package web answers HTTP: it reads forms, asks the domain and renders components. A handler returns an error and never
// writes one.
package web

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"
	_ "time/tzdata" // the pages show Paris time on any machine

	"github.com/alexedwards/scs/v2"

	"moncompte/app/limits"
	"moncompte/app/nir"
	"moncompte/app/search"
	"moncompte/app/words"
	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/tracing"
	"moncompte/static"
	"moncompte/static/aide"
)

// Accounts is what the pages need of the store beyond sign-in.
type Accounts interface {
	Account(ctx context.Context, id portal.AccountID) (portal.Account, error)
	SignIns(ctx context.Context, id portal.AccountID, device keys.Secret) ([]portal.SignIn, error)
	OpenSessions(ctx context.Context, id portal.AccountID) ([]portal.OpenSession, error)
	EndOtherSessions(ctx context.Context, by portal.SessionRow, keep string) (ended int, err error)
	EndOneSession(ctx context.Context, by portal.SessionRow, session string) (ended int, err error)
	Ping(ctx context.Context) error
}

// Options are what the site is made of. Log, Observe, Away and Provisional may be left out.
type Options struct {
	BaseURL        *url.URL
	Org            components.Org
	Assets         *static.Assets
	Help           *aide.Help
	Login          *portal.Login
	Recovery       *portal.Recovery
	SecondStep     *portal.SecondStep // nil = a right pair is always enough
	Passkeys       *portal.Passkeys   // nil = they are not offered
	FranceConnect  *FranceConnect     // nil = it is not offered
	Services       []Service          // that Mon Compte leads to, and a sign-in back to
	ServicesDomain string             // whose hosts are sent a pass; "" = services are on this host
	Accounts       Accounts
	Sessions       Sessions
	Provisional    *nir.Pattern          // the shape of provisional identifiers; nil = the usual one
	TrustedProxies []netip.Prefix        // whose X-Forwarded-For is believed
	Idle, Lifetime time.Duration         // of a session; 0 = 30 minutes and 8 hours
	Limits         limits.Limits         // that people are told, but for Idle and Lifetime; zero = portal.StandardLimits
	Dev            bool                  // shows the gallery and says that accounts are fictitious
	Sent           func() []notify.Shown // the messages of dev mode, newest first; nil = they are really sent
	Log            *slog.Logger
	Observe        func(route string, status int, took time.Duration)
	Traces         *tracing.Tracer         // nil = none are made
	Away           func() []portal.Channel // the channels by which no code leaves at this moment; nil = none
	Unavailable    func(error) bool        // tells a database that cannot be used now from a fault; nil = every error of it is a fault
}

type site struct {
	Options
	sessions       *scs.SessionManager
	paris          *time.Location
	links          components.Assets
	critical       string
	criticalPolicy string
	formsPolicy    string
	helpWords      *search.Index
	helpFile       helpIndexFile
	unreadable     portal.EveryMinute // addresses that trusted proxies forward
	untrusted      portal.EveryMinute // proxies that nobody has named
	misasked       portal.EveryMinute // questions of proxies that nothing answers
	unlisted       portal.EveryMinute // services behind a proxy that nobody has listed
	// These are put together when they are first asked for.
	offline  func() (offline, error)
	manifest func() (*content, error)
}

// New returns the whole site.
func New(o Options) (http.Handler, error) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, err
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Observe == nil {
		o.Observe = func(string, int, time.Duration) {}
	}
	if o.Unavailable == nil {
		o.Unavailable = func(error) bool { return false }
	}
	o.Idle = cmp.Or(o.Idle, portal.SessionIdle)
	o.Lifetime = cmp.Or(o.Lifetime, portal.SessionLifetime)
	o.Limits = cmp.Or(o.Limits, portal.StandardLimits)
	o.Limits.Idle, o.Limits.Lifetime = o.Idle, o.Lifetime
	s := &site{Options: o, paris: paris}
	s.links = components.Assets{
		CSS:       o.Assets.URL("app.css"),
		HTMX:      o.Assets.URL("htmx.js"),
		Script:    o.Assets.URL("page.js"),
		Boot:      o.Assets.URL("boot.js"),
		Listen:    o.Assets.URL("listen.js"),
		Manifest:  "/manifest.webmanifest",
		Icon:      o.Assets.URL("favicon.svg"),
		TouchIcon: o.Assets.URL("apple-touch-icon.png"),
	}
	if o.Passkeys != nil {
		s.links.Passkey = o.Assets.URL("passkey.js")
	}
	if o.FranceConnect != nil {
		s.links.CSS = o.Assets.URL("app-franceconnect.css") // the same and the official button, in one request
	}
	s.formsPolicy = s.formPolicy()
	if err := s.readCritical(); err != nil {
		return nil, err
	}
	if s.helpWords, s.helpFile, err = newHelpSearch(o.Help.Documents()); err != nil {
		return nil, err
	}
	s.manifest = sync.OnceValues(s.newManifest)
	s.sessions = s.newSessions()
	return s.handler(), nil
}

// words are the language of a request's pages: French, whoever asks.
func (s *site) words(*http.Request) words.Words { return words.French }

// page is the frame of the current request's page.
func (s *site) page(r *http.Request) components.Page {
	return components.Page{
		Org:      s.Org,
		Assets:   s.links,
		SignedIn: s.account(r) != "",
		Words:    s.words(r),
		Limits:   s.Limits,
		Path:     r.URL.Path,
		Dev:      s.Dev,
		Now:      s.now().In(s.paris),
		Only:     s.only(),
	}
}

func (s *site) only() components.Channel {
	if s.Recovery == nil {
		return 0
	}
	return channelOf(s.Recovery.Reach.Only())
}

// now reads the clock by which flows expire.
func (s *site) now() time.Time {
	if s.Recovery == nil || s.Recovery.Now == nil {
		return time.Now()
	}
	return s.Recovery.Now()
}

// secure reports whether browsers reach the site over https. It decides on the __Host- prefix and the Secure attribute
// of cookies, which a plain http loopback address cannot have everywhere.
func (s *site) secure() bool { return s.BaseURL.Scheme == "https" }
