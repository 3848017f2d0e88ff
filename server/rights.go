package main

import (
	"moncompte/server/portal"
	"moncompte/server/store"
)

type exportCommand struct{ accountArg }

// Run prints what is kept about a person, and leaves a line in the log that somebody has looked.
func (e exportCommand) Run(p program) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	id, err := e.account(p, s)
	if err != nil {
		return err
	}
	personal, err := s.Personal(p.ctx, id)
	if err != nil {
		return err
	}
	s.noteOperator("account read", id, "change", "exported")
	return printJSON(p, personal)
}

type eraseCommand struct{ accountArg }

func (e eraseCommand) Run(p program) error {
	return e.change(p, "erased", func(s *store.Store, id portal.AccountID) error { return s.Erase(p.ctx, id) })
}
