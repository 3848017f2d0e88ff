package portal

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"
)

// importing is a part of a file, on its way from who reads it to who writes it.
type importing struct {
	rows             []ImportRow
	at               []int // their lines
	bad, unreachable []BadRow
	fault            error // the file cannot be read on; the rows before are sound
}

// rowReader reads the rows of a file, checks them and makes them ready, while what it has sent is written: on two cores one does each.
type rowReader struct {
	lines   lines
	header  []string
	store   Store
	options ImportOptions
	to      chan<- importing
	next    importing
}

// read ends with the file, with a fault, or when nobody takes what it sends.
func (r *rowReader) read(ctx context.Context) {
	absent := slices.DeleteFunc(slices.Clone(ImportColumns), func(name string) bool { return slices.Contains(r.header, name) })
	today := r.options.now().UTC().Add(12 * time.Hour).Format(time.DateOnly) // in Wallis, where the day begins first in France
	seen := newSeenLines(slotsFirst, slotsInside)
	defer seen.close()
	for {
		record, err := r.lines.next()
		parse, malformed := errors.AsType[*csv.ParseError](err)
		switch {
		case malformed:
			err = r.refuse(ctx, parse.Err.Error())
		case errors.Is(err, errLongLine):
			err = r.refuse(ctx, err.Error())
		case err == nil:
			err = r.row(ctx, record, absent, today, seen)
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.next.fault = err
			}
			r.send(ctx)
			return
		}
	}
}

func (r *rowReader) row(ctx context.Context, record, absent []string, today string, seen *seenLines) error {
	row, err := parseRow(r.header, record, r.options.Pattern, today)
	if err != nil {
		return r.refuse(ctx, err.Error())
	}
	// Two rows of one person: which of them is right only the office knows.
	first, err := seen.first(row.Account.Identifier.Canonical(), r.lines.number)
	if err != nil {
		return err
	}
	if first != 0 {
		return r.refuse(ctx, "the identifier is that of line "+strconv.Itoa(first)+" already")
	}
	row.Absent, row.Replace = absent, r.options.Replace
	r.next.unreachable = append(r.next.unreachable, unreachable(row.Account, r.lines.number, r.options.Reach)...)
	r.next.rows, r.next.at = append(r.next.rows, row), append(r.next.at, r.lines.number)
	if len(r.next.rows) == importBatch {
		return r.send(ctx)
	}
	return nil
}

func (r *rowReader) refuse(ctx context.Context, reason string) error {
	r.next.bad = append(r.next.bad, BadRow{r.lines.number, reason})
	if len(r.next.bad) == importBatch {
		return r.send(ctx)
	}
	return nil
}

func (r *rowReader) send(ctx context.Context) error {
	if !r.options.DryRun {
		if err := r.store.MakeReady(r.next.rows); err != nil {
			r.next = importing{bad: r.next.bad, fault: errors.Join(r.next.fault, err)}
		}
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case r.to <- r.next:
	}
	r.next = importing{}
	return nil
}
