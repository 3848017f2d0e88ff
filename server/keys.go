package main

import (
	"errors"
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
	c, err := p.config()
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
	Resume bool `help:"Go on after an interruption: use the newest key of the file and add none." xor:"what"`
	Drop   bool `help:"Add none, and remove every key but the newest once nothing needs them." xor:"what"`
	Force  bool `help:"With --drop: also when something needs them, which is then lost."`
}

// Run adds a key and protects everything with it, while servers go on: see store.Rotate.
func (r rotateKeysCommand) Run(p program) error {
	if r.Force && !r.Drop {
		return errors.New("--force goes with --drop")
	}
	if r.Drop {
		return r.drop(p)
	}
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	ring := s.Keys()
	if !r.Resume {
		if ring.Newest() != ring.Current() {
			return fmt.Errorf("version %d is not used everywhere yet: run `moncompte keys rotate --resume`", ring.Newest())
		}
		if _, err := keys.Add(s.config.KeysFile, nil, now()); err != nil {
			return fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err)
		}
		if _, err := ring.Reload(); err != nil {
			return fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err)
		}
	}
	version := ring.Newest()
	bar := newBar(p.err)
	moved, err := s.Rotate(p.ctx, version, store.Rotation{
		Waiting: func(programs int) {
			fmt.Fprintf(p.err, "waiting for %d running programs to go over to version %d: other machines need the keys file as it is now\n", programs, version)
		},
		Progress: func(done, all int) { bar.draw(float64(done) / float64(all)) },
	})
	bar.done()
	if err == nil {
		err = keys.Carried(s.config.KeysFile)
	}
	if err != nil {
		return fmt.Errorf("%w; %d rows are done, and the servers go on: run `moncompte keys rotate --resume`", err, moved)
	}
	s.noteOperator("keys rotated", "", "version", version, "rows", moved)
	_, err = fmt.Fprintf(p.out, "version %d protects everything, %d rows were moved over; keep a copy of %s\n", version, moved, s.config.KeysFile)
	return err
}

// drop opens the database whatever the keys file lacks: a key that is lost for good must not be asked for again.
func (r rotateKeysCommand) drop(p program) error {
	s, err := p.openAsIs()
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.CheckSchema(p.ctx); err != nil {
		return err
	}
	kept, needs, err := s.DropKeys(p.ctx, r.Force)
	for _, line := range needs {
		fmt.Fprintln(p.err, "without the older keys,", line)
	}
	if err != nil {
		return err
	}
	if err := keys.Keep(s.config.KeysFile, kept); err != nil {
		return fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err)
	}
	s.audit.To(s.Store)
	s.noteOperator("older keys dropped", "", "version", kept)
	_, err = fmt.Fprintf(p.out, "version %d is the only key; copy %s to every machine\n", kept, s.config.KeysFile)
	return err
}
