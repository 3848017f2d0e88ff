package notifytest

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// SMTP is a server in the process. Its fields are set before NewSMTP's result is used and not later.
type SMTP struct {
	Addr  string
	Mails <-chan Mail // 256 at most are kept

	t      testing.TB
	o      SMTPOptions
	mails  chan Mail
	mu     sync.Mutex
	asked  map[string][]int
	server *smtp.Server
	listen net.Listener
}

// SMTPOptions says what the server offers. The zero value speaks cleartext to anybody.
type SMTPOptions struct {
	TLS            *Authority // offers STARTTLS
	Implicit       bool       // TLS from the first byte instead
	User, Password string     // required to sign in, when set
}

// NewSMTP starts a server on a free port; it ends with the test.
func NewSMTP(t testing.TB, o SMTPOptions) *SMTP {
	t.Helper()
	mails := make(chan Mail, 256)
	s := &SMTP{t: t, o: o, Addr: "127.0.0.1:0", Mails: mails, mails: mails, asked: map[string][]int{}}
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// Start listens, on the same port as before when it was stopped.
func (s *SMTP) Start() {
	s.t.Helper()
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		if err := s.reply("connect"); err != nil {
			return nil, err
		}
		return &smtpSession{s: s, conn: c}, nil
	}))
	server.Domain = Domain
	server.AllowInsecureAuth, server.EnableSMTPUTF8 = true, true
	server.ReadTimeout, server.WriteTimeout = Patience, Patience
	server.ErrorLog = silent{}
	listener, err := net.Listen("tcp", s.Addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Addr = listener.Addr().String()
	if s.o.TLS != nil {
		config := &tls.Config{Certificates: []tls.Certificate{s.o.TLS.Certificate}}
		if s.o.Implicit {
			listener = tls.NewListener(listener, config)
		} else {
			server.TLSConfig = config
		}
	}
	s.server, s.listen = server, listener
	go server.Serve(listener)
}

// Stop ends the server and its connections.
func (s *SMTP) Stop() {
	s.listen.Close() // also when Serve has not begun to know it
	s.server.Close()
}

// Reply makes the server answer with these codes at the next occasions of a stage: connect (each of EHLO and HELO), mail, rcpt or
// data.
func (s *SMTP) Reply(stage string, codes ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[stage] = append(s.asked[stage], codes...)
}

func (s *SMTP) reply(stage string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	codes := s.asked[stage]
	if len(codes) == 0 {
		return nil
	}
	s.asked[stage] = codes[1:]
	return &smtp.SMTPError{Code: codes[0], EnhancedCode: smtp.EnhancedCodeNotSet, Message: "as the test asked"}
}

// Next returns the next e-mail taken.
func (s *SMTP) Next(t testing.TB) Mail {
	t.Helper()
	return next(t, "e-mail", s.Mails)
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

type smtpSession struct {
	s    *SMTP
	conn *smtp.Conn
	mail Mail
}

func (x *smtpSession) AuthMechanisms() []string {
	if x.s.o.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != x.s.o.User || password != x.s.o.Password {
			return smtp.ErrAuthFailed
		}
		x.mail.User = user
		return nil
	}), nil
}

func (x *smtpSession) Mail(from string, o *smtp.MailOptions) error {
	if x.s.o.User != "" && x.mail.User == "" {
		return smtp.ErrAuthRequired
	}
	x.mail.From, x.mail.UTF8 = from, o != nil && o.UTF8
	return x.s.reply("mail")
}

func (x *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.mail.To = append(x.mail.To, to)
	return x.s.reply("rcpt")
}

func (x *smtpSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := x.s.reply("data"); err != nil {
		return err
	}
	_, x.mail.TLS = x.conn.TLSConnectionState()
	x.mail.Raw = raw
	select {
	case x.s.mails <- x.mail:
		return nil
	case <-time.After(Patience):
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCodeNotSet, Message: "nobody reads"}
	}
}

func (x *smtpSession) Reset()        { x.mail = Mail{User: x.mail.User} }
func (x *smtpSession) Logout() error { return nil }
