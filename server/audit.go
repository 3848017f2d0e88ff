package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/user"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"moncompte/server/portal"
	"moncompte/server/store"
)

type auditCommand struct {
	Verify verifyAuditCommand `cmd:"" help:"Follow the chain of the audit log and report what was changed, left out or put in."`
	Export exportAuditCommand `cmd:"" help:"Print the whole audit log, one JSON object a line."`
	Show   showAuditCommand   `cmd:"" help:"Print the entries about one account."`
}

// keepAudit writes what waits, also when the command was interrupted.
func (s opened) keepAudit(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := s.audit.Flush(ctx); err != nil {
		s.log.Error("audit log not written: these events are in this log alone", "reason", err)
	}
}

// operator is who runs the command, for the audit log.
func operator() string {
	name := fmt.Sprintf("uid %d", os.Getuid())
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if as := os.Getenv("SUDO_USER"); as != "" {
		name = as + " as " + name
	}
	return name
}

// noteOperator leaves a line and an entry about a command that somebody ran.
func (s opened) noteOperator(what string, id portal.AccountID, attrs ...any) {
	attrs = append(attrs, "event", "operator", "operator", operator())
	if id != "" {
		attrs = append(attrs, "account", id)
	}
	s.log.Info(what, attrs...)
}

type verifyAuditCommand struct{}

func (verifyAuditCommand) Run(p program) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	result, err := s.VerifyAudit(p.ctx)
	if err != nil {
		return err
	}
	for _, fault := range result.Faults {
		fmt.Fprintln(p.err, fault)
	}
	fmt.Fprintf(p.out, "%d entries read, %d faults; the last is %d, %s\n", result.Entries, len(result.Faults), result.Last, result.MAC)
	if len(result.Faults) > 0 {
		return errors.New("the audit log is not as it was written")
	}
	return nil
}

type exportAuditCommand struct{}

func (exportAuditCommand) Run(p program) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	out := json.NewEncoder(p.out)
	return s.Audit(p.ctx, "", func(e store.AuditEntry) error { return out.Encode(e) })
}

type showAuditCommand struct{ accountArg }

// Run shows the entries of an account. One that was erased has its entries still, under the id that it had.
func (a showAuditCommand) Run(p program) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	id, err := a.account(p, s)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	err = s.Audit(p.ctx, id, func(e store.AuditEntry) error {
		var details map[string]string
		if err := json.Unmarshal(e.Details, &details); err != nil {
			return err
		}
		var said []string
		for _, name := range slices.Sorted(maps.Keys(details)) {
			said = append(said, name+"="+details[name])
		}
		network := ""
		if e.Network != "" {
			network = "network " + e.Network[:12]
		}
		_, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", e.At.Format(time.RFC3339), e.Kind, e.What, strings.Join(said, " "), network)
		return err
	})
	return errors.Join(err, w.Flush())
}
