package notify

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// smtpGateway submits e-mails to a relay (RFC 6409), one connection a message: our volume does not pay for keeping one open, and
// a relay may close an idle one at any moment.
type smtpGateway struct {
	address address
	o       Options
}

// Send returns the Message-ID as the receipt.
func (g *smtpGateway) Send(ctx context.Context, m Message) (receipt string, err error) {
	msg, id, err := g.compose(m)
	if err != nil {
		return "", err
	}
	// go-mail leaves the connection open when the greeting, STARTTLS or AUTH fails, and sets its own deadline anew at every
	// step: the connection is ours, and ends with ctx.
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
	if err := client.SendWithSMTPClient(session, msg); err != nil {
		return "", messageFailure(ctx, err)
	}
	// The relay has answered DATA with 250: the message is its own, and a failing QUIT must not send it twice.
	_ = session.Quit()
	return id, nil
}

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
		mail.WithPort(g.address.port), mail.WithTimeout(stepLimit), mail.WithHELO(g.o.Host),
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

// stepLimit is go-mail's own deadline for one step; the deadline of the whole attempt is that of its context.
const stepLimit = 30 * time.Second

// compose builds the e-mail and its Message-ID, which depends on the ID alone: a mailbox that gets the message twice shows it
// once.
func (g *smtpGateway) compose(m Message) (*mail.Msg, string, error) {
	sum := sha256.Sum256([]byte("message-id\x00" + m.ID))
	id := hex.EncodeToString(sum[:16]) + "@" + g.o.Host
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(g.o.OrgName, g.address.from); err != nil {
		return nil, "", Permanent("smtp: sender address not valid")
	}
	if err := msg.To(m.To.Reveal()); err != nil {
		return nil, "", Permanent("smtp: address not valid")
	}
	msg.Subject(m.Subject.Reveal())
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

// connectionFailure describes what came before the message: all of it is the operator's to repair, also a 5xx reply, and the
// message waits meanwhile.
func connectionFailure(ctx context.Context, err error) error {
	var reply *textproto.Error
	switch {
	case ctx.Err() != nil:
		return Temporary("smtp: no answer in time")
	case errors.As(err, &reply):
		return Temporary("smtp: " + strconv.Itoa(reply.Code) + " to the connection or the sign-in")
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return Temporary("smtp: STARTTLS not offered")
	case strings.Contains(err.Error(), "SMTP AUTH"):
		return Temporary("smtp: no common sign-in method")
	}
	return Temporary("smtp: " + networkReason(err))
}

// messageFailure sorts the replies to the message itself (RFC 5321 §4.2.1): 5xx is permanent, except those that ask for a
// sign-in (RFC 4954 §6), all else is tried again.
func messageFailure(ctx context.Context, err error) error {
	var failed *mail.SendError
	if ctx.Err() != nil {
		return Temporary("smtp: no answer in time")
	}
	if !errors.As(err, &failed) || failed.ErrorCode() == 0 {
		return Temporary("smtp: connection lost")
	}
	code := failed.ErrorCode()
	reason := "smtp: " + strconv.Itoa(code) + " while " + failed.Reason.String()
	if code >= 500 && code != 530 && code != 534 && code != 535 && code != 538 {
		return Permanent(reason)
	}
	return Temporary(reason)
}
