package notify

import (
	"time"

	"moncompte/server/portal"
)

// State is where a message is, as an operator sees it.
type State string

const (
	IsWaiting   State = "waiting"
	IsSent      State = "sent"
	IsUncertain State = "uncertain" // handed over and not answered for; while it is open it may go once more
	IsRefused   State = "refused"
	IsDropped   State = "dropped"
)

// Record is what an operator may know of a message: neither whom it is for nor what it says.
type Record struct {
	ID       string         `json:"id"`
	Channel  portal.Channel `json:"channel"`
	Purpose  string         `json:"purpose"` // that of the code, or "notice"
	State    State          `json:"state"`
	Open     bool           `json:"-"`
	Attempts int            `json:"attempts"` // how often the gateway was asked
	Reason   string         `json:"reason"`   // of the last one, empty for none
	Receipt  string         `json:"receipt"`  // the gateway's reference, and what it has reported since
	Created  time.Time      `json:"created_at"`
	Due      time.Time      `json:"due_at"`
	Expires  time.Time      `json:"expires_at"`
}
