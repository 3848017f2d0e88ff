package notify

import (
	"errors"
	"io"
	"net/textproto"
	"strings"
	"testing"
)

func TestTheRepliesOfRealRelaysAreSorted(t *testing.T) {
	rows := []struct {
		step  smtpStep
		code  int
		text  string
		fault Fault
	}{
		// Postfix
		{smtpAddress, 450, "4.2.0 <a@b.fr>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/", OfMoment},
		{smtpAddress, 550, "5.1.1 <a@b.fr>: Recipient address rejected: User unknown in relay recipient table", OfMessage},
		{smtpAddress, 550, "5.1.2 <a@b.fr>: Recipient address rejected: Domain not found", OfMessage},
		{smtpAddress, 556, "5.1.10 <a@b.fr>: Recipient address rejected: Domain b.fr does not accept mail (nullMX)", OfMessage},
		{smtpAddress, 554, "5.7.1 <a@b.fr>: Relay access denied", OfAccount},
		{smtpAddress, 454, "4.7.1 <a@b.fr>: Relay access denied", OfAccount},
		{smtpAddress, 553, "5.7.1 <caf@example.fr>: Sender address rejected: not owned by user relay", OfAccount},
		{smtpAddress, 450, "4.1.8 <caf@example.fr>: Sender address rejected: Domain not found", OfAccount},
		{smtpAddress, 452, "4.3.1 Insufficient system storage", OfGateway},
		{smtpSender, 452, "4.3.1 Insufficient system storage", OfGateway},
		{smtpSender, 552, "5.3.4 Message size exceeds fixed limit", OfMessage},
		{smtpSender, 530, "5.7.0 Must issue a STARTTLS command first", OfAccount},
		{smtpConnect, 535, "5.7.8 Error: authentication failed", OfAccount},
		{smtpConnect, 454, "4.7.0 Temporary authentication failure", OfGateway},
		{smtpConnect, 554, "5.7.1 You are not allowed to connect", OfAccount},
		{smtpAddress, 421, "4.7.0 Error: too many errors", OfGateway},
		{smtpStart, 554, "5.5.1 Error: no valid recipients", OfAccount},
		// Exim and qmail have no enhanced codes
		{smtpAddress, 550, "relay not permitted", OfAccount},
		{smtpAddress, 553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", OfAccount},
		{smtpAddress, 550, "Unrouteable address", OfMessage},
		{smtpAddress, 451, "Greylisted by relay.example.fr, try again", OfMoment},
		{smtpAddress, 552, "5.2.2 mailbox full", OfMessage},
		{smtpAddress, 452, "4.2.2 mailbox full", OfMoment},
		{smtpEnd, 554, "5.7.1 Spam message rejected", OfAccount},
		{smtpEnd, 550, "5.7.26 Unauthenticated email is not accepted due to the sender's DMARC policy", OfAccount},
		{smtpEnd, 451, "4.7.0 rate limited", OfMoment},
		{smtpEnd, 554, "Transaction failed", OfMessage},
		{smtpEnd, 503, "5.5.1 bad sequence", OfAccount},
	}
	for _, r := range rows {
		f := smtpFailure(r.step, &textproto.Error{Code: r.code, Msg: r.text})
		if f.Fault != r.fault || (f.Mend != "") != (r.fault == OfAccount) || strings.Contains(f.Reason, "@") {
			t.Errorf("%d %s to %s: %+v, want %v", r.code, r.text, r.step.to, f, r.fault)
		}
	}
	for step, want := range map[smtpStep]Fault{smtpConnect: OfGateway, smtpAddress: OfGateway, smtpBlock: OfGateway, smtpEnd: Unknown} {
		for _, err := range []error{io.EOF, errors.New("odd")} {
			if f := smtpFailure(step, err); f.Fault != want {
				t.Errorf("%v while waiting for the answer to %s: %v, want %v", err, step.to, f.Fault, want)
			}
		}
	}
}
