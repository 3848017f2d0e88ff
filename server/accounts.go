package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
)

type accountsCommand struct {
	Import  importCommand  `cmd:"" help:"Import accounts from a CSV file, or update them."`
	Show    showCommand    `cmd:"" help:"Print what an operator may know of an account."`
	Disable disableCommand `cmd:"" help:"Refuse an account's sign-ins and end its sessions."`
	Enable  enableCommand  `cmd:"" help:"Allow a disabled account to sign in again."`
	Unlock  unlockCommand  `cmd:"" help:"Forget all that slows an account: wrong passwords and codes, messages that were asked for."`
	SignOut signOutCommand `cmd:"" name:"sign-out" help:"End all sessions of an account."`
	Export  exportCommand  `cmd:"" help:"Print all that is kept about a person, as JSON."`
	Erase   eraseCommand   `cmd:"" help:"Delete an account with all that is kept about its owner, for good."`
}

// accountArg names an account. An identifier on the command line would stay in the shell's history and in the list of
// processes, so it is only read from standard input.
type accountArg struct {
	ID string `arg:"" help:"Account id; - reads an identifier from standard input instead."`
}

func (a accountArg) account(p program, s opened) (portal.AccountID, error) {
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
	number, report := nir.Parse(strings.TrimSpace(line), s.config.Provisional)
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
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	id, err := a.account(p, s)
	if err != nil {
		return err
	}
	if err := do(s.Store, id); err != nil {
		return err
	}
	s.noteOperator("account changed", id, "change", done)
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
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	id, err := a.account(p, s)
	if err != nil {
		return err
	}
	account, err := s.Account(p.ctx, id)
	if err != nil {
		return err
	}
	bucket, err1 := s.Bucket(p.ctx, portal.AccountSubject(account.Identifier))
	open, err2 := s.OpenSessions(p.ctx, id)
	wrong, digits, err3 := portal.CodeLength(p.ctx, s, account.Identifier, now())
	messages, err4 := portal.Sends(p.ctx, s, account.Identifier, now())
	passkeys, err5 := s.Passkeys(p.ctx, id)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	at := now()
	wait := portal.AccountLimit.Wait(bucket, at)
	reach := noticesOf(s.config)
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	rows := [][2]string{
		{"account", string(account.ID)},
		{"identifier", account.Identifier.Mask()},
		{"disabled", yes(account.Disabled)},
		{"password", yes(!account.Password.IsZero())},
		{"e-mail", contact(reach, portal.Email, account.Email)},
		{"phone", contact(reach, portal.SMS, account.Phone)},
		{"created", account.CreatedAt.Format(time.RFC3339)},
		{"updated", account.UpdatedAt.Format(time.RFC3339)},
		{"sessions", fmt.Sprint(len(open))},
		{"passkeys", fmt.Sprint(len(passkeys))},
		{"strangers' failures in a row", fmt.Sprint(portal.AccountLimit.Row(bucket, at))},
		{"strangers must wait", wait.Round(time.Second).String()},
		{"strangers give a code first", yes(portal.AccountLimit.Row(bucket, at) >= portal.MostInRow)},
		{"wrong codes", fmt.Sprint(wrong)},
		{"digits of the next code", fmt.Sprint(digits)},
	}
	for _, m := range messages {
		rows = append(rows, [2]string{m.What, fmt.Sprintf("%d in a day, the next in %s", m.Sent, m.Wait.Round(time.Second))})
	}
	for _, row := range rows {
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

// contact tells whether there is one, and whether a code can be sent to it.
func contact(reach *portal.Reach, c portal.Channel, to keys.Secret) string {
	if !to.IsZero() && !reach.Deliverable(c, to) {
		return "yes, but it cannot receive a code"
	}
	return yes(!to.IsZero())
}

type importCommand struct {
	File    string `arg:"" type:"existingfile" help:"UTF-8 CSV with a header; see the README."`
	DryRun  bool   `help:"Only report what would be created, updated and refused."`
	Replace bool   `name:"replace-passwords" help:"Let the passwords of the file take the place of those that are stored, and end the sessions."`
}

func (i importCommand) Run(p program) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	file, err := os.Open(i.File)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := errors.Join(s.Join(p.ctx), s.Bulk(p.ctx)); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(p.ctx)
	var following sync.WaitGroup
	following.Go(func() { stop(s.Follow(ctx)) }) // an import may take longer than a change of keys
	reading := newProgress(p.err, file)
	result, err := portal.Import(ctx, s.Store, reading, portal.ImportOptions{Pattern: s.config.Provisional, Replace: i.Replace, DryRun: i.DryRun,
		Reach: noticesOf(s.config)})
	reading.done()
	err = errors.Join(err, s.BulkEnd(context.WithoutCancel(p.ctx)))
	if err != nil && context.Cause(ctx) != nil {
		err = context.Cause(ctx)
	}
	stop(nil)
	following.Wait()
	for _, bad := range slices.SortedFunc(slices.Values(slices.Concat(result.Bad, result.Unreachable, result.Removed)),
		func(a, b portal.BadRow) int { return a.Line - b.Line }) {
		fmt.Fprintf(p.err, "%s:%d: %s\n", i.File, bad.Line, bad.Reason)
	}
	fmt.Fprintf(p.out, "%d created, %d updated, %d skipped\n", result.Created, result.Updated, len(result.Bad))
	fmt.Fprintf(p.out, "of those updated: %d are changed, %d have another phone or email or one less, %d another password\n",
		result.Changed, result.Contacts, result.Passwords)
	if !i.DryRun {
		s.noteOperator("accounts imported", "", "created", result.Created, "updated", result.Updated, "skipped", len(result.Bad))
	}
	if err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err == nil { // a pipe cannot be read twice
		again := newProgress(p.err, file)
		err := result.CheckRows(again)
		again.done()
		if err != nil {
			return err
		}
	}
	if n := len(result.Bad); n > 0 {
		return fmt.Errorf("%d bad rows were skipped", n)
	}
	return nil
}
