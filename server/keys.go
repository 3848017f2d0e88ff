package main

import (
	"fmt"

	"moncompte/server/keys"
	"moncompte/server/store"
)

type keysCommand struct {
	Create createKeysCommand `cmd:"" help:"Make the keys file, once, before the first start."`
	Rotate rotateKeysCommand `cmd:"" help:"Add a key and protect everything anew with it."`

	FranceConnect encryptionKeysCommand `cmd:"" name:"franceconnect" help:"Make the keys that FranceConnect+ encrypts to, or put new ones before them."`
}

type createKeysCommand struct{}

// Run makes the keys file. An existing one is never touched: without its keys nothing in the database can be read.
func (createKeysCommand) Run(p program) error {
	c, _, err := p.config()
	if err != nil {
		return err
	}
	if _, err := keys.Create(c.KeysFile, nil, now()); err != nil {
		return fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err)
	}
	_, err = fmt.Fprintf(p.out, "%s created: keep a copy of it apart from the database's\n", c.KeysFile)
	return err
}

type rotateKeysCommand struct {
	Resume bool `help:"Go on after an interruption: use the newest key of the file and add none."`
}

// Run adds a key and moves every account over to it. Servers that run meanwhile do not know the new key, so they must be
// stopped first; the command says so rather than trusting that they are.
func (r rotateKeysCommand) Run(p program) error {
	c, log, err := p.config()
	if err != nil {
		return err
	}
	s, err := p.open(c, log)
	if err != nil {
		return err
	}
	defer s.Close()
	ring := s.Keys()
	if !r.Resume {
		if ring, err = keys.Add(c.KeysFile, nil, now()); err != nil {
			return fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err)
		}
	}
	rotated, err := store.Open(p.ctx, store.Options{URL: c.DatabaseURL.Reveal(), Keys: ring, Log: log})
	if err != nil {
		return fmt.Errorf("MONCOMPTE_DATABASE_URL: %w", err)
	}
	defer rotated.Close()
	n, err := rotated.Protect(p.ctx, nil)
	if err != nil {
		return fmt.Errorf("%w; %d accounts are done: run `moncompte keys rotate --resume`", err, n)
	}
	log.Info("keys rotated", "event", "operator", "version", ring.Current(), "accounts", n)
	_, err = fmt.Fprintf(p.out, "version %d protects %d accounts; restart every server with this keys file\n", ring.Current(), n)
	return err
}
