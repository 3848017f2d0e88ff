package notify

import (
	"fmt"

	"github.com/linxGnu/gosmpp/data"
)

// smppFaults sorts the statuses of SMPP 3.4 §5.1.3. Those that are not here are of the moment: the message waits.
var smppFaults = map[data.CommandStatusType]struct {
	fault Fault
	mend  string
}{
	data.ESME_RINVMSGLEN:   {fault: OfMessage},
	data.ESME_RINVDSTADR:   {fault: OfMessage},
	data.ESME_RINVNUMDESTS: {fault: OfMessage},
	data.ESME_RINVDSTTON:   {fault: OfMessage},
	data.ESME_RINVDSTNPI:   {fault: OfMessage},
	data.ESME_RX_P_APPN:    {fault: OfMessage},
	data.ESME_RX_R_APPN:    {fault: OfMessage},

	data.ESME_RTHROTTLED: {fault: OfRate},
	data.ESME_RMSGQFUL:   {fault: OfRate}, // of the link, and not of this message

	data.ESME_RSYSERR:    {fault: OfGateway},
	data.ESME_RINVBNDSTS: {fault: OfGateway},
	data.ESME_RALYBND:    {fault: OfGateway}, // another instance, or our own link that it has not noticed to be dead

	data.ESME_RBINDFAIL:     {OfAccount, "the user, the password, the addresses that the SMSC lets in, the number of its binds"},
	data.ESME_RINVPASWD:     {OfAccount, "the password"},
	data.ESME_RINVSYSID:     {OfAccount, "the user"},
	data.ESME_RINVSYSTYP:    {OfAccount, "system_type="},
	data.ESME_RINVCMDID:     {OfAccount, "bind="},
	data.ESME_RINVSRCADR:    {OfAccount, "from="},
	data.ESME_RINVSRCTON:    {OfAccount, "source_ton="},
	data.ESME_RINVSRCNPI:    {OfAccount, "source_npi="},
	data.ESME_RINVSERTYP:    {OfAccount, "the services of the account"},
	data.ESME_RINVREGDLVFLG: {OfAccount, "the delivery reports of the account"},
	data.ESME_RINVEXPIRY:    {OfAccount, "the validity that the account allows"},
	data.ESME_RINVESMCLASS:  {OfAccount, "the kinds of SMS that the account allows"},
	data.ESME_RPROVNOTALLWD: {OfAccount, "the rights of the account"},
	0x104:                   {OfAccount, "alphabet="}, // ESME_RINVDCS of SMPP 5.0
}

func statusFailure(prefix string, status data.CommandStatusType) *Failure {
	f := &Failure{Reason: prefix + smppStatusName(status)}
	if row, known := smppFaults[status]; known {
		f.Fault, f.Mend = row.fault, row.mend
	} else if status >= 0x400 && status <= 0x4ff {
		// The range of the SMSC's own: credit, contract, filters.
		f.Fault, f.Mend = OfAccount, "the account at the SMSC: the status is one of its own, see its documentation"
	}
	return f
}

// smppStatusName returns the name of the standard, or the number of a vendor's own status.
func smppStatusName(status data.CommandStatusType) string {
	if status <= data.ESME_RUNKNOWNERR && status >= 0 {
		return status.String()
	}
	return fmt.Sprintf("status 0x%08X", uint32(status))
}
