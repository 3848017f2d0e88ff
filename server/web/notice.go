package web

import (
	"net/http"
	"time"

	"moncompte/components"
)

// A notice is shown once, on the page after a redirect. It travels in a cookie of its own, since the session may just
// have ended, and only as a name from a closed set: whoever sets the cookie can choose among our own sentences.
const (
	noticeCookie          = "notice"
	noticeSignedOut       = "signed-out"
	noticeGivenUp         = "given-up"
	noticeSessionEnded    = "session-ended"
	noticePasswordChanged = "password-changed"
	noticePasswordCreated = "password-created"
	noticePasskeyAdded    = "passkey-added"
	noticePasskeyRemoved  = "passkey-removed"
	noticePasskeyRenamed  = "passkey-renamed"
	noticeDeviceOut       = "device-out"
	noticeOthersOut       = "others-out"
	noticePasswordRenewed = "password-renewed"
	noticeUnlinked        = "unlinked"
	noticeDisowned        = "disowned"
	noticeCodeFirst       = "code-first"
	noticeEmailChanged    = "email-changed"
	noticePhoneChanged    = "phone-changed"
	noticeLinked          = "linked"
	noticeOtherCode       = "other-code"
	noticeCancelled       = "cancelled"
	noticeCodeSent        = "code-sent" // for the page of the code alone
	noticeCodeEarly       = "code-early"
)

// notices are those that any page can show.
var notices = map[string]components.Notice{
	noticeSignedOut:       components.SignedOut,
	noticeGivenUp:         components.GivenUp,
	noticeSessionEnded:    components.SessionEnded,
	noticePasswordChanged: components.PasswordChanged,
	noticePasswordCreated: components.PasswordCreated,
	noticePasskeyAdded:    components.PasskeyAdded,
	noticePasskeyRemoved:  components.PasskeyRemoved,
	noticePasskeyRenamed:  components.PasskeyRenamed,
	noticePasswordRenewed: components.PasswordRenewed,
	noticeUnlinked:        components.Unlinked,
	noticeDisowned:        components.Disowned,
	noticeCodeFirst:       components.CodeGivenFirst,
	noticeEmailChanged:    components.EmailChanged,
	noticePhoneChanged:    components.PhoneChanged,
	noticeDeviceOut:       components.DeviceOut,
	noticeOthersOut:       components.OthersOut,
	noticeLinked:          components.Linked,
	noticeOtherCode:       components.OtherCode,
	noticeCancelled:       components.ProviderCancelled,
}

// once are what the notices of a new password are once its person is signed in, as they are at once in the browser that asked for it.
var once = map[components.Notice]components.Notice{
	components.PasswordChanged: components.PasswordRenewed,
	components.PasswordCreated: components.PasswordChosen,
}

func (s *site) leaveNotice(w http.ResponseWriter, name string) {
	s.setCookie(w, noticeCookie, name, time.Minute)
}

// takeNotice returns the name of the notice to show, "" without one, and removes it.
func (s *site) takeNotice(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(s.cookieName(noticeCookie))
	if err != nil {
		return ""
	}
	s.setCookie(w, noticeCookie, "", 0)
	return c.Value
}
