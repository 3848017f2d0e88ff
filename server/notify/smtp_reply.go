package notify

import (
	"errors"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// smtpStep is a step of the submission of one e-mail.
type smtpStep struct {
	to    string        // what a reply is to, in the words of the log
	limit time.Duration // how long the relay may take (RFC 5321 §4.5.3.2)
}

// The steps. Once the final dot is written the relay has the whole message, and only its answer says who is responsible.
var (
	smtpConnect = smtpStep{"the connection or the sign-in", 5 * time.Minute}
	smtpSender  = smtpStep{"the sender", 5 * time.Minute}
	smtpAddress = smtpStep{"the address", 5 * time.Minute}
	smtpStart   = smtpStep{"the start of the message", 2 * time.Minute}
	smtpBlock   = smtpStep{"the message", 3 * time.Minute}
	smtpEnd     = smtpStep{"the message", 10 * time.Minute}
)

// smtpFault sorts a reply by the step that it answers, its code (RFC 5321 §4.2) and its enhanced code (RFC 3463), "" without one.
// The rows are read from top to bottom; the first that matches counts.
var smtpFaults = []struct {
	step     *smtpStep // nil = any
	code     string    // a beginning
	enhanced string    // subject and detail, "1.7", or the subject alone, "7."
	relaying bool      // the text denies relaying: the one reply for which old servers have no enhanced code
	fault    Fault
	mend     string
}{
	{code: "421", fault: OfGateway},
	{code: "53", fault: OfAccount, mend: mendSignIn}, // 530, 534, 535, 538 (RFC 4954 §6)
	{code: "454", step: &smtpConnect, fault: OfGateway},
	{code: "4", step: &smtpConnect, fault: OfGateway},
	{code: "5", step: &smtpConnect, fault: OfAccount, mend: "whether the relay lets this machine in"},
	{relaying: true, fault: OfAccount, mend: mendRelay},
	{enhanced: "1.7", fault: OfAccount, mend: mendSender},
	{enhanced: "1.8", fault: OfAccount, mend: mendSender}, // also as 450: the sender's domain is not in the DNS
	{code: "552", step: &smtpSender, fault: OfMessage},
	{code: "5", enhanced: "3.4", fault: OfMessage}, // too big
	{code: "5", step: &smtpSender, fault: OfAccount, mend: mendSender},
	{code: "4", step: &smtpSender, fault: OfGateway},
	{code: "4", enhanced: "3.", fault: OfGateway}, // the system is full or not accepting
	{code: "4", fault: OfMoment},                  // greylisting, a busy mailbox
	{code: "5", enhanced: "7.", step: &smtpAddress, fault: OfAccount, mend: mendRelay},
	{code: "5", enhanced: "7.", fault: OfAccount, mend: "what the relay demands of mail: SPF, DKIM, DMARC, the sender's reputation"},
	{code: "5", enhanced: "3.", fault: OfAccount, mend: "the relay: it takes no mail"},
	{code: "5", enhanced: "5.", fault: OfAccount, mend: "the address (host and port): the protocol fails"},
	{code: "50", fault: OfAccount, mend: "the address (host and port): the protocol fails"},
	{code: "5", fault: OfMessage}, // the mailbox does not exist, is closed, is full
}

const (
	mendSignIn = "the user and the password"
	mendRelay  = "the right of this account or machine to send to addresses outside"
	mendSender = "from=: an address of a domain that exists and that this account may use"
)

// deniesRelaying is how Exim, qmail and soft-bouncing Postfix say it; the text is looked at and never kept.
var deniesRelaying = regexp.MustCompile(`(?i)relay\w* (access )?(denied|not|prohibited)|(not|unable to|cannot) (permit |allow )?relay|rcpthosts`)

var enhancedCode = regexp.MustCompile(`^[245]\.(\d{1,3}\.\d{1,3})\b`)

// smtpFailure describes what a step failed on: a reply, or a connection that ended.
func smtpFailure(step smtpStep, err error) *Failure {
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		f := networkFailure("smtp: ", err)
		if step == smtpEnd {
			f.Fault = Unknown
		}
		return f
	}
	code, enhanced := strconv.Itoa(reply.Code), ""
	reason := "smtp: " + code
	if found := enhancedCode.FindStringSubmatch(reply.Msg); found != nil {
		enhanced = found[1]
		reason += " " + found[0]
	}
	f := &Failure{Reason: reason + " to " + step.to, Whole: step == smtpEnd}
	relaying := (enhanced == "" || strings.HasPrefix(enhanced, "7.")) && deniesRelaying.MatchString(reply.Msg)
	for _, row := range smtpFaults {
		if (row.step == nil || *row.step == step) && strings.HasPrefix(code, row.code) && (!row.relaying || relaying) &&
			(row.enhanced == "" || row.enhanced == enhanced || strings.HasSuffix(row.enhanced, ".") && strings.HasPrefix(enhanced, row.enhanced)) {
			f.Fault, f.Mend = row.fault, row.mend
			break
		}
	}
	return f
}
