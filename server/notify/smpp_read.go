package notify

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// read serves what comes in until the link ends. Nothing for two enquire intervals, not even an enquire_link_resp, means that
// nobody is there.
func (s *smppSession) read() {
	defer func() {
		if p := recover(); p != nil { // a malformed PDU that the parser did not expect
			s.close(unreachable("smpp: panic while reading"))
		}
	}()
	for {
		s.conn.SetReadDeadline(time.Now().Add(2 * s.enquire))
		frame, err := readSMPPFrame(s.reader)
		if err != nil {
			reason := networkReason(err)
			switch {
			case errors.Is(err, io.EOF):
				reason = "connection closed by the server"
			case errors.Is(err, os.ErrDeadlineExceeded):
				reason = "no sign of life"
			}
			s.close(unreachable("smpp: " + reason))
			return
		}
		if !s.serve(frame) {
			return
		}
	}
}

// serve handles one PDU and returns false when the session is over.
func (s *smppSession) serve(frame smppFrame) bool {
	ctx := context.Background()
	switch {
	case frame.CommandID == data.GENERIC_NACK && frame.SequenceNumber == 0:
		// The SMSC could not even read the header of something of ours (SMPP 3.4 §4.3): nobody knows of what, so nothing more
		// can be trusted on this link.
		s.close(unreachable("smpp: the server did not understand us"))
		return false
	case frame.isAnswer():
		s.mu.Lock()
		waiting, asked := s.waiting[frame.SequenceNumber]
		delete(s.waiting, frame.SequenceNumber)
		s.mu.Unlock()
		if asked {
			id, err := submitAnswer(frame)
			s.taken.note(id, waiting.to)           // here: the report may be the next PDU
			waiting.answers <- smppAnswer{id, err} // buffered, and one answer per request: never blocks
		}
	case frame.CommandID == data.ENQUIRE_LINK:
		return s.reply(ctx, pdu.NewEnquireLinkResp(), frame)
	case frame.CommandID == data.UNBIND:
		s.reply(ctx, pdu.NewUnbindResp(), frame)
		s.close(unreachable("smpp: unbound by the server"))
		return false
	case frame.CommandID == data.DELIVER_SM, frame.CommandID == data.DATA_SM:
		// Answered first and whatever it holds: an SMSC repeats what is not acknowledged, and stops the queue behind it.
		answer := pdu.NewDeliverSMResp()
		if frame.CommandID == data.DATA_SM {
			answer = pdu.NewDataSMResp()
		}
		alive := s.reply(ctx, answer, frame)
		if receipt, ok := readDelivery(s.log, frame); ok {
			select {
			case s.reports <- receipt.report(s.taken.receipts(receipt)):
			default: // nobody reads: it is in the log
			}
		}
		return alive
	case frame.CommandID == data.ALERT_NOTIFICATION: // it has no answer (SMPP 3.4 §4.12)
	default:
		return s.reply(ctx, newNack(data.ESME_RINVCMDID), frame)
	}
	return true
}

func (s *smppSession) reply(ctx context.Context, answer pdu.PDU, to smppFrame) bool {
	answer.SetSequenceNumber(to.SequenceNumber)
	if err := s.write(ctx, answer); err != nil {
		s.close(err)
		return false
	}
	return true
}

// keepAlive asks for a sign of life at every interval (SMPP 3.4 §4.11).
func (s *smppSession) keepAlive() {
	tick := time.NewTicker(s.enquire)
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-tick.C:
			question := pdu.NewEnquireLink()
			question.SetSequenceNumber(s.next())
			if err := s.write(context.Background(), question); err != nil {
				s.close(err)
				return
			}
		}
	}
}
