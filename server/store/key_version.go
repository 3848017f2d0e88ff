package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"moncompte/server/keys"
)

// ErrKeys says that the keys file is not the one that protects this database.
var ErrKeys = errors.New("not the keys of this database")

// beatEvery is how often a running program says what it knows of the keys, and learns which one to use.
const beatEvery = 3 * time.Second

// keyVersion is a row of key_versions.
type keyVersion struct {
	number int
	mark   []byte
	used   bool      // it protects what is written, or did
	since  time.Time // zero while it is announced
}

func (s *reads) keyVersions(ctx context.Context) (versions []keyVersion, err error) {
	err = s.each(ctx, func(rows *sql.Rows) error {
		var v keyVersion
		var since sql.NullInt64
		if err := rows.Scan(&v.number, &v.mark, &since); err != nil {
			return err
		}
		if v.used = since.Valid; v.used {
			v.since = fromMicros(since.Int64)
		}
		versions = append(versions, v)
		return nil
	}, `SELECT version, mark, used_since FROM key_versions ORDER BY version`)
	return versions, err
}

// AdoptKeys compares the keys with those that protect the database, and protects what is written from now on with the one that all
// programs use. It returns an ErrKeys when one of them is missing, also from the keys file as it is now, or another one: to go on would
// be to find nobody's account. The first program that comes to a database says which keys are its.
func (s *Store) AdoptKeys(ctx context.Context) error {
	_, err := s.adoptKeys(ctx)
	return err
}

// adoptKeys returns the last version of the database that is in the keys file.
func (s *Store) adoptKeys(ctx context.Context) (knows int, err error) {
	versions, err := s.keyVersions(ctx)
	if err != nil {
		return 0, err
	}
	if len(versions) == 0 {
		if err := s.registerKeys(ctx); err != nil {
			return 0, err
		}
		if versions, err = s.keyVersions(ctx); err != nil {
			return 0, err
		}
	}
	knows, current, err := s.compareKeys(versions)
	if err == nil && !s.keys.Use(current) {
		err = fmt.Errorf("%w: it names no version to use", ErrKeys)
	}
	return knows, err
}

// compareKeys returns the last of the versions that the keys file has, and the one to use.
func (s *reads) compareKeys(versions []keyVersion) (knows, current int, err error) {
	for _, v := range versions {
		mark, ok := s.keys.Mark(v.number)
		ours := ok && bytes.Equal(mark, v.mark)
		switch {
		case !ours && !v.used:
			continue // announced, and not copied to here yet
		case !ok:
			return 0, 0, fmt.Errorf("%w: version %d is missing from the file: copy the file from where it is whole", ErrKeys, v.number)
		case !ours:
			return 0, 0, fmt.Errorf("%w: version %d is another key than the one that protects it", ErrKeys, v.number)
		}
		knows = v.number
		if v.used {
			current = v.number
		}
	}
	return knows, current, nil
}

// registerKeys says that this database is protected by the keys of the file. Keys that do not open an account that is there are
// refused: they would shut out the right ones for good.
func (s *Store) registerKeys(ctx context.Context) error {
	ring := s.keys.Snapshot()
	var id string
	var sealed []byte
	err := s.row(ctx, `SELECT id, identifier_sealed FROM accounts LIMIT 1`).Scan(&id, &sealed)
	if err == nil {
		_, err = ring.Open(identifierSeal, id, sealed)
	}
	if errors.Is(err, keys.ErrSealed) {
		return fmt.Errorf("%w: they do not open its accounts", ErrKeys)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return s.writeAsIs(ctx, func(tx *Tx) error {
		for _, number := range ring.Versions() {
			mark, _ := ring.Mark(number)
			if _, err := tx.exec(ctx, `INSERT INTO key_versions (version, mark, used_since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
				number, mark, micros(s.now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// Join adopts the keys and lists this program among those that a change of keys waits for, before it answers anybody. Its errors are
// those of AdoptKeys.
func (s *Store) Join(ctx context.Context) error {
	began := time.Now()
	// A file that is being copied or is wrong leaves the keys as they are: only what is missing stops anything.
	_, reload := s.keys.Reload()
	err := s.sayKnown(ctx)
	if err == nil {
		// Once more: a version that came into use just before this program was listed did not wait for it.
		err = s.AdoptKeys(ctx)
	}
	s.unsaid.Store(err != nil)
	if err != nil {
		return errors.Join(err, reload)
	}
	s.said.Store(&began)
	if reload != nil {
		s.log.ErrorContext(ctx, "keys not followed", "reason", reload)
	}
	return nil
}

// stayCurrent keeps a program that has joined from looking up or writing anything without a key that others use by now. A change of keys
// waits for it while it is heard of. One that was frozen, or cut off from the database, for as long as makes it count as ended joins
// anew first, and what was asked of it meanwhile is not answered when it lacks a key: a right password would be a wrong one.
func (s *Store) stayCurrent(ctx context.Context) error {
	said := s.said.Load()
	if said == nil {
		return nil
	}
	if age(*said, time.Now()) < deadAfter*s.beat {
		return nil
	}
	turn, stop := context.WithTimeout(ctx, s.patience)
	defer stop()
	return s.Join(turn)
}

// indexes are those that the value may be found by, the current version's first.
func (s *reads) indexes(ctx context.Context, purpose, value string) ([][]byte, error) {
	if s.current != nil {
		if err := s.current(ctx); err != nil {
			return nil, err
		}
	}
	return s.keys.Indexes(purpose, value), nil
}

// Follow keeps up with the keys after Join, until ctx is done: it says in the database what this program knows, so that a new key protects
// nothing before every program can read it. It returns an ErrKeys when the program cannot read what others write, and must stop.
func (s *Store) Follow(ctx context.Context) error {
	defer func() {
		leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatEvery)
		defer cancel()
		if err := s.run(leaving, `DELETE FROM instances WHERE id = $1`, s.instance); err != nil {
			s.log.WarnContext(leaving, "a program that has ended is still listed", "reason", err)
		}
	}()
	tick := time.NewTicker(s.beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := s.Join(ctx)
		if errors.Is(err, ErrKeys) {
			return err
		}
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "keys not followed", "reason", err) // the next turn tries again
		}
	}
}

func (s *Store) sayKnown(ctx context.Context) error {
	knows, err := s.adoptKeys(ctx)
	if err != nil {
		return err
	}
	return s.run(ctx, `
		INSERT INTO instances (id, knows, uses, beats, seen_at) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (id) DO UPDATE SET knows = excluded.knows, uses = excluded.uses, beats = instances.beats + 1, seen_at = excluded.seen_at`,
		s.instance, knows, s.keys.Current(), micros(s.now()))
}

// run is one statement in a unit of work of its own.
func (s *Store) run(ctx context.Context, query string, args ...any) error {
	return patiently(ctx, func() error {
		return s.writeAsIs(ctx, func(tx *Tx) error {
			_, err := tx.exec(ctx, query, args...)
			return err
		})
	})
}
