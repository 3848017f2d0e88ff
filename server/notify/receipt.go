package notify

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"unicode"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// deliveryReceipt is what became of an SMS after the SMSC took it.
type deliveryReceipt struct {
	id     string // the receipt that Send returned, in some notation
	from   string // the number that it is about, as the SMSC writes it
	status string // DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD, ENROUTE
	code   string // the network's error, empty when it gives none
}

// Report is what a gateway says of a message after it had taken it.
type Report struct {
	Receipts []string // the receipt that Send returned, in the forms that it may have taken
	Text     string   // in words, without anything of the message
}

// Reporting is a Gateway that reports.
type Reporting interface{ Reports() <-chan Report }

// report puts a receipt in words.
func (r deliveryReceipt) report(receipts []string) Report {
	text, known := map[string]string{"DELIVRD": "delivered", "ENROUTE": "on its way", "ACCEPTD": "read by an operator", "EXPIRED": "expired before it was delivered",
		"DELETED": "deleted before it was delivered", "UNDELIV": NotDelivered, "REJECTD": Rejected}[r.status]
	if !known {
		text = "of an unknown fate"
	}
	if strings.Trim(r.code, "0") != "" {
		text += ", error " + r.code
	}
	return Report{receipts, text}
}

// readDelivery reads a deliver_sm or a data_sm, and returns false for one that is no delivery receipt. What is readable is logged:
// a receipt with its status, anything else by its mere arrival. The text is not: a receipt quotes the first twenty characters of the
// message, where the code is.
func readDelivery(log *slog.Logger, f smppFrame) (r deliveryReceipt, ok bool) {
	var class byte
	var fields map[pdu.Tag]pdu.Field
	text := ""
	delivered, short := pdu.NewDataSM(), f.CommandID == data.DELIVER_SM
	if short {
		delivered = pdu.NewDeliverSM()
	}
	if err := delivered.Unmarshal(pdu.NewBuffer(f.bytes)); err != nil {
		log.Warn("sms delivery report not readable")
		return r, false
	}
	switch p := delivered.(type) {
	case *pdu.DeliverSM:
		class, fields, r.from = p.EsmClass, p.OptionalParameters, p.SourceAddr.Address()
		if raw, err := p.Message.GetMessageData(); err == nil {
			text = string(raw)
		}
	case *pdu.DataSM:
		class, fields, r.from = p.EsmClass, p.OptionalParameters, p.SourceAddr.Address()
	}
	if payload, ok := fields[pdu.TagMessagePayload]; ok && text == "" {
		text = string(payload.Data)
	}
	const kind = 0x3c // message type bits of esm_class (SMPP 3.4 §5.2.12)
	if class&kind != data.SM_SMSC_DLV_RCPT_TYPE {
		log.Info("sms received and ignored")
		return r, false
	}
	// Most write a receipt in ASCII, where it has no control characters; what has some is in the alphabet of SMS.
	if strings.ContainsFunc(text, unicode.IsControl) {
		if decoded, err := data.GSM7BIT.Decode([]byte(text)); err == nil {
			text = decoded
		}
	}
	r.id, r.status, r.code = parseReceipt(text)
	if field, ok := fields[pdu.TagReceiptedMessageID]; ok {
		r.id = reference(field.String())
	}
	if field, ok := fields[pdu.TagMessageStateOption]; ok && len(field.Data) == 1 {
		if name, ok := smppStates[field.Data[0]]; ok {
			r.status = name
		}
	}
	level := slog.LevelInfo
	if r.status != "DELIVRD" && r.status != "ACCEPTD" && r.status != "ENROUTE" {
		level = slog.LevelWarn
	}
	log.Log(context.Background(), level, "sms delivery report", "receipt", r.id, "status", r.status, "error", r.code)
	return r, r.id != ""
}

// How reports begin of messages that another one would not reach either.
const (
	NotDelivered = "not delivered"
	Rejected     = "rejected by the network"
)

// Undelivered tells whether a report says that the message did not reach its phone, and that another one would not either.
func Undelivered(report string) bool {
	return strings.HasPrefix(report, NotDelivered) || strings.HasPrefix(report, Rejected)
}

// smppStates names message_state (SMPP 3.4 §5.2.28) as the receipt text does (appendix B).
var smppStates = map[byte]string{
	data.SM_STATE_EN_ROUTE: "ENROUTE", data.SM_STATE_DELIVERED: "DELIVRD", data.SM_STATE_EXPIRED: "EXPIRED",
	data.SM_STATE_DELETED: "DELETED", data.SM_STATE_UNDELIVERABLE: "UNDELIV", data.SM_STATE_ACCEPTED: "ACCEPTD",
	data.SM_STATE_INVALID: "UNKNOWN", data.SM_STATE_REJECTED: "REJECTD",
}

// receiptField begins a field of a receipt.
var receiptField = regexp.MustCompile(`(?i)(?:^|\s)(id|sub|dlvrd|submit date|done date|stat|err|text):`)

// parseReceipt reads the text of a receipt (SMPP 3.4 appendix B): "id:… sub:… dlvrd:… submit date:… done date:… stat:… err:…
// text:…". An id is anything, spaces included; of the others only plain values are kept. What is missing or strange is empty.
func parseReceipt(text string) (id, status, code string) {
	found := receiptField.FindAllStringSubmatchIndex(text, -1)
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		value := strings.TrimSpace(text[at[1]:end])
		switch strings.ToLower(text[at[2]:at[3]]) {
		case "id":
			id = reference(value)
		case "stat":
			status = strings.ToUpper(plainOnly(value))
		case "err":
			code = plainOnly(value)
		case "text":
			return id, status, code // what follows is the person's message, where anything could look like a field
		}
	}
	return id, status, code
}
