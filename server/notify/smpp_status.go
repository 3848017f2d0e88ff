package notify

import (
	"fmt"

	"github.com/linxGnu/gosmpp/data"
)

// smppPermanent lists the statuses that blame the message itself (SMPP 3.4 §5.1.3). Every other one speaks about the link, the
// account, the load or our settings: the message waits for the repair.
var smppPermanent = map[data.CommandStatusType]bool{
	data.ESME_RINVMSGLEN:   true,
	data.ESME_RINVDSTADR:   true,
	data.ESME_RINVNUMDESTS: true,
	data.ESME_RINVDSTTON:   true,
	data.ESME_RINVDSTNPI:   true,
	data.ESME_RINVESMCLASS: true,
	data.ESME_RX_P_APPN:    true,
	data.ESME_RX_R_APPN:    true,
}

func statusFailure(status data.CommandStatusType) error {
	reason := "smpp: " + smppStatusName(status)
	if smppPermanent[status] {
		return Permanent(reason)
	}
	return Temporary(reason)
}

// smppStatusName returns the name of the standard, or the number of a vendor's own status.
func smppStatusName(status data.CommandStatusType) string {
	if status <= data.ESME_RUNKNOWNERR && status >= 0 {
		return status.String()
	}
	return fmt.Sprintf("status 0x%08X", uint32(status))
}
