// Command moncompte is the portal: its server and the operator's commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"moncompte/server/audit"
	"moncompte/server/store"
	"moncompte/server/web"
)

// version is set by the linker.
var version = "dev"

type commands struct {
	Serve    serveCommand    `cmd:"" help:"Answer requests until stopped."`
	Demo     demoCommand     `cmd:"" help:"Load demonstration accounts and print them (dev mode only)."`
	Accounts accountsCommand `cmd:"" help:"Import and look after accounts."`
	DB       dbCommand       `cmd:"" name:"db" help:"Look after the database."`
	Keys     keysCommand     `cmd:"" help:"Make and change the keys that protect personal data."`
	Messages messagesCommand `cmd:"" help:"Look after codes and notices on their way."`
	Audit    auditCommand    `cmd:"" help:"Read the audit log."`
	Doctor   doctorCommand   `cmd:"" help:"Look at the settings, the files, the database, the gateways and FranceConnect, and say what to mend."`
	Version  versionCommand  `cmd:"" help:"Print the version."`

	HelpFiles helpFilesCommand `cmd:"" hidden:"" help:"Write the man page and the completion of a package."`
}

// program is what every command works with.
type program struct {
	ctx     context.Context
	lookup  func(string) (string, bool)
	environ func() []string
	in      io.Reader
	out     io.Writer
	err     io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(program{ctx, os.LookupEnv, os.Environ, os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// run carries out one command and returns the exit status: 0, 1 for a command that failed, 2 for one that is not known.
func run(p program, args []string) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("moncompte"), kong.Description("The portal Mon Compte. Settings come from the environment: see the README."),
		kong.Writers(p.out, p.err), kong.Exit(func(status int) { exited = status }), kong.UsageOnError())
	if err != nil {
		panic(err) // the commands above are wrong
	}
	command, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(p.err, "moncompte: %v\n", err)
		return 2
	}
	if err := command.Run(p, parser.Model); err != nil {
		fmt.Fprintf(p.err, "moncompte: %s\n", oneLine(err))
		return 1
	}
	return 0
}

// oneLine is the text of an error on one line: a database driver writes a line for each address that it tried.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

type versionCommand struct{}

func (versionCommand) Run(p program) error {
	_, err := fmt.Fprintln(p.out, "moncompte", version)
	return err
}

// config reads the settings.
func (p program) config() (config, error) { return readConfig(p.lookup, p.environ()) }

// opened is what most commands work on.
type opened struct {
	*store.Store
	config config
	log    *slog.Logger
	audit  *audit.Recorder
}

// Close writes the audit log to its end and closes the database.
func (s opened) Close() error {
	s.keepAudit(context.Background())
	return s.Store.Close()
}

// openAsIs opens the database of the settings, whatever its schema.
func (p program) openAsIs() (opened, error) {
	c, err := p.config()
	if err != nil {
		return opened{}, err
	}
	events := new(audit.Recorder)
	log := slog.New(web.LogHandler(events.Handler(slog.NewJSONHandler(p.err, nil), web.ClientAddress)))
	ring, err := c.openKeys(now())
	if err != nil {
		return opened{}, err
	}
	s, err := store.Open(p.ctx, store.Options{URL: c.DatabaseURL.Reveal(), Keys: ring, Log: log, Kept: c.Kept})
	if err != nil {
		return opened{}, fmt.Errorf("MONCOMPTE_DATABASE_URL: %w", err)
	}
	return opened{s, c, log, events}, nil
}

// open opens the database of the settings. In dev mode its schema is brought up to date, since nobody is there to do it.
func (p program) open() (opened, error) {
	s, err := p.openAsIs()
	if err != nil {
		return opened{}, err
	}
	if s.config.Dev {
		_, err = s.Migrate(p.ctx)
	} else {
		err = s.CheckSchema(p.ctx)
	}
	if err == nil {
		if err = s.AdoptKeys(p.ctx); errors.Is(err, store.ErrKeys) {
			err = fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err)
		}
	}
	if err != nil {
		s.Close()
		return opened{}, err
	}
	s.audit.To(s.Store)
	return s, nil
}
