package portal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// ImportFate is what a row does to what is stored.
type ImportFate struct {
	Created  bool
	Changed  bool      // an account that was there is another one afterwards
	Contacts []Channel // of an account that was there: replaced, removed, or there for the first time
	Removed  []Channel // those of them that are empty afterwards
	Password bool      // takes the place of one that was stored
}

// Fate is what becomes of the row, where that account is stored; the zero Account = none is.
func (r ImportRow) Fate(stored Account) ImportFate {
	if stored.ID == "" {
		return ImportFate{Created: true}
	}
	a := r.Over(stored)
	f := ImportFate{Password: r.Replace && !a.Password.IsZero() && !stored.Password.IsZero() && a.Password.Reveal() != stored.Password.Reveal()}
	old, fresh := stored.Addresses(), a.Addresses()
	for _, c := range []Channel{Email, SMS} {
		if old.To(c).Reveal() == fresh.To(c).Reveal() {
			continue
		}
		f.Contacts = append(f.Contacts, c)
		if fresh.To(c).IsZero() {
			f.Removed = append(f.Removed, c)
		}
	}
	f.Changed = f.Password || len(f.Contacts) > 0 || a.Civil != stored.Civil || !a.Password.IsZero() && stored.Password.IsZero()
	return f
}

// tell puts the news of an import into the outbox, for the addresses that were on file until then: whoever reads there has to know what
// was changed without them.
func (r *Reach) tell(ctx context.Context, tx Tx, stored Account, f ImportFate, at time.Time) error {
	if f.Password {
		if err := r.notifyAt(ctx, tx, stored, at, func(c Channel) Content { return r.Composer.PasswordChanged(c, at) }); err != nil {
			return err
		}
	}
	for _, changed := range f.Contacts {
		if err := r.notifyAt(ctx, tx, stored, at, func(c Channel) Content { return r.Composer.ContactChanged(c, at, changed) }); err != nil {
			return err
		}
	}
	return nil
}

// columnOf names the column of a contact.
func columnOf(c Channel) string {
	if c == SMS {
		return "phone"
	}
	return "email"
}

// count adds what became of rows, whose lines are given.
func (result *ImportResult) count(fates []ImportFate, lines []int) {
	for i, f := range fates {
		switch {
		case f.Created:
			result.Created++
		default:
			result.Updated++
		}
		if f.Changed {
			result.Changed++
		}
		if f.Password {
			result.Passwords++
		}
		if len(f.Contacts) > 0 {
			result.Contacts++
		}
		for _, c := range f.Removed {
			result.Removed = append(result.Removed, BadRow{lines[i], columnOf(c) + " is removed: the field is empty and one was stored"})
		}
	}
}

// CheckRows reads the file once more and counts its rows in another way, as lines behind the header that are not empty. The error says
// that the result does not tell of every one of them: the file was cut off or written to meanwhile.
func (result ImportResult) CheckRows(file io.Reader) error {
	there, length := -1, 0 // the header is none
	for r := bufio.NewReader(file); ; {
		c, err := r.ReadByte()
		if (err != nil || c == '\n') && length > 0 {
			there, length = there+1, 0
		}
		switch {
		case errors.Is(err, io.EOF):
			if told := result.Created + result.Updated + len(result.Bad); told != there {
				return fmt.Errorf("%d rows were read, and the file has %d: import it again", told, there)
			}
			return nil
		case err != nil:
			return err
		case c != '\n' && c != '\r':
			length++
		}
	}
}
