package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"

	"moncompte/server/audit"
)

const (
	auditKeySeal = "audit-key"
	auditLock    = 0x61756469 // of PostgreSQL: one writer at a time makes the chain
)

// auditKey makes the hashes of the audit log. It is made at random for each version of the keys file and kept sealed, so that entries
// stay as they are, and can be checked, when the keys change.
type auditKey struct {
	id  string
	key []byte
}

func (k auditKey) mac(use string, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, k.key)
	for _, part := range append([][]byte{[]byte(use)}, parts...) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write(part)
	}
	return h.Sum(nil)
}

// index is the hash under which a value is kept, nil for none.
func (k auditKey) index(what, value string) []byte {
	if value == "" {
		return nil
	}
	return k.mac(what, []byte(value))
}

// entry is a row of the log.
type entry struct {
	seq, at      int64
	key          string
	kind, what   string
	who, network []byte
	details      string
	mac          []byte
}

// chain is the MAC of the entry after the one with the MAC before: no entry can be changed, left out or put in without the key.
func (e entry) chain(k auditKey, before []byte) []byte {
	number := func(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
	return k.mac("entry", before, number(e.seq), number(e.at), []byte(e.kind), []byte(e.what), e.who, e.network, []byte(e.details))
}

// AppendAudit implements audit.Store.
func (s *Store) AppendAudit(ctx context.Context, events []audit.Event) error {
	ctx, stop := context.WithTimeout(slowly(ctx), heldMost) // after an outage there are many, each with a way to the server of its own
	defer stop()
	return s.write(ctx, func(tx *Tx) error {
		key, err := tx.lockAudit(ctx)
		if err != nil {
			return err
		}
		last, err := tx.auditEnd(ctx, "last")
		if err != nil {
			return err
		}
		for _, event := range events {
			details, err := json.Marshal(event.Details)
			if err != nil {
				return err
			}
			network := ""
			if event.Network.IsValid() {
				network = event.Network.String()
			}
			e := entry{seq: last.seq + 1, at: micros(event.At), key: key.id, kind: event.Kind, what: event.What,
				who: key.index("who", event.Account), network: key.index("network", network), details: string(details)}
			e.mac = e.chain(key, last.mac)
			_, err = tx.exec(ctx, `
				INSERT INTO audit (seq, at, key_id, kind, what, who, network, details, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
				e.seq, e.at, e.key, e.kind, e.what, e.who, e.network, e.details, e.mac)
			if err != nil {
				return err
			}
			last = end{e.seq, e.mac}
		}
		return tx.setAuditEnd(ctx, key, "last", last)
	})
}

// end is an entry by which the log is held: its newest, or the newest that was erased.
type end struct {
	seq int64
	mac []byte
}

func (k auditKey) proof(name string, e end) []byte {
	return k.mac("end", []byte(name), binary.BigEndian.AppendUint64(nil, uint64(e.seq)), e.mac)
}

// auditEnd returns the zero end when there is none.
func (s *reads) auditEnd(ctx context.Context, name string) (e end, err error) {
	err = s.row(ctx, `SELECT seq, mac FROM audit_ends WHERE name = $1`, name).Scan(&e.seq, &e.mac)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return e, err
}

func (tx *Tx) setAuditEnd(ctx context.Context, key auditKey, name string, e end) error {
	_, err := tx.exec(ctx, `
		INSERT INTO audit_ends (name, seq, mac, key_id, proof) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, mac = excluded.mac, key_id = excluded.key_id, proof = excluded.proof`,
		name, e.seq, e.mac, key.id, key.proof(name, e))
	return err
}

// lockAudit keeps others from writing to the log until the unit ends, and returns the key to write with.
func (tx *Tx) lockAudit(ctx context.Context) (auditKey, error) {
	if tx.postgres {
		if _, err := tx.exec(ctx, `SELECT pg_advisory_xact_lock($1)`, auditLock); err != nil {
			return auditKey{}, err
		}
	}
	ring := tx.keys.Snapshot()
	var id string
	var sealed []byte
	err := tx.row(ctx, `SELECT id, key_sealed FROM audit_keys WHERE version = $1`, ring.Current()).Scan(&id, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		k := auditKey{rand.Text(), make([]byte, sha256.Size)}
		rand.Read(k.key)
		_, err := tx.exec(ctx, `INSERT INTO audit_keys (id, version, key_sealed) VALUES ($1, $2, $3)`,
			k.id, ring.Current(), ring.Seal(auditKeySeal, k.id, k.key))
		return k, err
	}
	if err != nil {
		return auditKey{}, err
	}
	key, err := ring.Open(auditKeySeal, id, sealed)
	return auditKey{id, key}, err
}

// auditKeys returns the keys of the log that open, by their ids.
func (s *reads) auditKeys(ctx context.Context) (map[string]auditKey, error) {
	all := map[string]auditKey{}
	err := s.each(ctx, func(rows *sql.Rows) error {
		var id string
		var sealed []byte
		if err := rows.Scan(&id, &sealed); err != nil {
			return err
		}
		if key, err := s.keys.Open(auditKeySeal, id, sealed); err == nil {
			all[id] = auditKey{id, key}
		}
		return nil
	}, `SELECT id, key_sealed FROM audit_keys`)
	return all, err
}

// eraseAudit erases the entries from before then, and keeps the MAC of the last of them, from which the chain goes on.
func (s *Store) eraseAudit(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(tx *Tx) error {
		// Locked first: of two instances with clocks that differ a little, the one that erases less must not say so after the other.
		key, err := tx.lockAudit(ctx)
		if err != nil {
			return err
		}
		var erased end
		// By the index of the times, which seq + 0 leaves no choice but: in the order of seq all that stays would be read first.
		err = tx.row(ctx, `SELECT seq, mac FROM audit WHERE at < $1 ORDER BY seq + 0 DESC LIMIT 1`, micros(before)).Scan(&erased.seq, &erased.mac)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `DELETE FROM audit WHERE seq <= $1`, erased.seq); err != nil {
			return err
		}
		return tx.setAuditEnd(ctx, key, "erased", erased)
	})
}
