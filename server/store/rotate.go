package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// A change of keys goes through four states, each of which every running program has reached before the next begins:
//
//  1. announced: the new version is in the keys file and in key_versions; nothing is protected with it;
//  2. known: every program has it in its keys file, and reads whatever it protects;
//  3. used: every program protects with it what it writes;
//  4. carried: everything that older versions protect is protected with it. Only then can they go.
//
// At any point it may be cut off: what is there is read by everybody, and Rotate goes on from where it is.

const (
	// deadAfter is how many beats a program may miss before it counts as ended without a word.
	deadAfter = 6
	// settles is how long what began under an older key may take to be written: longer than any request.
	settles = 2 * time.Minute
)

// Rotation says what a change of keys tells on its way; what is left out is not told.
type Rotation struct {
	// Waiting is told how many running programs are waited for when that changes: to know the new version, then to use it.
	Waiting func(programs int)
	// Progress is told how many rows of how many have been moved over.
	Progress func(done, all int)
}

// Rotate protects everything with that version, which is in the keys file, while servers go on. It returns how many rows it moved
// over. It may be interrupted at any moment and called again.
func (s *Store) Rotate(ctx context.Context, version int, r Rotation) (moved int, err error) {
	mark, ok := s.keys.Mark(version)
	if !ok {
		return 0, fmt.Errorf("%w: version %d is not in the file", ErrKeys, version)
	}
	if err := s.run(ctx, `INSERT INTO key_versions (version, mark) VALUES ($1, $2) ON CONFLICT DO NOTHING`, version, mark); err != nil {
		return 0, err
	}
	// Whether the version announced is ours: two machines may each have made one of that number.
	if knows, err := s.adoptKeys(ctx); err != nil {
		return 0, err
	} else if knows != version {
		return 0, fmt.Errorf("%w: version %d was made elsewhere as well: copy the file from there", ErrKeys, version)
	}
	for used := false; !used; used = s.keys.Current() >= version {
		dead, err := s.await(ctx, r.Waiting, func(p program) bool { return p.knows >= version })
		if err != nil {
			return 0, err
		}
		if err := s.use(ctx, version, dead); err != nil {
			return 0, err
		}
		if err := s.AdoptKeys(ctx); err != nil {
			return 0, err
		}
	}
	if _, err := s.await(ctx, r.Waiting, func(p program) bool { return p.uses >= version }); err != nil {
		return 0, err
	}
	return s.Protect(ctx, r.Progress)
}

// use puts the version to use unless a program that runs lacks it. The condition is part of the update: a program that began a moment
// ago with the older file is waited for as well, and so is one of the dead that has been heard of since.
func (s *Store) use(ctx context.Context, version int, dead []any) error {
	return s.run(ctx, `
		UPDATE key_versions SET used_since = $1
		WHERE version = $2 AND used_since IS NULL
		AND NOT EXISTS (SELECT 1 FROM instances WHERE knows < $2 AND id || ' ' || beats NOT IN (`+list(3, len(dead))+`))`,
		append([]any{micros(s.now()), version}, dead...)...)
}

// ErrNeeded says that an older key cannot go yet.
var ErrNeeded = errors.New("the older keys are still needed")

// DropKeys makes the current version the only one, and returns it: the others can be deleted from the keys file. It returns an ErrNeeded, and
// what needs them, one line a column, when something would be lost, unless lose; and when something may still be written with them.
func (s *Store) DropKeys(ctx context.Context, lose bool) (kept int, needs []string, err error) {
	versions, err := s.keyVersions(ctx)
	if err != nil {
		return 0, nil, err
	}
	if len(versions) == 0 {
		return 0, nil, fmt.Errorf("%w: it names no version to use", ErrKeys)
	}
	last := versions[len(versions)-1]
	if !last.used {
		return 0, nil, fmt.Errorf("%w: version %d does not protect everything yet", ErrNeeded, last.number)
	}
	if _, _, err := s.compareKeys([]keyVersion{last}); err != nil {
		return 0, nil, err
	}
	if wait := last.since.Add(settles).Sub(s.now()); len(versions) > 1 && wait > 0 {
		return 0, nil, fmt.Errorf("%w by requests that were under way: try again in %s", ErrNeeded, wait.Round(time.Second))
	}
	if _, err := s.await(ctx, nil, func(p program) bool { return p.uses >= last.number }); err != nil {
		return 0, nil, err
	}
	if needs, err = s.Needs(ctx, last.number); err != nil {
		return 0, nil, err
	}
	if len(needs) > 0 && !lose {
		return 0, needs, ErrNeeded
	}
	return last.number, needs, s.run(ctx, `DELETE FROM key_versions WHERE version < $1`, last.number)
}

// program is a row of instances.
type program struct {
	id          string
	knows, uses int
	beats       int64
}

func (s *reads) programs(ctx context.Context) (all []program, err error) {
	err = s.each(ctx, func(rows *sql.Rows) error {
		var p program
		err := rows.Scan(&p.id, &p.knows, &p.uses, &p.beats)
		all = append(all, p)
		return err
	}, `SELECT id, knows, uses, beats FROM instances`)
	return all, err
}

// at is the program as it was when it said so often that it runs.
func (p program) at() string { return p.id + " " + strconv.FormatInt(p.beats, 10) }

// await returns once every program that runs is ready, and program.at of those that do not run and are listed. Clocks of machines differ,
// so a program runs while its beats are seen to grow, whatever the time beside them.
func (s *Store) await(ctx context.Context, waiting func(programs int), ready func(program) bool) (dead []any, err error) {
	type sight struct {
		beats int64
		at    time.Time
	}
	last := map[string]sight{}
	told := 0
	for {
		all, err := s.programs(ctx)
		if err != nil {
			return nil, err
		}
		late := 0
		dead = []any{""} // nobody's name: a list in SQL is never empty
		for _, p := range all {
			if before, ok := last[p.id]; !ok || before.beats != p.beats {
				last[p.id] = sight{p.beats, time.Now()}
			}
			if time.Since(last[p.id].at) >= deadAfter*s.beat {
				dead = append(dead, p.at())
			} else if !ready(p) {
				late++
			}
		}
		if late == 0 {
			return dead, nil
		}
		if waiting != nil && late != told {
			waiting(late)
			told = late
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(s.beat / 10):
		}
	}
}
