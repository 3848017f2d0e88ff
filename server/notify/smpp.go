package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/pdu"
)

// smppGateway keeps one bind to an SMSC, as a transceiver where it can (SMPP 3.4 §2.2.3), made at the first message and again at the first one
// after a loss; meanwhile the SMSC holds the delivery receipts. Of gosmpp it uses the PDUs and not the session, whose bind knows
// no deadline, whose requests take no context and whose rebinding sleeps in a loop that nothing ends.
type smppGateway struct {
	address address
	o       Options
	log     *slog.Logger

	source     pdu.Address
	systemType string
	alphabet   smsAlphabet
	limits     Limits
	reports    chan Report
	taken      takenSMS

	binding chan struct{} // one token: a single bind at a time, which a waiting Send gives up with its context

	mu       sync.Mutex
	session  *smppSession
	closed   bool
	refusals int               // binds that failed in a row
	notUntil time.Time         // no bind before
	binds    []pdu.BindingType // the first is asked for; when the SMSC does not know it, the next
}

func openSMPP(a address, o Options) (Gateway, error) {
	g := &smppGateway{o: o, log: o.Log, binding: make(chan struct{}, 1), systemType: a.take("system_type"), alphabet: alphabetGSM,
		reports: make(chan Report, 1024)}
	// Fields of bind and submit are C strings with an end (SMPP 3.4 §3.1): a NUL inside would shift all that follows.
	if strings.ContainsRune(a.user+a.password+a.from+g.systemType, 0) {
		return nil, errors.New("NUL in the user, the password, from= or system_type=")
	}
	if len(a.user) > 15 {
		return nil, errors.New("the user is longer than the 15 characters of SMPP")
	}
	if len(g.systemType) > 12 {
		return nil, errors.New("system_type= is longer than the 12 characters of SMPP")
	}
	var err error
	if g.source, err = senderAddress(a.from); err != nil {
		return nil, err
	}
	for name, set := range map[string]func(byte){"source_ton": g.source.SetTon, "source_npi": g.source.SetNpi} {
		if text := a.take(name); text != "" {
			value, err := strconv.ParseUint(text, 10, 8)
			if err != nil {
				return nil, fmt.Errorf("%s= is not a number of SMPP", name)
			}
			set(byte(value))
		}
	}
	switch alphabet := smsAlphabet(a.take("alphabet")); alphabet {
	case "":
	case alphabetGSM, alphabetPacked, alphabetLatin1:
		g.alphabet = alphabet
	default:
		return nil, errors.New("alphabet= must be gsm, packed or latin1")
	}
	switch a.take("bind") {
	case "":
		g.binds = []pdu.BindingType{pdu.Transceiver, pdu.Transmitter}
	case "transceiver":
		g.binds = []pdu.BindingType{pdu.Transceiver}
	case "transmitter":
		g.binds = []pdu.BindingType{pdu.Transmitter}
	default:
		return nil, errors.New("bind= must be transceiver or transmitter")
	}
	// OVHcloud's, and about what the others allow.
	if g.limits, err = a.limits(Limits{Rate: 20, Window: 10, Strict: true}); err != nil {
		return nil, err
	}
	g.address = a
	return g, a.over("from=, rate=, window=, system_type=, bind=, alphabet=, source_ton= and source_npi=")
}

// Send submits m, in several segments when it is long, and returns the SMSC's message id of the first. When a segment is
// refused the whole message is tried again, with the same reference: a phone shows it once.
func (g *smppGateway) Send(ctx context.Context, m Message) (receipt string, err error) {
	phone, err := ParsePhone(m.To.Reveal())
	if err != nil {
		return "", Permanent("number refused: " + err.Error())
	}
	submits, err := g.submits(m, phone)
	if err != nil {
		return "", err
	}
	session, err := g.bound(ctx)
	if err != nil {
		return "", err
	}
	for i, submit := range submits {
		id, err := session.submit(ctx, submit)
		if err != nil {
			return "", err
		}
		if i == 0 {
			receipt = id
		}
	}
	return receipt, nil
}

// Limits implements Limited.
func (g *smppGateway) Limits() Limits { return g.limits }

// Reports implements Reporting.
func (g *smppGateway) Reports() <-chan Report { return g.reports }

// Bind implements Bound.
func (g *smppGateway) Bind(ctx context.Context) error {
	_, err := g.bound(ctx)
	return err
}

// bound returns the live session, or binds.
func (g *smppGateway) bound(ctx context.Context) (*smppSession, error) {
	select {
	case g.binding <- struct{}{}:
		defer func() { <-g.binding }()
	case <-ctx.Done():
		return nil, unreachable("smpp: no bind in time")
	}
	g.mu.Lock()
	session, closed, wait := g.session, g.closed, g.notUntil.Sub(g.o.Now())
	g.mu.Unlock()
	switch {
	case closed:
		return nil, unreachable("smpp: gateway closed")
	case session != nil && session.alive():
		return session, nil
	case wait > 0:
		return nil, &Failure{Reason: "smpp: waiting before the next bind", Fault: OfGateway, After: wait}
	}
	session, err := g.bind(ctx, g.binds[0])
	if errors.Is(err, errBindUnknown) && len(g.binds) > 1 {
		g.log.Warn("smpp: no transceiver here, bound as a transmitter: no delivery report will come")
		g.binds = g.binds[1:] // by the one who holds the token of binding
		session, err = g.bind(ctx, g.binds[0])
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		// An SMSC that refuses an account locks it when it insists. One that is away, or has the bind elsewhere, is soon asked
		// again: whoever waits for a code has minutes.
		backoff := g.o.Backoff
		if f, ok := errors.AsType[*Failure](err); ok && f.Fault != OfAccount {
			backoff.Max = min(5*time.Second, backoff.limit())
		}
		g.refusals++
		g.notUntil = g.o.Now().Add(backoff.delay(g.refusals, 0.5))
		return nil, err
	}
	if g.closed {
		session.close(errSMPPClosed)
		return nil, errSMPPClosed
	}
	g.refusals, g.notUntil, g.session = 0, time.Time{}, session
	return session, nil
}

func (g *smppGateway) bind(ctx context.Context, as pdu.BindingType) (*smppSession, error) {
	ctx, cancel := context.WithTimeout(ctx, g.o.Answer)
	defer cancel()
	conn, err := g.o.Dial(ctx, "tcp", g.address.hostPort())
	if err != nil {
		return nil, networkFailure("smpp: ", err)
	}
	if g.address.scheme == "smpps" {
		secure := tls.Client(conn, &tls.Config{ServerName: g.address.host, RootCAs: g.o.Roots, MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, networkFailure("smpp: ", err)
		}
		conn = secure
	}
	session := newSMPPSession(conn, g.log, g.limits.Window, g.o.Enquire, g.o.Answer)
	session.reports, session.taken = g.reports, &g.taken
	request := pdu.NewBindRequest(as)
	request.SystemID, request.Password, request.SystemType = g.address.user, g.address.password, g.systemType
	if err := session.bind(ctx, request); err != nil {
		conn.Close()
		return nil, err
	}
	g.log.Info("smpp bound")
	session.start()
	return session, nil
}

// Close unbinds. Messages sent afterwards fail.
func (g *smppGateway) Close() error {
	g.mu.Lock()
	session := g.session
	g.session, g.closed = nil, true
	g.mu.Unlock()
	if session != nil {
		session.unbind()
	}
	return nil
}

var errSMPPClosed = unreachable("smpp: gateway closed")
