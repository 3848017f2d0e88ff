package main

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"moncompte/app/nir"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
)

// shoutEvery is how often the log repeats what should not stay as it is: once, at the start, is overlooked.
const shoutEvery = time.Minute

// risks are what the settings allow and nobody should leave so, a sentence each. Dev mode has none: it is for this machine alone.
func (c config) risks() (all []string) {
	if c.Dev {
		return nil
	}
	for _, name := range c.Readable {
		all = append(all, "MONCOMPTE_"+name+"_FILE: every user of this machine can read the file: run chmod 600 on it")
	}
	if u, err := url.Parse(c.SMSURL.Reveal()); err == nil && u.Scheme == "smpp" && !loopback(u.Hostname()) {
		all = append(all, "MONCOMPTE_SMS_URL: smpp:// sends codes and the password to another machine in clear: use smpps://")
	}
	if database := c.DatabaseURL.Reveal(); strings.HasPrefix(database, "file:") {
		if !c.KeysBesideDatabase && sameFolder(strings.TrimPrefix(database, "file:"), c.KeysFile) {
			all = append(all, "MONCOMPTE_KEYS_FILE: it lies beside the database, and one copy of the folder is the personal data in clear: "+
				"move it, or set MONCOMPTE_ALLOW_KEYS_BESIDE_DATABASE=1")
		}
	} else if inClear(database) {
		all = append(all, "MONCOMPTE_DATABASE_URL: PostgreSQL on another machine without TLS that is verified: add sslmode=verify-full")
	}
	if host, clear := c.Tracing.SecretInClear(); clear && !loopback(host) {
		all = append(all, "OTEL_EXPORTER_OTLP_HEADERS: they go to another machine in clear: use an https:// endpoint")
	}
	return all
}

// sameFolder tells whether two files lie in one folder, by whatever name it is reached.
func sameFolder(one, other string) bool {
	folder := func(path string) string {
		path, err := filepath.Abs(path)
		if err != nil {
			return ""
		}
		if real, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
			return real
		}
		return filepath.Dir(path)
	}
	return folder(one) == folder(other)
}

// inClear tells whether a connection to PostgreSQL may go to another machine without TLS, or to one that only claims to be the server:
// sslmode=prefer, the standard, goes on in clear when the other side says so.
func inClear(address string) bool {
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return false // the start says so
	}
	elsewhere := func(host string) bool { return !strings.HasPrefix(host, "/") && !loopback(host) }
	if elsewhere(c.Host) && (c.TLSConfig == nil || c.TLSConfig.InsecureSkipVerify) {
		return true
	}
	for _, f := range c.Fallbacks {
		if elsewhere(f.Host) && (f.TLSConfig == nil || f.TLSConfig.InsecureSkipVerify) {
			return true
		}
	}
	return false
}

// published names a risk when the database holds a demonstration account whose published password still opens it.
func published(ctx context.Context, s *store.Store) (string, error) {
	for i, line := range strings.Split(strings.TrimSpace(demoAccounts), "\n") {
		if i == 0 {
			continue
		}
		identifier, _, _ := strings.Cut(line, ",")
		number, report := nir.Parse(identifier, nil)
		if !report.OK() {
			continue
		}
		kept, err := s.Credential(ctx, number)
		if err != nil {
			return "", err
		}
		if kept.Account == "" || kept.Hash.IsZero() || kept.Disabled {
			continue
		}
		// Imported anew, under a password of somebody's own, it is an account like others.
		if hash, err := passhash.Parse(kept.Hash.Reveal()); err == nil && hash.Verify(demoPassword) {
			return "the database holds demonstration accounts, whose password is published: run `moncompte accounts disable` on each, or begin with another database", nil
		}
	}
	return "", nil
}

// shout repeats the risks in the log until ctx is done.
func shout(ctx context.Context, log *slog.Logger, risks []string) {
	if len(risks) == 0 {
		return
	}
	again := time.NewTicker(shoutEvery)
	defer again.Stop()
	for {
		for _, risk := range risks {
			log.Error("not safe: " + risk)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
}

// sayPressure says in the log, as often as what should not stay, that somebody guesses passwords over the whole service.
func sayPressure(ctx context.Context, log *slog.Logger, s portal.Reads) {
	again := time.NewTicker(shoutEvery)
	defer again.Stop()
	for {
		if p, err := portal.PressureOf(ctx, s, now()); err == nil && p.High() {
			log.ErrorContext(ctx, "more passwords are wrong than right: a code is asked for in every browser that is not known", "event", "alarm", "wrong", p.Wrong, "right", p.Right)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
}
