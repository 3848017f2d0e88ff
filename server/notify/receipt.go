package notify

import (
	"context"
	"log/slog"
	"strings"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// deliveryReceipt is what became of an SMS after the SMSC took it.
type deliveryReceipt struct {
	id     string // the receipt that Send returned
	status string // DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD, ENROUTE
	code   string // the network's error, empty when it gives none
}

// logDelivery notes a deliver_sm: a delivery receipt with its status, anything else by its mere arrival. The text is never
// logged: a receipt quotes the first twenty characters of the message, where the code is.
func logDelivery(log *slog.Logger, f smppFrame) {
	delivered := pdu.NewDeliverSM().(*pdu.DeliverSM)
	if err := delivered.Unmarshal(pdu.NewBuffer(f.bytes)); err != nil {
		log.Warn("sms delivery report not readable")
		return
	}
	const kind = 0x3c // message type bits of esm_class (SMPP 3.4 §5.2.12)
	if delivered.EsmClass&kind != data.SM_SMSC_DLV_RCPT_TYPE {
		log.Info("sms received and ignored")
		return
	}
	text, _ := delivered.Message.GetMessageData()
	r := parseReceipt(string(text))
	if field, ok := delivered.OptionalParameters[pdu.TagReceiptedMessageID]; ok {
		r.id = cleanReceipt(field.String())
	}
	if field, ok := delivered.OptionalParameters[pdu.TagMessageStateOption]; ok && len(field.Data) == 1 {
		if name, ok := smppStates[field.Data[0]]; ok {
			r.status = name
		}
	}
	level := slog.LevelInfo
	if r.status != "DELIVRD" && r.status != "ACCEPTD" && r.status != "ENROUTE" {
		level = slog.LevelWarn
	}
	log.Log(context.Background(), level, "sms delivery report", "receipt", r.id, "status", r.status, "error", r.code)
}

// smppStates names message_state (SMPP 3.4 §5.2.28) as the receipt text does (appendix B).
var smppStates = map[byte]string{
	data.SM_STATE_EN_ROUTE: "ENROUTE", data.SM_STATE_DELIVERED: "DELIVRD", data.SM_STATE_EXPIRED: "EXPIRED",
	data.SM_STATE_DELETED: "DELETED", data.SM_STATE_UNDELIVERABLE: "UNDELIV", data.SM_STATE_ACCEPTED: "ACCEPTD",
	data.SM_STATE_INVALID: "UNKNOWN", data.SM_STATE_REJECTED: "REJECTD",
}

// parseReceipt reads the text of a receipt (SMPP 3.4 appendix B): "id:… sub:… dlvrd:… submit date:… done date:… stat:… err:…
// text:…". Only short plain values are kept; what is missing or strange is empty.
func parseReceipt(text string) deliveryReceipt {
	var r deliveryReceipt
	// What follows text: is the person's message, where anything could look like a field.
	if at := strings.Index(strings.ToLower(text), "text:"); at >= 0 {
		text = text[:at]
	}
	for _, word := range strings.Fields(text) {
		name, value, _ := strings.Cut(word, ":")
		value = cleanReceipt(value)
		switch strings.ToLower(name) {
		case "id":
			r.id = value
		case "stat":
			r.status = strings.ToUpper(value)
		case "err":
			r.code = value
		}
	}
	return r
}
