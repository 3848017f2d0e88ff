package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	contactSeal = "contact"
	formerSeal  = "former-contact"
)

// formerContact is what is sealed of an address that was replaced. The account is part of it, so that whoever can write to the database
// puts nobody's address into another account.
type formerContact struct {
	Account string `json:"account"`
	Channel string `json:"channel"`
	Address string `json:"address"`
}

// contactColumns are the columns of an address in accounts.
var contactColumns = map[portal.Channel]struct{ name, seal string }{
	portal.SMS:   {"phone_sealed", phoneSeal},
	portal.Email: {"email_sealed", emailSeal},
}

// setContact writes an address, "" for none.
func (tx *Tx) setContact(ctx context.Context, id portal.AccountID, channel portal.Channel, address string, at time.Time) error {
	column := contactColumns[channel]
	var sealed any
	if address != "" {
		sealed = tx.keys.Seal(column.seal, string(id), []byte(address))
	}
	return one(tx.exec(ctx, `UPDATE accounts SET `+column.name+` = $2, updated_at = $3 WHERE id = $1`, string(id), sealed, micros(at)))
}

// ReplaceContact implements portal.Tx.
func (tx *Tx) ReplaceContact(ctx context.Context, had portal.Account, channel portal.Channel, to keys.Secret, at time.Time) error {
	plain, err := json.Marshal(formerContact{string(had.ID), string(channel), had.Addresses().To(channel).Reveal()})
	if err != nil {
		return err
	}
	row := rand.Text()
	_, err = tx.exec(ctx, `INSERT INTO former_contacts (id, account_id, channel, address_sealed, replaced_at) VALUES ($1, $2, $3, $4, $5)`,
		row, string(had.ID), string(channel), tx.keys.Seal(formerSeal, row, plain), micros(at))
	if err != nil {
		return err
	}
	return tx.setContact(ctx, had.ID, channel, to.Reveal(), at)
}

// RestoreContacts implements portal.Tx.
func (tx *Tx) RestoreContacts(ctx context.Context, id portal.AccountID, since, at time.Time) error {
	var former []formerContact
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var row, channel string
		var sealed []byte
		if err := rows.Scan(&row, &channel, &sealed); err != nil {
			return err
		}
		plain, err := tx.keys.Open(formerSeal, row, sealed)
		if err != nil {
			return err
		}
		var f formerContact
		if json.Unmarshal(plain, &f) != nil || f.Account != string(id) || f.Channel != channel {
			return errors.New("a former contact is not this account's")
		}
		former = append(former, f)
		return nil
	}, `SELECT id, channel, address_sealed FROM former_contacts WHERE account_id = $1 AND replaced_at >= $2 ORDER BY replaced_at DESC`,
		string(id), micros(since))
	if err != nil {
		return err
	}
	for _, f := range former { // the oldest last: it stays
		if err := tx.setContact(ctx, id, portal.Channel(f.Channel), f.Address, at); err != nil {
			return err
		}
	}
	_, err = tx.exec(ctx, `DELETE FROM former_contacts WHERE account_id = $1 AND replaced_at >= $2`, string(id), micros(since))
	return err
}

// openContact returns the new address of a change of contacts, zero for any other flow.
func (s *reads) openContact(flow portal.FlowRef, sealed []byte) (keys.Secret, error) {
	if sealed == nil {
		return keys.Secret{}, nil
	}
	plain, err := s.keys.Open(contactSeal, hex.EncodeToString(flow), sealed)
	return keys.NewSecret(string(plain)), err
}
