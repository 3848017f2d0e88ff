package store

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"moncompte/server/portal"
)

// AuditEntry is an entry of the audit log as it is read.
type AuditEntry struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Kind    string          `json:"kind"`
	What    string          `json:"what"`
	Who     string          `json:"who,omitempty"`     // keyed hash of the account's id
	Network string          `json:"network,omitempty"` // keyed hash of the /24 or /48
	Details json.RawMessage `json:"details"`
	MAC     string          `json:"mac"`
}

// AuditResult is what VerifyAudit found. The last entry's MAC stands for the whole log: kept elsewhere, it shows later that nothing was
// cut off, which a log alone cannot show of its end.
type AuditResult struct {
	Entries int
	Last    int64
	MAC     string
	Faults  []string // one line each, ten at most; empty = everything is sound
}

// VerifyAudit reads the whole audit log and follows its chain, while others write to it.
func (s *Store) VerifyAudit(ctx context.Context) (AuditResult, error) {
	for {
		began, err := s.auditEnd(ctx, "erased")
		if err != nil {
			return AuditResult{}, err
		}
		r, err := s.verifyAudit(ctx)
		if err != nil {
			return r, err
		}
		if ended, err := s.auditEnd(ctx, "erased"); err != nil || ended.seq == began.seq {
			return r, err
		}
	}
}

func (s *Store) verifyAudit(ctx context.Context) (AuditResult, error) {
	var r AuditResult
	fault := func(format string, args ...any) {
		if len(r.Faults) < 10 {
			r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
		}
	}
	known, err := s.auditKeys(ctx)
	if err != nil {
		return r, err
	}
	// The last entry is read first: what is written meanwhile comes after it.
	ends := map[string]end{}
	made := 0
	if err := s.row(ctx, `SELECT count(*) FROM audit_keys`).Scan(&made); err != nil {
		return r, err
	}
	err = s.each(ctx, func(rows *sql.Rows) error {
		var name, key string
		var e end
		var proof []byte
		if err := rows.Scan(&name, &e.seq, &e.mac, &key, &proof); err != nil {
			return err
		}
		// Without the first condition an empty key would do, by a row of audit_keys that nothing opens.
		if k, ok := known[key]; !ok || !hmac.Equal(proof, k.proof(name, e)) {
			fault("the mark of the %s entry is not sound", name)
		}
		ends[name] = e
		return nil
	}, `SELECT name, seq, mac, key_id, proof FROM audit_ends ORDER BY name`)
	if err != nil {
		return r, err
	}
	if _, ok := ends["last"]; !ok && made > 0 {
		fault("the mark of the last entry is missing")
	}
	before := ends["erased"]
	err = s.eachAudit(ctx, nil, func(e entry) error {
		if e.seq > ends["last"].seq {
			return nil // written since
		}
		switch key, ok := known[e.key]; {
		case e.seq != before.seq+1:
			fault("entries %d to %d are missing", before.seq+1, e.seq-1)
		case !ok:
			fault("entry %d: its key cannot be read", e.seq)
		case !hmac.Equal(e.mac, e.chain(key, before.mac)):
			fault("entry %d is not what was written", e.seq)
		}
		before = end{e.seq, e.mac}
		r.Entries++
		return nil
	})
	if err == nil && (before.seq != ends["last"].seq || !hmac.Equal(before.mac, ends["last"].mac)) {
		fault("the log ends at entry %d, and entry %d was the last", before.seq, ends["last"].seq)
	}
	r.Last, r.MAC = before.seq, hex.EncodeToString(before.mac)
	return r, err
}

// Audit hands the entries to do in their order: all of them, or those about an account.
func (s *Store) Audit(ctx context.Context, account portal.AccountID, do func(AuditEntry) error) error {
	var who [][]byte
	if account != "" {
		known, err := s.auditKeys(ctx)
		if err != nil {
			return err
		}
		for _, key := range known {
			who = append(who, key.index("who", string(account)))
		}
		if len(who) == 0 {
			return nil
		}
	}
	return s.eachAudit(ctx, who, func(e entry) error {
		return do(AuditEntry{e.seq, fromMicros(e.at), e.kind, e.what, hex.EncodeToString(e.who), hex.EncodeToString(e.network),
			json.RawMessage(e.details), hex.EncodeToString(e.mac)})
	})
}

// auditPage is how many entries are read at once, so that a long log holds up nobody and fits in memory.
const auditPage = 1000

// eachAudit reads the entries in their order: those under one of the hashes, or all without any.
func (s *Store) eachAudit(ctx context.Context, who [][]byte, do func(entry) error) error {
	about := ""
	if who != nil {
		about = ` AND who IN (` + list(3, len(who)) + `)`
	}
	for after := int64(0); ; {
		var page []entry
		err := s.each(ctx, func(rows *sql.Rows) error {
			var e entry
			err := rows.Scan(&e.seq, &e.at, &e.key, &e.kind, &e.what, &e.who, &e.network, &e.details, &e.mac)
			page = append(page, e)
			return err
		}, `SELECT seq, at, key_id, kind, what, who, network, details, mac FROM audit WHERE seq > $1`+about+` ORDER BY seq LIMIT $2`,
			append([]any{after, auditPage}, anys(who)...)...)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			if err := do(e); err != nil {
				return err
			}
		}
		after = page[len(page)-1].seq
	}
}
