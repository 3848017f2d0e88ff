package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// protectedTable says what of a table the keys protect. A row is named by one column, and everything protected in it moves to another
// key in one statement.
type protectedTable struct {
	name, key string
	blob      bool   // the key is bytes
	nameless  bool   // the key tells an operator nothing
	rowid     bool   // SQLite keeps the rows in another order than that of the key
	binding   string // of every seal; "" = the key of its row
	rows      string // SQL that tells the rows that matter; "" = all
	sealed    []sealedColumn
	derived   []derivedColumn
}

type sealedColumn struct {
	name, purpose string
	before        string // the column of texts that an earlier release kept it in unsealed; it says passwordSealed since
	of            string // the column of texts, kept beside it, that it vouches for; an earlier release had no such seal
}

// derivedColumn is computed with a key from what is sealed in the same row: an index, a MAC.
type derivedColumn struct {
	name, from string
	compute    func(ring *keys.Ring, key, plain []byte) (any, error)
}

// protectedTables is every column that needs a key. Whatever is not listed needs none: what is found by a token of a browser is found by
// its plain hash (keys.TokenIndex), also devices.token_index, sign_ins.device, visits.browser_index, sessions.token_hash and, as in
// flows, outbox.flow, and passkeys.credential_index; the id_token within sessions.data is sealed under the session's own token too, and
// passkey_challenges.session under the browser's. What is
// hashed in the audit log is hashed with keys of its own, which are protected here.
var protectedTables = []protectedTable{
	{
		name: "accounts", key: "id", rowid: true,
		sealed: []sealedColumn{{name: "identifier_sealed", purpose: identifierSeal}, {name: "civil_sealed", purpose: civilSeal}, {name: "email_sealed", purpose: emailSeal},
			{name: "phone_sealed", purpose: phoneSeal}, {name: "password_sealed", purpose: passwordSeal, before: passwordHash}},
		derived: []derivedColumn{
			{"identifier_index", "identifier_sealed", func(ring *keys.Ring, _, plain []byte) (any, error) {
				_, err := restoreNumber(string(plain))
				return ring.Index(identifierIndex, string(plain)), err
			}},
			{"pivot_index", "civil_sealed", func(ring *keys.Ring, _, plain []byte) (any, error) {
				var civil portal.Civil
				if json.Unmarshal(plain, &civil) != nil {
					return nil, errors.New("the stored civil status cannot be read")
				}
				return ring.Index(pivotIndex, portal.PivotKey(civil)), nil
			}},
		},
	}, {
		name: "links", key: "id",
		rows:    "ended_at IS NULL OR subject_sealed IS NOT NULL", // an ended link is looked up no more
		sealed:  []sealedColumn{{name: "subject_sealed", purpose: subjectSeal}, {name: "owner_sealed", purpose: ownerSeal, of: "account_id"}},
		derived: []derivedColumn{{"subject_index", "subject_sealed", indexOf(subjectOfIssuer)}},
	}, {
		name: "buckets", key: "subject", blob: true, binding: attemptBinding,
		sealed:  []sealedColumn{{name: "subject_sealed", purpose: attemptSeal}},
		derived: []derivedColumn{{"subject", "subject_sealed", indexOf(attemptIndex)}},
	}, {
		name: "flows", key: "token_index", blob: true,
		sealed: []sealedColumn{{name: "identifier_sealed", purpose: flowSeal}, {name: "code_sealed", purpose: codeSeal}, {name: "contact_sealed", purpose: contactSeal},
			{name: "bond_sealed", purpose: bondSeal}, {name: "given_sealed", purpose: givenSeal}},
		derived: []derivedColumn{
			{"code_mac", "code_sealed", func(ring *keys.Ring, key, plain []byte) (any, error) {
				mac, _ := portal.CodeMAC(ring, key, keys.NewSecret(string(plain)))
				return mac, nil
			}},
			{"key_version", "code_sealed", func(ring *keys.Ring, _, _ []byte) (any, error) { return int64(ring.Current()), nil }},
		},
	},
	{name: "sessions", key: "token_hash", nameless: true, sealed: []sealedColumn{{name: "data", purpose: sessionSeal}}},
	{name: "outbox", key: "id", sealed: []sealedColumn{{name: "body_sealed", purpose: bodySeal}}},
	{name: "visits", key: "state_index", blob: true, sealed: []sealedColumn{{name: "visit_sealed", purpose: visitSeal}}},
	{name: "passkeys", key: "id", sealed: []sealedColumn{{name: "passkey_sealed", purpose: passkeySeal}}},
	{name: "former_contacts", key: "id", sealed: []sealedColumn{{name: "address_sealed", purpose: formerSeal}}},
	{name: "audit_keys", key: "id", sealed: []sealedColumn{{name: "key_sealed", purpose: auditKeySeal}}},
	{name: "linkings", key: "token_index", blob: true, sealed: []sealedColumn{{name: "identity_sealed", purpose: linkingSeal}}},
}

func indexOf(purpose string) func(*keys.Ring, []byte, []byte) (any, error) {
	return func(ring *keys.Ring, _, plain []byte) (any, error) { return ring.Index(purpose, string(plain)), nil }
}

// beside is the column of texts that is read with the sealed one, "" for none.
func (c sealedColumn) beside() string { return c.before + c.of }

// columns are the key, the sealed and the derived columns and those beside the sealed ones, in this order.
func (t protectedTable) columns() []string {
	names := []string{t.key}
	for _, c := range t.sealed {
		names = append(names, c.name)
	}
	for _, c := range t.derived {
		names = append(names, c.name)
	}
	for _, c := range t.sealed {
		if beside := c.beside(); beside != "" {
			names = append(names, beside)
		}
	}
	return names
}

// protectedRow holds the values of protectedTable.columns as they are stored; nil = NULL.
type protectedRow struct {
	table  *protectedTable
	values []any
}

func (r protectedRow) key() []byte {
	if text, ok := r.values[0].(string); ok {
		return []byte(text)
	}
	return r.values[0].([]byte)
}

// name is the row's for an operator; "" for one that is named by an index.
func (r protectedRow) name() string {
	if r.table.nameless {
		return ""
	}
	return string(r.key())
}

func (r protectedRow) binding() string {
	switch {
	case r.table.binding != "":
		return r.table.binding
	case r.table.blob:
		return hex.EncodeToString(r.key())
	}
	return string(r.key())
}

// fault is what is not sound in one column of one row.
type fault struct {
	column string
	reason string
}

const (
	unreadable = "cannot be read"
	misplaced  = "not found under the keys"
	unsealed   = "not kept sealed yet, so that their key cannot be told or changed"
	exposed    = "are not sealed, which the keys file rules out"
	moved      = "is not what was sealed beside it"
)

// open unseals what is sealed in the row, by column. What cannot be, or should have been sealed and is not, is a fault.
func (r protectedRow) open(ring *keys.Ring) (plain map[string][]byte, faults []fault) {
	plain = map[string][]byte{}
	for i, c := range r.table.sealed {
		sealed, ok := r.values[1+i].([]byte)
		if !ok {
			continue
		}
		if text, err := ring.Open(c.purpose, r.binding(), sealed); err != nil {
			faults = append(faults, fault{c.name, unreadable})
		} else {
			plain[c.name] = text
		}
	}
	for i, c := range r.table.derived {
		if r.sealedOf(c) == nil && r.derivedAt(i) != nil {
			faults = append(faults, fault{c.name, unsealed})
		}
	}
	return plain, faults
}

// check reads the row with every key of the ring and tells what is not sound.
func (r protectedRow) check(ring *keys.Ring) []fault {
	plain, faults := r.open(ring)
	for _, c := range r.table.sealed {
		if _, ok := r.bare(c); ok && ring.PasswordsSealed() {
			faults = append(faults, fault{c.before, exposed})
		}
		if c.before != "" && r.values[r.table.place(c.before)] == passwordSealed && r.values[r.table.place(c.name)] == nil {
			faults = append(faults, fault{c.name, unreadable})
		}
		if c.of == "" {
			continue
		}
		if text, ok := plain[c.name]; ok && string(text) != r.values[r.table.place(c.of)] {
			faults = append(faults, fault{c.of, moved})
		} else if r.values[r.table.place(c.name)] == nil && ring.LinksBound() {
			faults = append(faults, fault{c.of, exposed})
		}
	}
	for i, c := range r.table.derived {
		text, ok := plain[c.from]
		if !ok || r.derivedAt(i) == nil {
			continue
		}
		// What was computed and what it was computed from are always of one version.
		number, _ := keys.SealedVersion(r.sealedOf(c))
		at, _ := ring.At(number) // it was opened
		if want, err := c.compute(at, r.key(), text); err != nil {
			faults = append(faults, fault{c.from, err.Error()})
		} else if !same(want, r.derivedAt(i)) {
			faults = append(faults, fault{c.name, misplaced})
		}
	}
	return faults
}

// protect returns the row as the ring's current key protects it, and false when that is how it is. What cannot be read is left alone:
// nothing can be done for it.
func (r protectedRow) protect(ring *keys.Ring) (protectedRow, bool, error) {
	plain, _ := r.open(ring)
	next := protectedRow{r.table, append([]any(nil), r.values...)}
	changed := false
	for i, c := range r.table.sealed {
		if text, ok := r.bare(c); ok && !ring.PasswordsSealed() {
			next.values[1+i] = ring.Seal(c.purpose, r.binding(), []byte(text))
			next.values[r.table.place(c.before)] = passwordSealed
			changed = true
			continue
		}
		// What an earlier release did not bind is taken as it is, once.
		if c.of != "" && r.values[1+i] == nil && !ring.LinksBound() {
			if text, ok := r.values[r.table.place(c.of)].(string); ok {
				next.values[1+i] = ring.Seal(c.purpose, r.binding(), []byte(text))
				changed = true
			}
			continue
		}
		text, ok := plain[c.name]
		if !ok {
			continue
		}
		if number, _ := keys.SealedVersion(r.values[1+i].([]byte)); number != ring.Current() {
			next.values[1+i] = ring.Seal(c.purpose, r.binding(), text)
			changed = true
		}
	}
	for i, c := range r.table.derived {
		text, ok := plain[c.from]
		if !ok {
			continue
		}
		want, err := c.compute(ring, r.key(), text)
		if err != nil {
			return r, false, fmt.Errorf("%s.%s: %w", r.table.name, c.from, err)
		}
		if !same(want, r.derivedAt(i)) {
			next.values[1+len(r.table.sealed)+i] = want
			changed = true
		}
	}
	return next, changed, nil
}

// bare is what an earlier release left unsealed of the column, false when it left nothing.
func (r protectedRow) bare(c sealedColumn) (string, bool) {
	if c.before == "" {
		return "", false
	}
	text, ok := r.values[r.table.place(c.before)].(string)
	return text, ok && text != passwordSealed
}

func (t protectedTable) place(column string) int { return slices.Index(t.columns(), column) }

func (r protectedRow) derivedAt(i int) any { return r.values[1+len(r.table.sealed)+i] }

// sealedOf is the sealed value that the column is derived from, nil for NULL.
func (r protectedRow) sealedOf(c derivedColumn) []byte {
	for i, from := range r.table.sealed {
		if from.name == c.from {
			sealed, _ := r.values[1+i].([]byte)
			return sealed
		}
	}
	panic("store: " + c.name + " is derived from no sealed column")
}

func same(a, b any) bool {
	if a, ok := a.([]byte); ok {
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	}
	return a == b
}

// Column names a column.
type Column struct{ Table, Name string }

// ProtectedColumns are the columns that need a key.
func ProtectedColumns() []Column {
	var columns []Column
	for _, t := range protectedTables {
		for _, c := range t.sealed {
			columns = append(columns, Column{t.name, c.name})
		}
		for _, c := range t.derived {
			columns = append(columns, Column{t.name, c.name})
		}
	}
	return columns
}
