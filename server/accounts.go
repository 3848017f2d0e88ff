package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"moncompte/app/nir"
	"moncompte/server/portal"
	"moncompte/server/store"
)

type accountsCommand struct {
	Import  importCommand  `cmd:"" help:"Import accounts from a CSV file, or update them."`
	Show    showCommand    `cmd:"" help:"Print what an operator may know of an account."`
	Disable disableCommand `cmd:"" help:"Refuse an account's sign-ins and end its sessions."`
	Enable  enableCommand  `cmd:"" help:"Allow a disabled account to sign in again."`
	Unlock  unlockCommand  `cmd:"" help:"Forget the failed attempts on an account."`
	SignOut signOutCommand `cmd:"" name:"sign-out" help:"End all sessions of an account."`
}

// accountArg names an account. An identifier on the command line would stay in the shell's history and in the list of
// processes, so it is only read from standard input.
type accountArg struct {
	ID string `arg:"" help:"Account id; - reads an identifier from standard input instead."`
}

func (a accountArg) account(p program, c config, s *store.Store) (portal.AccountID, error) {
	if a.ID != "-" {
		id, ok := portal.ParseAccountID(a.ID)
		if !ok {
			return "", errors.New("an account id has 26 letters and digits; use - to give an identifier on standard input")
		}
		return id, nil
	}
	line, err := bufio.NewReader(io.LimitReader(p.in, 256)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	number, report := nir.Parse(strings.TrimSpace(line), c.Provisional)
	if !report.OK() {
		return "", fmt.Errorf("identifier: %s", report.Problem)
	}
	credential, err := s.Credential(p.ctx, number)
	if err == nil && credential.Account == "" {
		err = portal.ErrNoAccount
	}
	return credential.Account, err
}

// change does one thing to one account and says so.
func (a accountArg) change(p program, done string, do func(*store.Store, portal.AccountID) error) error {
	c, log, err := p.config()
	if err != nil {
		return err
	}
	s, err := p.open(c, log)
	if err != nil {
		return err
	}
	defer s.Close()
	id, err := a.account(p, c, s)
	if err != nil {
		return err
	}
	if err := do(s, id); err != nil {
		return err
	}
	log.Info("account changed", "event", "operator", "account", id, "change", done)
	_, err = fmt.Fprintln(p.out, id, done)
	return err
}

type disableCommand struct{ accountArg }

func (a disableCommand) Run(p program) error {
	return a.change(p, "disabled", func(s *store.Store, id portal.AccountID) error { return s.SetDisabled(p.ctx, id, true) })
}

type enableCommand struct{ accountArg }

func (a enableCommand) Run(p program) error {
	return a.change(p, "enabled", func(s *store.Store, id portal.AccountID) error { return s.SetDisabled(p.ctx, id, false) })
}

type unlockCommand struct{ accountArg }

func (a unlockCommand) Run(p program) error {
	return a.change(p, "unlocked", func(s *store.Store, id portal.AccountID) error { return s.Unlock(p.ctx, id) })
}

type signOutCommand struct{ accountArg }

func (a signOutCommand) Run(p program) error {
	return a.change(p, "signed out", func(s *store.Store, id portal.AccountID) error { return s.EndSessions(p.ctx, id) })
}

type showCommand struct{ accountArg }

func (a showCommand) Run(p program) error {
	c, log, err := p.config()
	if err != nil {
		return err
	}
	s, err := p.open(c, log)
	if err != nil {
		return err
	}
	defer s.Close()
	id, err := a.account(p, c, s)
	if err != nil {
		return err
	}
	account, err := s.Account(p.ctx, id)
	if err != nil {
		return err
	}
	bucket, err1 := s.Bucket(p.ctx, portal.AccountSubject(account.Identifier))
	open, err2 := s.OpenSessions(p.ctx, id)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	wait, locked := portal.AccountLimit.Wait(bucket, now())
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"account", string(account.ID)},
		{"identifier", account.Identifier.Mask()},
		{"disabled", yes(account.Disabled)},
		{"password", yes(!account.Password.IsZero())},
		{"e-mail", yes(!account.Email.IsZero())},
		{"phone", yes(!account.Phone.IsZero())},
		{"created", account.CreatedAt.Format(time.RFC3339)},
		{"updated", account.UpdatedAt.Format(time.RFC3339)},
		{"sessions", fmt.Sprint(len(open))},
		{"failures in a row", fmt.Sprint(bucket.InRow)},
		{"must wait", wait.Round(time.Second).String()},
		{"password disabled by failures", yes(locked)},
	} {
		fmt.Fprintf(w, "%s\t%s\n", row[0], row[1])
	}
	return w.Flush()
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

type importCommand struct {
	File string `arg:"" type:"existingfile" help:"UTF-8 CSV with a header; see the README."`
}

func (i importCommand) Run(p program) error {
	c, log, err := p.config()
	if err != nil {
		return err
	}
	s, err := p.open(c, log)
	if err != nil {
		return err
	}
	defer s.Close()
	file, err := os.Open(i.File)
	if err != nil {
		return err
	}
	defer file.Close()
	reading := newProgress(p.err, file)
	result, err := portal.Import(p.ctx, s, reading, c.Provisional)
	reading.done()
	for _, bad := range result.Bad {
		fmt.Fprintf(p.err, "%s:%d: %s\n", i.File, bad.Line, bad.Reason)
	}
	fmt.Fprintf(p.out, "%d created, %d updated, %d skipped\n", result.Created, result.Updated, len(result.Bad))
	if err != nil {
		return err
	}
	if n := len(result.Bad); n > 0 {
		return fmt.Errorf("%d bad rows were skipped", n)
	}
	return nil
}
