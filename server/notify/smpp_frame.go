package notify

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// smppFrame is a PDU as it came, its body unread: an SMSC leaves bodies out of refusals (SMPP 3.4 §4.1.6), which gosmpp's own
// parser takes for the end of the connection.
type smppFrame struct {
	pdu.Header
	bytes []byte // header included
}

func (f smppFrame) isAnswer() bool { return f.CommandID < 0 } // bit 31 is set (SMPP 3.4 §5.1.2.1)

var errSMPPLength = errors.New("smpp: impossible command length")

func readSMPPFrame(r io.Reader) (smppFrame, error) {
	var header [data.PDU_HEADER_SIZE]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return smppFrame{}, err
	}
	f := smppFrame{Header: pdu.ParseHeader(header)}
	if f.CommandLength < data.PDU_HEADER_SIZE || f.CommandLength > data.MAX_PDU_LEN {
		return smppFrame{}, errSMPPLength
	}
	f.bytes = append(header[:], make([]byte, int(f.CommandLength)-len(header))...)
	_, err := io.ReadFull(r, f.bytes[len(header):])
	return f, err
}

// submits builds the submit_sm PDUs of m, one a segment.
func (g *smppGateway) submits(m Message, to Phone) ([]*pdu.SubmitSM, error) {
	body := encodeSMS(m.Text.Reveal(), g.alphabet)
	if len(body.parts) > 10 {
		return nil, Permanent("smpp: text too long")
	}
	destination, err := pdu.NewAddressWithTonNpiAddr(data.GSM_TON_INTERNATIONAL, data.GSM_NPI_E164, to.E164()[1:])
	if err != nil {
		return nil, Permanent("smpp: number refused")
	}
	// The same reference at every attempt: SMPP 3.4 has no idempotence key, this is the nearest that it has.
	reference := sha256.Sum256([]byte("reference\x00" + m.ID))
	validity := smppValidity(m.Expires.Sub(g.o.Now()))
	var submits []*pdu.SubmitSM
	for i, octets := range body.parts {
		s := pdu.NewSubmitSM().(*pdu.SubmitSM)
		s.SourceAddr, s.DestAddr = g.source, destination
		s.RegisteredDelivery = data.SM_SMSC_RECEIPT_REQUESTED
		s.ValidityPeriod = validity
		if err := s.Message.SetMessageDataWithEncoding(octets, body.encoding); err != nil {
			return nil, Permanent("smpp: text not encodable")
		}
		if total := len(body.parts); total > 1 {
			s.EsmClass |= data.SM_UDH_GSM
			s.Message.SetUDH(pdu.UDH{pdu.NewIEConcatMessage(uint8(total), uint8(i+1), reference[0])})
		}
		s.RegisterOptionalParam(pdu.Field{Tag: pdu.TagUserMessageReference, Data: []byte{reference[1], reference[2]}})
		submits = append(submits, s)
	}
	return submits, nil
}

// smppValidity is the relative time format (SMPP 3.4 §7.1.1.2): the SMSC too throws a code away once it has expired, instead of
// delivering it to a phone that comes back hours later.
func smppValidity(left time.Duration) string {
	left = min(max(left, time.Second), 48*time.Hour)
	seconds := int(left.Round(time.Second) / time.Second)
	return fmt.Sprintf("0000%02d%02d%02d%02d000R", seconds/86400, seconds/3600%24, seconds/60%60, seconds%60)
}

// senderAddress reads from=: an international number (+33…), a short code (digits), or a name of at most 11 characters
// (3GPP TS 23.040 §9.1.2.5). Empty leaves the choice to the SMSC.
func senderAddress(from string) (a pdu.Address, err error) {
	ton, npi, text := data.GSM_TON_ALPHANUMERIC, data.GSM_NPI_UNKNOWN, from
	digits := strings.TrimPrefix(from, "+")
	switch {
	case from == "":
		ton = data.GSM_TON_UNKNOWN
	case strings.Trim(digits, "0123456789") == "" && from != digits:
		ton, npi, text = data.GSM_TON_INTERNATIONAL, data.GSM_NPI_E164, digits
	case strings.Trim(digits, "0123456789") == "":
		ton, npi = data.GSM_TON_NETWORK, data.GSM_NPI_E164
	default:
		if len(from) > 11 || strings.ContainsFunc(from, func(r rune) bool { return !plainSender(r) }) {
			return a, errors.New("from= is neither a number nor a name of at most 11 letters without accents, digits and signs")
		}
	}
	if len(digits) > 15 { // E.164 §6.2
		return a, errors.New("from= is longer than a number can be")
	}
	return pdu.NewAddressWithTonNpiAddr(ton, npi, text)
}

// plainSender tells whether a character has the same code in ASCII and in the GSM alphabet: an address says not in which of the two
// it is written.
func plainSender(r rune) bool {
	return r >= ' ' && r <= 'Z' && r != '$' && r != '@' || r >= 'a' && r <= 'z'
}

// submitAnswer reads a submit_sm_resp, or a generic_nack to it.
func submitAnswer(f smppFrame) (id string, err error) {
	if f.CommandStatus != data.ESME_ROK || f.CommandID != data.SUBMIT_SM_RESP {
		failure := statusFailure("smpp: ", f.CommandStatus)
		failure.Whole = true
		return "", failure
	}
	answer := pdu.NewSubmitSMResp().(*pdu.SubmitSMResp)
	if answer.Unmarshal(pdu.NewBuffer(f.bytes)) != nil {
		return "", nil // taken all the same: the status says so
	}
	return reference(answer.MessageID), nil
}

func newNack(status data.CommandStatusType) pdu.PDU {
	nack := pdu.NewGenericNack().(*pdu.GenericNack)
	nack.CommandStatus = status
	return nack
}
