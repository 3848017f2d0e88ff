package notifytest

import (
	"encoding/json"
	"net"
	"strconv"
	"testing"
)

// NodeSMTP is npm smtp-server in a process of its own.
type NodeSMTP struct {
	Addr string

	t     testing.TB
	o     SMTPOptions
	mails chan Mail
	node  *node
}

// NewNodeSMTP starts a server on a free port; it ends with the test.
func NewNodeSMTP(t testing.TB, o SMTPOptions) *NodeSMTP {
	t.Helper()
	s := &NodeSMTP{t: t, o: o, Addr: "127.0.0.1:0", mails: make(chan Mail, 256)}
	s.Start()
	t.Cleanup(s.Kill)
	return s
}

// Start runs the server, on the same port as before when it was killed.
func (s *NodeSMTP) Start() {
	s.t.Helper()
	s.node = startNode(s.t, "smtp.mjs", func(kind string, line []byte) {
		var m Mail
		if kind == "mail" && json.Unmarshal(line, &m) == nil {
			s.mails <- m
		}
	})
	arguments := map[string]any{"port": portOf(s.Addr), "user": s.o.User, "password": s.o.Password, "implicit": s.o.Implicit, "hideTLS": s.o.TLS == nil}
	if s.o.TLS != nil {
		arguments["key"], arguments["cert"] = s.o.TLS.KeyPEM, s.o.TLS.CertPEM
	}
	s.Addr = "127.0.0.1:" + strconv.Itoa(int(s.node.call("start", arguments)["port"].(float64)))
}

// Kill ends the process at once.
func (s *NodeSMTP) Kill() { s.node.kill() }

// Reply makes the server answer with code the next times at a stage: connect, mail, rcpt or data.
func (s *NodeSMTP) Reply(stage string, code, times int) {
	s.t.Helper()
	s.node.call("reply", map[string]any{"stage": stage, "code": code, "times": times})
}

// Next returns the next e-mail taken.
func (s *NodeSMTP) Next(t testing.TB) Mail {
	t.Helper()
	return next(t, "e-mail", s.mails)
}

// Waiting returns how many e-mails were taken until now and not yet read by Next.
func (s *NodeSMTP) Waiting() int {
	s.t.Helper()
	s.node.call("sync", nil)
	return len(s.mails)
}

func portOf(address string) int {
	_, port, _ := net.SplitHostPort(address)
	n, _ := strconv.Atoi(port) // "" for a free port
	return n
}
