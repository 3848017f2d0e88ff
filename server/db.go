package main

import (
	"errors"
	"fmt"
	"io/fs"
)

type dbCommand struct {
	Migrate migrateCommand `cmd:"" help:"Bring the database schema up to date."`
	Backup  backupCommand  `cmd:"" help:"Copy a SQLite database to a new file while the servers go on, and check the copy."`
	Check   checkCommand   `cmd:"" help:"Read the whole database and report what is not sound."`
}

type migrateCommand struct{}

func (migrateCommand) Run(p program) error {
	s, err := p.openAsIs()
	if err != nil {
		return err
	}
	defer s.Close()
	applied, err := s.Migrate(p.ctx)
	for _, name := range applied {
		fmt.Fprintln(p.out, "applied", name)
	}
	if err == nil && len(applied) == 0 {
		fmt.Fprintln(p.out, "up to date")
	}
	return err
}

type backupCommand struct {
	File string `arg:"" help:"The file to write. It must not exist yet."`
}

func (b backupCommand) Run(p program) error {
	s, err := p.openAsIs()
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Backup(p.ctx, b.File); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already", b.File)
	} else if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s written and checked; keep the keys file apart from it\n", b.File)
	return err
}

type checkCommand struct{}

func (checkCommand) Run(p program) error {
	s, err := p.openAsIs()
	if err != nil {
		return err
	}
	defer s.Close()
	result, err := s.Check(p.ctx)
	if err != nil {
		return err
	}
	for _, fault := range result.Faults {
		fmt.Fprintln(p.err, fault)
	}
	fmt.Fprintf(p.out, "%d accounts read, %d faults\n", result.Accounts, len(result.Faults))
	if len(result.Faults) > 0 {
		return errors.New("the database is not sound")
	}
	return nil
}
