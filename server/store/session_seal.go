package store

import (
	"database/sql"
	"encoding/binary"

	"moncompte/server/portal"
)

const sessionSeal = "session"

// keptSession is what a row of sessions says that somebody relies on.
type keptSession struct {
	token   string
	account sql.NullString
	epoch   int64
	sealed  []byte
	expires int64
}

// sealSession seals the session's data, in which its account and epoch are, with its end, bound to its token: whoever can only write to
// the database opens nobody's account with a session of their own, and makes none last longer.
func (s *reads) sealSession(row portal.SessionRow) []byte {
	plain := append(binary.BigEndian.AppendUint64(nil, uint64(micros(row.Expires))), row.Data...)
	return s.keys.Seal(sessionSeal, row.Token, plain)
}

// openSession returns the session when all that its row says is what was sealed. A row of a release that sealed none is not sound: its
// owner signs in again, and nobody needs to tell it from a forged one.
func (s *reads) openSession(kept keptSession) (row portal.SessionRow, sound bool) {
	plain, err := s.keys.Open(sessionSeal, kept.token, kept.sealed)
	if err != nil || len(plain) < 8 {
		return portal.SessionRow{}, false
	}
	expires := int64(binary.BigEndian.Uint64(plain))
	row, err = portal.NewSessionRow(kept.token, plain[8:], fromMicros(expires))
	sound = err == nil && expires == kept.expires && string(row.Account) == kept.account.String && row.Epoch == kept.epoch
	return row, sound
}
