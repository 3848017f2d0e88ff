package notifytest

import (
	"encoding/json"
	"strconv"
	"sync/atomic"
	"testing"
)

// NodeSMPP is an SMSC by npm smpp, in a process of its own. It takes the account User with Password.
type NodeSMPP struct {
	Addr      string
	Delivered <-chan int // the status of each deliver_sm_resp

	t         testing.TB
	tls       *Authority
	sms       chan SMS
	delivered chan int
	binds     atomic.Int32
	unbinds   atomic.Int32
	last      atomic.Pointer[Bind]
	node      *node
}

// The account of NodeSMPP.
const (
	User     = "moncompte"
	Password = "s3cret-8"
)

// SMS is one submit_sm as the SMSC took it, its text decoded by data_coding.
type SMS struct {
	ID         string
	From       string
	FromTon    int
	FromNpi    int
	To         string
	ToTon      int
	Coding     int
	Esm        int
	Registered int
	Text       string
	UDH        []string // information elements, hexadecimal
	Reference  int      // user_message_reference, -1 without
	ValidFor   int      // seconds
}

// Bind is a bind request.
type Bind struct {
	Kind       string
	SystemType string `json:"system_type"`
}

// NewNodeSMPP starts an SMSC on a free port, over TLS when tls is not nil; it ends with the test.
func NewNodeSMPP(t testing.TB, tls *Authority) *NodeSMPP {
	t.Helper()
	s := &NodeSMPP{t: t, tls: tls, Addr: "127.0.0.1:0", sms: make(chan SMS, 256), delivered: make(chan int, 256)}
	s.Delivered = s.delivered
	s.Start()
	t.Cleanup(s.Kill)
	return s
}

// Start runs the SMSC, on the same port as before when it was killed.
func (s *NodeSMPP) Start() {
	s.t.Helper()
	s.node = startNode(s.t, "smpp.mjs", s.event)
	arguments := map[string]any{"port": portOf(s.Addr), "user": User, "password": Password}
	if s.tls != nil {
		arguments["key"], arguments["cert"] = s.tls.KeyPEM, s.tls.CertPEM
	}
	s.Addr = "127.0.0.1:" + strconv.Itoa(int(s.node.call("start", arguments)["port"].(float64)))
}

func (s *NodeSMPP) event(kind string, line []byte) {
	var e struct {
		SMS
		Bind
		Status int
	}
	if json.Unmarshal(line, &e) != nil {
		return
	}
	switch kind {
	case "sms":
		s.sms <- e.SMS
	case "delivered":
		s.delivered <- e.Status
	case "unbind":
		s.unbinds.Add(1)
	case "bind":
		s.binds.Add(1)
		s.last.Store(&e.Bind)
	}
}

// Kill ends the process at once.
func (s *NodeSMPP) Kill() { s.node.kill() }

// Next returns the next SMS taken.
func (s *NodeSMPP) Next(t testing.TB) SMS {
	t.Helper()
	return next(t, "SMS", s.sms)
}

// Waiting returns how many SMS were taken until now and not yet read by Next.
func (s *NodeSMPP) Waiting() int {
	s.t.Helper()
	s.node.call("sync", nil)
	return len(s.sms)
}

// Binds returns how many binds came until now, refused ones included.
func (s *NodeSMPP) Binds() int {
	s.t.Helper()
	s.node.call("sync", nil)
	return int(s.binds.Load())
}

// Unbinds returns how many sessions said goodbye until now.
func (s *NodeSMPP) Unbinds() int {
	s.t.Helper()
	s.node.call("sync", nil)
	return int(s.unbinds.Load())
}

// LastBind returns the bind that came last.
func (s *NodeSMPP) LastBind() Bind {
	s.t.Helper()
	s.node.call("sync", nil)
	return *s.last.Load()
}

// Only makes the SMSC know one kind of bind, bind_transceiver or bind_transmitter.
func (s *NodeSMPP) Only(kind string) {
	s.t.Helper()
	s.node.call("only", map[string]any{"kind": kind})
}

// Alone makes the SMSC allow one bind at a time.
func (s *NodeSMPP) Alone() {
	s.t.Helper()
	s.node.call("alone", nil)
}

// Name makes id the message_id of a message that comes.
func (s *NodeSMPP) Name(id string) {
	s.t.Helper()
	s.node.call("name", map[string]any{"id": id})
}

// Status makes the next submits fail with a command_status.
func (s *NodeSMPP) Status(status, times int) {
	s.t.Helper()
	s.node.call("status", map[string]any{"status": status, "times": times})
}

// NackSubmit makes the next submit fail with a generic_nack.
func (s *NodeSMPP) NackSubmit(status int) {
	s.t.Helper()
	s.node.call("status", map[string]any{"status": status, "times": 1, "nack": true})
}

// RefuseBinds makes the next binds fail.
func (s *NodeSMPP) RefuseBinds(times int) {
	s.t.Helper()
	s.node.call("refuse", map[string]any{"times": times})
}

// Silence makes the SMSC answer nothing to submits and enquire_links, or ends that.
func (s *NodeSMPP) Silence(on bool) {
	s.t.Helper()
	s.node.call("silence", map[string]any{"on": on})
}

// Deliver sends a deliver_sm to every session; tlv may hold receipted_message_id and message_state, and
// source_addr, the number that a receipt is about.
func (s *NodeSMPP) Deliver(text string, esm int, tlv map[string]any) {
	s.t.Helper()
	s.node.call("deliver", map[string]any{"text": text, "esm": esm, "tlv": tlv})
}

// Data sends a data_sm with a delivery receipt to every session.
func (s *NodeSMPP) Data(tlv map[string]any) {
	s.t.Helper()
	s.node.call("data", map[string]any{"tlv": tlv})
}

// Alert sends an alert_notification, which has no answer, to every session.
func (s *NodeSMPP) Alert() {
	s.t.Helper()
	s.node.call("alert", nil)
}

// Nack sends a generic_nack with sequence number 0 to every session.
func (s *NodeSMPP) Nack() {
	s.t.Helper()
	s.node.call("nack", nil)
}

// Enquire sends an enquire_link and returns once it was answered.
func (s *NodeSMPP) Enquire() {
	s.t.Helper()
	s.node.call("enquire", nil)
}

// Drop cuts every connection.
func (s *NodeSMPP) Drop() {
	s.t.Helper()
	s.node.call("drop", nil)
}
