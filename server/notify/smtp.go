package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// smtpGateway submits e-mails to a relay (RFC 6409), one connection a message: our volume does not pay for keeping one open, and
// a relay may close an idle one at any moment.
type smtpGateway struct {
	address address
	o       Options
	limits  Limits
	dkim    *dkim.SignOptions // nil = mail is not signed here
}

// Limits implements Limited.
func (g *smtpGateway) Limits() Limits { return g.limits }

// Send returns the Message-ID as the receipt.
func (g *smtpGateway) Send(ctx context.Context, m Message) (receipt string, err error) {
	msg, id, err := g.compose(m)
	if err != nil {
		return "", err
	}
	var composed bytes.Buffer
	if _, err := msg.WriteTo(&composed); err != nil {
		return "", Permanent("smtp: message not encodable")
	}
	raw, err := g.sign(beginOnFirstLines(composed.Bytes()))
	if err != nil {
		return "", Permanent("smtp: message not signable")
	}
	// go-mail leaves the connection open when the greeting, STARTTLS or AUTH fails: the connection is ours, and ends with ctx.
	release := func() {}
	defer func() { release() }()
	client, err := g.client(func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := g.dial(dialing, network, address)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		release = func() { stop(); conn.Close() }
		return conn, nil
	})
	if err != nil {
		return "", Temporary("smtp: client settings refused")
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return "", connectionFailure(ctx, err)
	}
	if err := g.submit(ctx, session, m.To.Reveal(), raw); err != nil {
		return "", err
	}
	// The relay has answered the final dot with 250: the message is its own, and a failing QUIT must not send it twice.
	session.UpdateDeadline(time.Second)
	_ = session.Quit()
	return id, nil
}

// submit hands over one message, each step within its own time: a relay that is slow, or asks others, is not a relay that is gone.
func (g *smtpGateway) submit(ctx context.Context, session *smtp.Client, to string, raw []byte) error {
	// A relay that is asked for SMTPUTF8 may hand the message to such hosts alone (RFC 6531 §3.1).
	session.SkipSMTPUTF8(isASCII(g.address.from) && isASCII(to))
	var body io.WriteCloser
	for _, one := range []struct {
		smtpStep
		do func() error
	}{
		{smtpSender, func() error { return session.Mail("<" + g.address.from + ">") }},
		{smtpAddress, func() error { return session.Rcpt("<" + to + ">") }},
		{smtpStart, func() (err error) { body, err = session.Data(); return err }},
		{smtpBlock, func() error { _, err := body.Write(raw); return err }},
		{smtpEnd, func() error { return body.Close() }},
	} {
		err := session.UpdateDeadline(one.limit)
		if err == nil {
			err = one.do()
		}
		if err != nil {
			return smtpFailure(one.smtpStep, cause(ctx, err))
		}
	}
	return nil
}

// cause is what ended a connection that is closed with ctx.
func cause(ctx context.Context, err error) error {
	if _, reply := errors.AsType[*textproto.Error](err); ctx.Err() != nil && !reply {
		return ctx.Err()
	}
	return err
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) }

// dial connects, with TLS from the first byte for smtps.
func (g *smtpGateway) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := g.o.Dial(ctx, network, address)
	if err != nil || g.address.scheme != "smtps" {
		return conn, err
	}
	secure := tls.Client(conn, g.tlsConfig())
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

func (g *smtpGateway) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: g.address.host, RootCAs: g.o.Roots, MinVersion: tls.VersionTLS12,
		// To loopback the certificate proves nothing that the address does not, and is never issued for it.
		InsecureSkipVerify: g.address.loopback() && g.address.scheme == "smtp"}
}

func (g *smtpGateway) client(dial mail.DialContextFunc) (*mail.Client, error) {
	// Outside loopback nothing is said before TLS stands: a code read on the way is a stolen account.
	policy := mail.TLSMandatory
	switch {
	case g.address.scheme == "smtps":
		policy = mail.NoTLS // dial has done it
	case g.address.loopback():
		policy = mail.TLSOpportunistic
	}
	options := []mail.Option{
		mail.WithPort(g.address.port), mail.WithTimeout(smtpConnect.limit), mail.WithHELO(g.o.Host),
		mail.WithDialContextFunc(dial), mail.WithTLSPolicy(policy), mail.WithTLSConfig(g.tlsConfig()),
		mail.WithoutNoop(), mail.WithoutRset(),
	}
	if g.address.user != "" {
		methods := []mail.SMTPAuthType{mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin}
		if g.address.loopback() {
			methods = []mail.SMTPAuthType{mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLoginNoEnc}
		}
		options = append(options, mail.WithUsername(g.address.user), mail.WithPassword(g.address.password),
			mail.WithOpportunisticSMTPAuth(methods...))
	}
	return mail.NewClient(g.address.host, options...)
}

// compose builds the e-mail and its Message-ID, which depends on the ID alone: a mailbox that gets the message twice shows it
// once.
func (g *smtpGateway) compose(m Message) (*mail.Msg, string, error) {
	sum := sha256.Sum256([]byte("message-id\x00" + m.ID))
	id := hex.EncodeToString(sum[:16]) + "@" + g.o.Host
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if isASCII(g.address.from) {
		msg.SetGenHeader("From", sender(g.o.OrgName, g.address.from))
	} else if err := msg.FromFormat(g.o.OrgName, g.address.from); err != nil {
		return nil, "", Permanent("smtp: sender address not valid")
	}
	if err := msg.To(m.To.Reveal()); err != nil {
		return nil, "", Permanent("smtp: address not valid")
	}
	msg.Subject(encodedWords(m.Subject.Reveal()))
	msg.SetMessageIDWithValue(id)
	msg.SetDateWithValue(m.At)
	msg.SetGenHeader(mail.HeaderContentLang, "fr")
	// Nobody's out-of-office note should answer (RFC 3834 §5; the second is Exchange's).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(mail.HeaderXAutoResponseSuppress, "All")
	msg.SetBodyString(mail.TypeTextPlain, m.Text.Reveal())
	if !m.HTML.IsZero() {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML.Reveal())
	}
	return msg, id, nil
}

// connectionFailure describes what came before the message.
func connectionFailure(ctx context.Context, err error) error {
	text := err.Error()
	_, reply := errors.AsType[*textproto.Error](err)
	switch {
	case reply || ctx.Err() != nil:
	case strings.Contains(text, "does not support STARTTLS"):
		return &Failure{Reason: "smtp: STARTTLS not offered", Fault: OfAccount, Mend: "the port, or smtps://: nothing is sent in clear"}
	case strings.Contains(text, "SMTP AUTH"):
		return &Failure{Reason: "smtp: no common sign-in method", Fault: OfAccount, Mend: mendSignIn}
	}
	return smtpFailure(smtpConnect, cause(ctx, err))
}
