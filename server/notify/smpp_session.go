package notify

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// smppSession is one connection. It ends at the first fault; the gateway then makes another.
type smppSession struct {
	conn    net.Conn
	reader  *bufio.Reader
	log     *slog.Logger
	enquire time.Duration
	answer  time.Duration
	reports chan<- Report // nil = nobody wants them
	taken   *takenSMS

	window chan struct{} // one token a submit_sm without answer (SMPP 3.4 §2.9)
	done   chan struct{} // closed when the session is over
	once   sync.Once

	writing sync.Mutex

	mu      sync.Mutex
	last    int32 // sequence number given last
	waiting map[int32]smppWaiting
	cause   error // why it is over
}

// smppWaiting is a submit_sm without answer.
type smppWaiting struct {
	to      string // the number
	answers chan smppAnswer
}

// smppAnswer is the receipt of a message that was taken, or why it was not.
type smppAnswer struct {
	id  string
	err error
}

func newSMPPSession(conn net.Conn, log *slog.Logger, window int, enquire, answer time.Duration) *smppSession {
	return &smppSession{
		conn: conn, reader: bufio.NewReader(conn), log: log, enquire: enquire, answer: answer,
		window: make(chan struct{}, window), done: make(chan struct{}), taken: new(takenSMS), waiting: map[int32]smppWaiting{},
	}
}

// errBindUnknown is the refusal of a kind of bind that the SMSC does not have.
var errBindUnknown = statusFailure("smpp: bind refused: ", data.ESME_RINVCMDID)

// bind presents the account and reads the answer, within ctx: an SMSC that accepts connections and says nothing is common when
// it is half down.
func (s *smppSession) bind(ctx context.Context, request *pdu.BindRequest) error {
	defer context.AfterFunc(ctx, func() { s.conn.SetDeadline(time.Unix(1, 0)) })()
	request.SetSequenceNumber(s.next())
	if err := s.write(ctx, request); err != nil {
		return err
	}
	answer, err := readSMPPFrame(s.reader)
	switch {
	case err != nil:
		return networkFailure("smpp: bind: ", err)
	case answer.isAnswer() && answer.CommandStatus == data.ESME_RINVCMDID:
		return errBindUnknown
	case answer.CommandID != request.GetResponse().GetHeader().CommandID && answer.CommandID != data.GENERIC_NACK:
		return unreachable("smpp: bind: unexpected answer")
	case answer.CommandStatus != data.ESME_ROK || answer.CommandID == data.GENERIC_NACK:
		return statusFailure("smpp: bind refused: ", answer.CommandStatus)
	}
	return nil
}

func (s *smppSession) start() {
	go s.read()
	go s.keepAlive()
}

func (s *smppSession) alive() bool {
	select {
	case <-s.done:
		return false
	default:
		return true
	}
}

// close ends the session; every waiting submit fails with cause. Only the first cause counts.
func (s *smppSession) close(cause error) {
	s.once.Do(func() {
		s.mu.Lock()
		s.cause = cause
		s.mu.Unlock()
		close(s.done)
		s.conn.Close()
	})
}

// submit sends one submit_sm and waits for its answer. An answer that does not come within the response timer (SMPP 3.4 §7.2) ends
// the session: the link is half dead, and the next message deserves a fresh one. Once written, a message that is not answered for
// may have been taken.
func (s *smppSession) submit(ctx context.Context, request *pdu.SubmitSM) (id string, err error) {
	select {
	case s.window <- struct{}{}:
		defer func() { <-s.window }()
	case <-s.done:
		return "", s.over()
	case <-ctx.Done():
		return "", unreachable("smpp: window full")
	}
	answers := make(chan smppAnswer, 1)
	sequence := s.expect(smppWaiting{request.DestAddr.Address(), answers})
	defer s.forget(sequence)
	request.SetSequenceNumber(sequence)
	if err := s.write(ctx, request); err != nil {
		s.close(err)
		return "", err
	}
	late := time.NewTimer(s.answer)
	defer late.Stop()
	select {
	case answer := <-answers:
		return answer.id, answer.err
	case <-s.done:
		return "", &Failure{Reason: failureOf(s.over()).Reason, Fault: Unknown}
	case <-ctx.Done():
	case <-late.C:
		s.close(unreachable("smpp: no answer in time"))
	}
	return "", &Failure{Reason: "smpp: no answer in time", Fault: Unknown}
}

func (s *smppSession) over() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cause
}

// next gives sequence numbers from 1 to 0x7FFFFFFF (SMPP 3.4 §5.1.4).
func (s *smppSession) next() int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nextLocked()
}

func (s *smppSession) nextLocked() int32 {
	if s.last++; s.last <= 0 {
		s.last = 1
	}
	return s.last
}

func (s *smppSession) expect(w smppWaiting) int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	sequence := s.nextLocked()
	s.waiting[sequence] = w
	return sequence
}

func (s *smppSession) forget(sequence int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, sequence)
}

// write sends one PDU, within ctx and within the enquire interval.
func (s *smppSession) write(ctx context.Context, p pdu.PDU) error {
	buffer := pdu.NewBuffer(nil)
	p.Marshal(buffer)
	limit := time.Now().Add(s.enquire)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(limit) {
		limit = deadline
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	s.conn.SetWriteDeadline(limit)
	if _, err := s.conn.Write(buffer.Bytes()); err != nil {
		return networkFailure("smpp: ", err)
	}
	return nil
}

// unbind says goodbye without waiting for the answer: what was taken is taken.
func (s *smppSession) unbind() {
	if s.alive() {
		goodbye := pdu.NewUnbind()
		goodbye.SetSequenceNumber(s.next())
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = s.write(ctx, goodbye)
	}
	s.close(errSMPPClosed)
}
