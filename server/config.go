package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"moncompte/app/limits"
	"moncompte/app/nir"
	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/tracing"
	"moncompte/server/web"
)

// config is what the settings say, checked.
type config struct {
	Listen             string
	BaseURL            *url.URL
	TLSCert, TLSKey    string      // paths; "" = a proxy speaks TLS
	DatabaseURL        keys.Secret // may hold a password
	KeysFile           string
	Dev                bool
	Provisional        *nir.Pattern
	TrustedProxies     []netip.Prefix
	MetricsListen      string      // "" = off
	SMTPURL            keys.Secret // may hold a password, as the next one
	SMSURL             keys.Secret
	DKIMKey            keys.Secret // PEM
	SMSGateway         string      // what an https SMSURL speaks
	SMSBudget          int         // SMS an hour
	SecondStep         portal.SecondStepRule
	SessionIdle        time.Duration
	SessionLife        time.Duration
	Kept               limits.Kept
	Org                components.Org
	FranceConnect      federation
	Services           []web.Service
	KeysBesideDatabase bool     // the operator knows
	Readable           []string // secrets whose files everybody on this machine can read, without MONCOMPTE_
	ServicesDomain     string   // "" = services are on the host of BaseURL
	Tracing            tracing.Settings
}

// settings reads MONCOMPTE_* variables. Any NAME may also be given as NAME_FILE, the path of a file that holds the value,
// so that secrets stay out of the environment. It remembers which settings there are and the first thing that is wrong.
type settings struct {
	lookup   func(string) (string, bool)
	names    []string // of all settings, without MONCOMPTE_
	readable []string // see config
	err      error
}

func (s *settings) refuse(name, format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("MONCOMPTE_%s: "+format, append([]any{name}, args...)...)
	}
}

func (s *settings) text(name, standard string) string {
	s.names = append(s.names, name)
	value, given := s.lookup("MONCOMPTE_" + name)
	path, fromFile := s.lookup("MONCOMPTE_" + name + "_FILE")
	if fromFile && path != "" {
		if given && value != "" {
			s.refuse(name, "it is given both directly and by MONCOMPTE_%s_FILE", name)
			return ""
		}
		b, err := os.ReadFile(path)
		if err != nil {
			s.refuse(name+"_FILE", "%v", withoutPath(err))
			return ""
		}
		value = strings.TrimRight(string(b), "\r\n")
	}
	if value == "" {
		return standard
	}
	return value
}

// secret is a text that others on this machine must not read: where its file lets them, that is remembered.
func (s *settings) secret(name, standard string) keys.Secret {
	if path, ok := s.lookup("MONCOMPTE_" + name + "_FILE"); ok {
		s.private(name, path)
	}
	return keys.NewSecret(s.text(name, standard))
}

// private remembers the file of a secret when others on this machine can read it.
func (s *settings) private(name, path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o007 != 0 {
		s.readable = append(s.readable, name)
	}
}

// certificate is that with which the server speaks TLS by itself; "" and "" where a proxy does.
func (s *settings) certificate(base *url.URL) (cert, key string) {
	cert, key = s.text("TLS_CERT_FILE", ""), s.text("TLS_KEY_FILE", "")
	switch {
	case cert == "" && key == "":
		return
	case cert == "":
		s.refuse("TLS_CERT_FILE", "it must be given with MONCOMPTE_TLS_KEY_FILE")
	case key == "":
		s.refuse("TLS_KEY_FILE", "it must be given with MONCOMPTE_TLS_CERT_FILE")
	case base.Scheme != "https":
		s.refuse("TLS_CERT_FILE", "is of use with an https MONCOMPTE_BASE_URL alone")
	}
	s.private("TLS_KEY", key)
	return
}

// developmentOnly refuses dev mode where strangers could come: its accounts have a published password, and its messages are read by
// everybody (OWASP ASVS 5.0 V13.4.2).
func (s *settings) developmentOnly(c config) {
	host, _, _ := net.SplitHostPort(c.Listen)
	switch {
	case !c.Dev || s.err != nil:
	case c.BaseURL.Scheme == "https":
		s.refuse("DEV", "must be off with an https MONCOMPTE_BASE_URL: the accounts and messages of dev mode are everybody's")
	case !loopback(c.BaseURL.Hostname()):
		s.refuse("DEV", "must be off where MONCOMPTE_BASE_URL is another machine's: the accounts and messages of dev mode are everybody's")
	case !loopback(host):
		s.refuse("DEV", "must be off where MONCOMPTE_LISTEN is not a loopback address: the accounts and messages of dev mode are everybody's")
	}
}

// withoutPath keeps the reason of a file error; the setting is named already.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

func (s *settings) bool(name string) bool {
	switch strings.ToLower(s.text(name, "")) {
	case "", "0", "false", "off", "no":
		return false
	case "1", "true", "on", "yes":
		return true
	}
	s.refuse(name, "must be 1 or 0")
	return false
}

func (s *settings) address(name, standard string) string {
	value := s.text(name, standard)
	if value == "" {
		return ""
	}
	if _, port, err := net.SplitHostPort(value); err != nil || port == "" {
		s.refuse(name, "must be HOST:PORT, such as 127.0.0.1:8080")
	}
	return value
}

func (s *settings) duration(name string, standard, least, most time.Duration) time.Duration {
	value := s.text(name, standard.String())
	d, err := time.ParseDuration(value)
	if err != nil || d < least || d > most {
		s.refuse(name, "must be a duration between %s and %s, such as %s", least, most, standard)
	}
	return d
}

const day = 24 * time.Hour

func (s *settings) days(name string, standard, least, most time.Duration) time.Duration {
	return time.Duration(s.number(name, int(standard/day), int(least/day), int(most/day))) * day
}

func (s *settings) number(name string, standard, least, most int) int {
	value := s.text(name, strconv.Itoa(standard))
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		s.refuse(name, "must be a number between %d and %d", least, most)
	}
	return n
}

// kept is no shorter than what stands on it needs, and no longer than ten years.
func (s *settings) kept(standard limits.Kept) limits.Kept {
	const most = 3650 * day
	return limits.Kept{
		SignIns:  s.days("KEEP_SIGN_INS_DAYS", standard.SignIns, day, most),
		Browsers: s.days("KEEP_BROWSERS_DAYS", standard.Browsers, portal.RememberFor, standard.Browsers),
		Links:    s.days("KEEP_LINKS_DAYS", standard.Links, day, most),
		Messages: s.days("KEEP_MESSAGES_DAYS", standard.Messages, portal.DisowningLife, most),
		Audit:    s.days("KEEP_AUDIT_DAYS", standard.Audit, 30*day, most),
	}
}

// oneOf is one of the values, the first when it is not given.
func (s *settings) oneOf(name string, values ...string) string {
	value := s.text(name, values[0])
	if !slices.Contains(values, value) {
		s.refuse(name, "must be one of: %s", strings.Join(values, ", "))
	}
	return value
}

func (s *settings) baseURL(name, standard string, dev bool) *url.URL {
	u, err := url.Parse(s.text(name, standard))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		s.refuse(name, "must be http://HOST[:PORT] or https://HOST[:PORT] without a path")
		return &url.URL{}
	}
	// Over plain http a session cookie can be read on the way (OWASP ASVS 5.0 V12.2.1).
	if u.Scheme == "http" && !dev && !loopback(u.Hostname()) {
		s.refuse(name, "must be https:// outside this machine")
	}
	u.Path = ""
	return u
}

// loopback reports whether the host is this machine.
func loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func (s *settings) prefixes(name string) []netip.Prefix {
	var prefixes []netip.Prefix
	for _, field := range strings.FieldsFunc(s.text(name, ""), func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(field)
		if a, aerr := netip.ParseAddr(field); aerr == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			s.refuse(name, "%q is neither an address nor a network such as 10.0.0.0/8", field)
			continue
		}
		prefixes = append(prefixes, p.Masked())
	}
	return prefixes
}

// readConfig returns the settings or one line about the first that is wrong. Secrets are never part of it. The environment lists the
// names that are set.
func readConfig(lookup func(string) (string, bool), environment []string) (config, error) {
	s := &settings{lookup: lookup}
	c := config{Dev: s.bool("DEV")}
	c.Listen = s.address("LISTEN", "127.0.0.1:8080")
	c.BaseURL = s.baseURL("BASE_URL", "http://localhost:8080", c.Dev)
	c.TLSCert, c.TLSKey = s.certificate(c.BaseURL)
	c.DatabaseURL = s.secret("DATABASE_URL", "file:moncompte.db")
	if u := c.DatabaseURL.Reveal(); !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "postgres://") && !strings.HasPrefix(u, "postgresql://") {
		s.refuse("DATABASE_URL", "must begin with file: or postgres://")
	}
	c.KeysFile = s.text("KEYS_FILE", "moncompte.keys")
	c.KeysBesideDatabase = s.bool("ALLOW_KEYS_BESIDE_DATABASE")
	c.TrustedProxies = s.prefixes("TRUSTED_PROXIES")
	c.MetricsListen = s.address("METRICS_LISTEN", "")
	c.SMTPURL = s.secret("SMTP_URL", "")
	c.DKIMKey = s.secret("DKIM_KEY", "")
	c.SMSURL = s.secret("SMS_URL", "")
	c.SMSGateway = s.text("SMS_GATEWAY", "")
	c.SMSBudget = s.number("SMS_BUDGET", 1000, 1, 1_000_000)
	rules := []string{string(portal.StepForNewBrowser), string(portal.StepAlways), string(portal.StepNever)}
	if c.Dev {
		rules = []string{rules[2], rules[0], rules[1]} // the first one is the standard: the way of the guide is two fields and a button
	}
	c.SecondStep = portal.SecondStepRule(s.oneOf("SECOND_STEP", rules...))
	c.SessionIdle = s.duration("SESSION_IDLE", portal.SessionIdle, time.Minute, 24*time.Hour)
	c.SessionLife = s.duration("SESSION_LIFETIME", portal.SessionLifetime, time.Minute, 24*time.Hour)
	if c.SessionIdle > c.SessionLife {
		s.refuse("SESSION_IDLE", "must not be longer than MONCOMPTE_SESSION_LIFETIME")
	}
	c.Kept = s.kept(portal.StandardLimits.Kept)
	pattern, err := nir.ParsePattern(s.text("PROVISIONAL_PATTERN", nir.DefaultPattern))
	if err != nil {
		s.refuse("PROVISIONAL_PATTERN", "%v", err)
	}
	c.Provisional = pattern
	c.Org = components.Org{
		Name:  s.text("ORG_NAME", ""),
		Phone: s.text("ORG_PHONE", ""),
		URL:   s.text("ORG_URL", ""),
		// Without an audit that is still valid a site is not conforming, whatever it is like (RGAA 4.1.2, declaration).
		Accessibility: s.oneOf("ORG_ACCESSIBILITY", "non conforme", "partiellement conforme", "totalement conforme"),
	}
	c.FranceConnect = s.federation()
	c.Services = s.services(c.Dev)
	c.ServicesDomain = s.servicesDomain(c.BaseURL.Hostname())
	if u, err := url.Parse(c.Org.URL); c.Org.URL != "" && (err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "") {
		s.refuse("ORG_URL", "must be a web address")
	}
	c.Readable = s.readable
	if s.err == nil {
		c.Tracing, s.err = tracing.ReadSettings(lookup)
	}
	s.developmentOnly(c)
	if err := s.unknown(environment); err != nil {
		return c, err // it may be why another setting seems to be lacking
	}
	return c, s.err
}

// openKeys loads the keys file. Only in dev mode is a missing one created: elsewhere a wrong path would silently make
// every account unreadable.
func (c config) openKeys(now time.Time) (*keys.Ring, error) {
	ring, err := keys.Load(c.KeysFile)
	if errors.Is(err, fs.ErrNotExist) {
		if c.Dev {
			return keys.Create(c.KeysFile, nil, now)
		}
		return nil, fmt.Errorf("MONCOMPTE_KEYS_FILE: %s does not exist", c.KeysFile)
	}
	if err != nil {
		return nil, fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err)
	}
	return ring, nil
}
