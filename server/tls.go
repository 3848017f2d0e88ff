package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"
)

// certificateCheckEvery is how often the files of a certificate are looked at, at most.
const certificateCheckEvery = time.Second

// certificate is read again when its files change, so that a renewal needs no restart. What replaces it and cannot be read is said, and
// the one before goes on.
type certificate struct {
	cert, key string // paths
	log       *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	written [2]time.Time // when the files were
	checked time.Time
}

// openCertificate returns nil without one.
func openCertificate(c config, log *slog.Logger) (*certificate, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	held := &certificate{cert: c.TLSCert, key: c.TLSKey, log: log}
	return held, held.read()
}

func (c *certificate) read() error {
	written, err := c.lastWritten()
	if err != nil {
		return err
	}
	c.written = written // also of one that cannot be read, which is said once
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("MONCOMPTE_TLS_CERT_FILE and MONCOMPTE_TLS_KEY_FILE: %w", withoutPath(err))
	}
	c.current = &pair
	return nil
}

func (c *certificate) lastWritten() (written [2]time.Time, err error) {
	for i, path := range []string{c.cert, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			return written, fmt.Errorf("MONCOMPTE_TLS_%s_FILE: %w", []string{"CERT", "KEY"}[i], withoutPath(err))
		}
		written[i] = info.ModTime()
	}
	return written, nil
}

// get is for tls.Config.GetCertificate.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := now(); at.Sub(c.checked) >= certificateCheckEvery {
		c.checked = at
		// A file that is gone for a moment is being replaced.
		if written, err := c.lastWritten(); err == nil && written != c.written {
			if err := c.read(); err != nil {
				c.log.Error("the new certificate is not used", "reason", err)
			} else {
				c.log.Info("certificate changed", "until", c.current.Leaf.NotAfter)
			}
		}
	}
	return c.current, nil
}

// listen speaks TLS over l, with HTTP/2 to whoever knows it; without a certificate it leaves l as it is.
func (c *certificate) listen(l net.Listener) net.Listener {
	if c == nil {
		return l
	}
	// OWASP ASVS 5.0 V12.1.1: nothing before TLS 1.2.
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"h2", "http/1.1"}})
}

// check says until when the certificate holds, and what is wrong with it for that host.
func (c *certificate) check(host string, at time.Time) (until time.Time, err error) {
	leaf := c.current.Leaf
	if err = leaf.VerifyHostname(host); err == nil && (at.After(leaf.NotAfter) || at.Before(leaf.NotBefore)) {
		err = fmt.Errorf("it holds from %s to %s", leaf.NotBefore.Format(time.DateOnly), leaf.NotAfter.Format(time.DateOnly))
	}
	if err != nil {
		err = fmt.Errorf("MONCOMPTE_TLS_CERT_FILE: %w", err)
	}
	return leaf.NotAfter, err
}
