package notify

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"moncompte/app/words"
)

// Options is what the gateways need besides their URLs. The zero value works.
type Options struct {
	SMSGateway string // what an https address speaks: a name, or the path of a description; empty = json
	DKIMKey    string // the private key that signs e-mails, in PEM; empty = none does

	Host    string // of the base URL, without port: the domain of no-reply@ and of Message-ID; empty = localhost
	OrgName string // the display name of the sender of e-mails; empty = Mon Compte
	Log     *slog.Logger
	Now     func() time.Time
	Roots   *x509.CertPool // certificates of the gateways; nil = those of the system
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)

	Enquire time.Duration // how often a silent SMPP link is tested: 30 s
	Answer  time.Duration // how long an SMSC may take to answer: 60 s
	Backoff Backoff       // between refused SMPP binds
}

// Open returns the gateways that the settings ask for, nil for an empty URL. Nothing is connected yet: a gateway that is down
// must not keep the portal from starting.
//
//	smtp://user:password@host:587?from=caf@example.fr       STARTTLS, required except to loopback
//	smtp://user:password@host:587?selector=k2               signed by Options.DKIMKey, published as k2._domainkey
//	smtps://user:password@host:465                          TLS from the first byte
//	smpp://user:password@host:2775?from=CAF                 SMPP 3.4, plain: over a private line
//	smpps://user:password@host:3550                         the same over TLS
//	https://user:password@host/path?from=CAF                JSON POST, HTTP Basic
//	https://host/path?token=…&from=CAF                      JSON POST, Authorization: Bearer
//	https://user:key@host?from=CAF                          as Options.SMSGateway says
//
// An error is one line that begins with the name of the setting and never quotes the URL, which holds a password.
func Open(smtpURL, smsURL string, o Options) (sms, email Gateway, err error) {
	o = o.withDefaults()
	if smtpURL != "" {
		if email, err = openEmail(smtpURL, o); err != nil {
			return nil, nil, named("MONCOMPTE_SMTP_URL", err)
		}
	}
	if smsURL != "" {
		if sms, err = openSMS(smsURL, o); err != nil {
			return nil, nil, named("MONCOMPTE_SMS_URL", err)
		}
	}
	if o.DKIMKey != "" && smtpURL == "" {
		return nil, nil, errors.New("MONCOMPTE_DKIM_KEY_FILE: it signs e-mails, and there is no MONCOMPTE_SMTP_URL")
	}
	if o.SMSGateway != "" && !strings.HasPrefix(smsURL, "http") {
		return nil, nil, errors.New("MONCOMPTE_SMS_GATEWAY: it says what an https address speaks, and MONCOMPTE_SMS_URL is none")
	}
	return sms, email, nil
}

// settingError is the error of another setting than the one that is being read.
type settingError struct {
	setting string
	error
}

func named(setting string, err error) error {
	if other, ok := errors.AsType[settingError](err); ok {
		return fmt.Errorf("%s: %w", other.setting, other.error)
	}
	return fmt.Errorf("%s: %w", setting, err)
}

// Close ends the connections that gateways hold. Nil gateways and those without connections are fine.
func Close(gateways ...Gateway) {
	for _, g := range gateways {
		if c, ok := g.(io.Closer); ok {
			c.Close()
		}
	}
}

func (o Options) withDefaults() Options {
	o.Host = cmp.Or(o.Host, "localhost")
	o.OrgName = cmp.Or(o.OrgName, words.French.Product())
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Enquire <= 0 {
		o.Enquire = 30 * time.Second
	}
	if o.Answer <= 0 {
		o.Answer = time.Minute
	}
	return o
}

// The ports of addresses that name none, by scheme.
var (
	emailPorts = map[string]int{"smtp": 587, "smtps": 465}
	smsPorts   = map[string]int{"smpp": 2775, "smpps": 3550, "https": 443, "http": 80}
)

// Answers returns the host and port of an address that Open takes, and why nobody answers there; nil = somebody does. It signs in to
// nobody: an SMSC may allow one bind, which a server holds.
func Answers(ctx context.Context, raw string) (hostPort string, err error) {
	a, err := parseAddress(raw, emailPorts)
	if err != nil {
		a, err = parseAddress(raw, smsPorts)
	}
	if err != nil {
		return "", err
	}
	dial := (&net.Dialer{}).DialContext
	if a.scheme == "smtps" || a.scheme == "smpps" || a.scheme == "https" {
		dial = (&tls.Dialer{}).DialContext
	}
	connection, err := dial(ctx, "tcp", a.hostPort())
	if err != nil {
		return a.hostPort(), err
	}
	return a.hostPort(), connection.Close()
}

func openEmail(raw string, o Options) (Gateway, error) {
	a, err := parseAddress(raw, emailPorts)
	if err != nil {
		return nil, err
	}
	a.from = cmp.Or(a.from, "no-reply@"+o.Host)
	if parsed, err := mail.ParseAddress(a.from); err != nil || parsed.Address != a.from {
		return nil, errors.New("from= is not an e-mail address")
	}
	limits, err := a.limits(Limits{Window: 4})
	if err != nil {
		return nil, err
	}
	g := &smtpGateway{address: a, o: o, limits: limits}
	selector := a.take("selector")
	switch {
	case o.DKIMKey != "":
		if g.dkim, err = newSigner(o.DKIMKey, a.from, selector); err != nil {
			return nil, err
		}
	case selector != "":
		return nil, errors.New("selector= says where the key of MONCOMPTE_DKIM_KEY_FILE is published, and there is none")
	}
	return g, a.over("from=, selector=, rate= and window=")
}

func openSMS(raw string, o Options) (Gateway, error) {
	a, err := parseAddress(raw, smsPorts)
	if err != nil {
		return nil, err
	}
	switch a.scheme {
	case "http", "https":
		return openHTTP(a, o)
	}
	return openSMPP(a, o)
}

// address is a parsed setting.
type address struct {
	scheme   string
	host     string
	port     int
	user     string
	password string
	from     string
	query    url.Values // what nobody has taken yet
	url      *url.URL   // without user, password, query
}

func (a address) hostPort() string { return net.JoinHostPort(a.host, strconv.Itoa(a.port)) }

// loopback tells whether the other side is this machine, where a cleartext connection can be overheard by nobody new.
func (a address) loopback() bool {
	ip := net.ParseIP(a.host)
	return a.host == "localhost" || ip != nil && ip.IsLoopback()
}

// parseAddress reads a setting. The errors of net/url quote their input, so that none of them is passed on.
func parseAddress(raw string, ports map[string]int) (address, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return address{}, errors.New("not a URL (a special character of the password must be percent-encoded)")
	}
	port, known := ports[u.Scheme]
	if !known {
		return address{}, errors.New("unknown scheme")
	}
	if u.Hostname() == "" || u.Opaque != "" {
		return address{}, errors.New("no host")
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil || port < 1 || port > 65535 {
			return address{}, errors.New("not a port number")
		}
	}
	a := address{scheme: u.Scheme, host: u.Hostname(), port: port}
	if u.User != nil {
		a.user = u.User.Username()
		a.password, _ = u.User.Password()
	}
	a.query = u.Query()
	a.from = a.take("from")
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	a.url = u
	if a.scheme != "http" && a.scheme != "https" && u.Path != "" && u.Path != "/" {
		return address{}, errors.New("no path may follow the host")
	}
	return a, nil
}

// limits reads rate= and window=, which every gateway has.
func (a address) limits(standard Limits) (Limits, error) {
	if text := a.take("rate"); text != "" {
		rate, err := strconv.ParseFloat(text, 64)
		if err != nil || !(rate >= 0.1 && rate <= 1000) {
			return standard, errors.New("rate= must be messages a second, between 0.1 and 1000")
		}
		standard.Rate = rate
	}
	if text := a.take("window"); text != "" {
		window, err := strconv.Atoi(text)
		if err != nil || window < 1 || window > 1000 {
			return standard, errors.New("window= must be messages at a time, between 1 and 1000")
		}
		standard.Window = window
	}
	return standard, nil
}

// take returns a parameter, and takes it off those that nobody has asked for.
func (a address) take(name string) string {
	defer a.query.Del(name)
	return a.query.Get(name)
}

// over refuses what is left: a misspelt parameter would be one without effect. It is not quoted, since it could be a password.
func (a address) over(known string) error {
	if len(a.query) > 0 {
		return errors.New("only " + known + " may follow the host")
	}
	return nil
}
