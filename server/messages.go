package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"moncompte/server/notify"
	"moncompte/server/store"
)

type messagesCommand struct {
	List  messagesListCommand  `cmd:"" help:"Print the newest messages."`
	Show  messagesShowCommand  `cmd:"" help:"Print one message."`
	Retry messagesRetryCommand `cmd:"" help:"Send a waiting message now instead of at its time."`
	Drop  messagesDropCommand  `cmd:"" help:"Give a waiting message up for good."`
}

// outbox opens the queue of messages for one command.
func (p program) outbox(do func(opened, *store.Outbox) error) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	return do(s, s.Outbox())
}

type messagesListCommand struct {
	JSON  bool `name:"json" help:"As JSON."`
	Limit int  `default:"100" help:"How many at most."`
}

func (l messagesListCommand) Run(p program) error {
	return p.outbox(func(_ opened, o *store.Outbox) error {
		records, err := o.Messages(p.ctx, l.Limit)
		if err != nil {
			return err
		}
		if l.JSON {
			if records == nil {
				records = []notify.Record{}
			}
			return printJSON(p, records)
		}
		w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tCHANNEL\tPURPOSE\tSTATE\tATTEMPTS\tCREATED\tREASON")
		for _, r := range records {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", r.ID, r.Channel, r.Purpose, r.State, r.Attempts, r.Created.UTC().Format(time.RFC3339), r.Reason)
		}
		return w.Flush()
	})
}

func printJSON(p program, v any) error {
	encoder := json.NewEncoder(p.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// messageArg names a message.
type messageArg struct {
	ID string `arg:"" help:"The id of a message, from messages list."`
}

type messagesShowCommand struct {
	messageArg
	JSON    bool `name:"json" help:"As JSON."`
	Address bool `help:"Also print the address of a message that is not closed. Nothing else prints it."`
}

func (m messagesShowCommand) Run(p program) error {
	return p.outbox(func(s opened, o *store.Outbox) error {
		r, err := o.Message(p.ctx, m.ID)
		if err != nil {
			return err
		}
		address := ""
		if m.Address {
			to, err := o.Address(p.ctx, m.ID)
			if err != nil {
				return err
			}
			address = to.Reveal()
			s.noteOperator("address of a message read", "", "message", m.ID)
		}
		if m.JSON {
			return printJSON(p, struct {
				notify.Record
				Address string `json:"address,omitempty"`
			}{r, address})
		}
		w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		for _, row := range [][2]string{
			{"message", r.ID}, {"channel", string(r.Channel)}, {"purpose", r.Purpose}, {"state", string(r.State)},
			{"attempts", fmt.Sprint(r.Attempts)}, {"reason", r.Reason}, {"receipt", r.Receipt},
			{"created", r.Created.UTC().Format(time.RFC3339)}, {"due", r.Due.UTC().Format(time.RFC3339)},
			{"expires", r.Expires.UTC().Format(time.RFC3339)}, {"address", address},
		} {
			if row[1] != "" {
				fmt.Fprintf(w, "%s\t%s\n", row[0], row[1])
			}
		}
		return w.Flush()
	})
}

type messagesRetryCommand struct{ messageArg }

func (m messagesRetryCommand) Run(p program) error {
	return p.outbox(func(s opened, o *store.Outbox) error {
		if err := o.Hurry(p.ctx, m.ID, now()); err != nil {
			return err
		}
		s.noteOperator("message hurried", "", "message", m.ID)
		_, err := fmt.Fprintln(p.out, m.ID, "goes at the next look of a server: in a few seconds, or in a minute while the gateway refuses the account")
		return err
	})
}

type messagesDropCommand struct{ messageArg }

func (m messagesDropCommand) Run(p program) error {
	return p.outbox(func(s opened, o *store.Outbox) error {
		if err := o.GiveUp(p.ctx, m.ID, "given up by an operator", now()); err != nil {
			return err
		}
		s.noteOperator("message given up", "", "message", m.ID)
		_, err := fmt.Fprintln(p.out, m.ID, "given up")
		return err
	})
}
