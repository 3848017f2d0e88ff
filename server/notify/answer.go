package notify

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// httpAnswer is what a service answered, read as far as we need it.
type httpAnswer struct {
	status int
	json   any    // nil when the body is none
	text   string // of a body that is not JSON
	after  time.Duration
}

func readHTTPAnswer(status int, header http.Header, body []byte, now time.Time) httpAnswer {
	a := httpAnswer{status: status, after: retryAfter(header.Get("Retry-After"), now)}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // Brevo's ids have 16 digits: a float64 would round them
	if decoder.Decode(&a.json) != nil {
		a.json, a.text = nil, strings.TrimSpace(string(body))
	}
	return a
}

// at returns the value at a place such as messages.0.status, the text of a body that is not JSON at the empty place, and false
// when there is none.
func (a httpAnswer) at(place string) (string, bool) {
	if place == "" {
		return a.text, a.json == nil
	}
	v := a.json
	for name := range strings.SplitSeq(place, ".") {
		switch inner := v.(type) {
		case map[string]any:
			v = inner[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(inner) {
				return "", false
			}
			v = inner[i]
		default:
			return "", false
		}
	}
	return scalar(v)
}

func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// matches tells whether an answer is of the kind described.
func (d answer) matches(a httpAnswer) bool {
	if d.Status != nil && !matches(d.Status, strconv.Itoa(a.status)) {
		return false
	}
	for place, wanted := range d.Where {
		if value, there := a.at(place); !there || !matches(wanted, value) {
			return false
		}
	}
	return true
}

// matches compares a value with a pattern, in which * stands for any text, or with the patterns of a list. Case does not count.
func matches(wanted any, value string) bool {
	if list, ok := wanted.([]any); ok {
		for _, one := range list {
			if matches(one, value) {
				return true
			}
		}
		return false
	}
	pattern, ok := scalar(wanted)
	parts := strings.Split(strings.ToLower(pattern), "*")
	rest, begins := strings.CutPrefix(strings.ToLower(value), parts[0])
	if !ok || !begins {
		return false
	}
	if len(parts) == 1 {
		return rest == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, parts[last])
}

// judge returns the service's reference of a message that it took, or the failure that its answer means.
func (d *description) judge(a httpAnswer) (receipt string, err error) {
	reason := "http: status " + strconv.Itoa(a.status)
	if code, _ := a.at(d.Code); d.Code != "" && plainOnly(code) != "" {
		reason += ", code " + code
	}
	for _, r := range d.Refused {
		if r.matches(a) {
			return "", a.failure(reason, faults[r.Fault], r.Mend)
		}
	}
	for _, taken := range d.Taken {
		if taken.matches(a) {
			id, _ := a.at(d.ID)
			return reference(id[strings.LastIndexByte(id, '/')+1:]), nil // Orange's is the end of an address
		}
	}
	fault, mend := faultOfStatus(a.status)
	return "", a.failure(reason, fault, mend)
}

// failure is what an answer means. A server that fell over a request, or the proxy before it, does not know how far the request had
// come, and one that is no idempotent method is not repeated as if nothing had happened (RFC 9110 §9.2.2).
func (a httpAnswer) failure(reason string, fault Fault, mend string) *Failure {
	fell := a.status/100 == 5 && a.status != http.StatusServiceUnavailable
	return &Failure{Reason: reason, Fault: fault, Mend: mend, After: a.after, Whole: true, Copied: fell && fault == OfGateway}
}

// faultOfStatus sorts the statuses (RFC 9110 §15) that a description says nothing of. A success that it does not know is no
// success: the message may have been taken.
func faultOfStatus(code int) (fault Fault, mend string) {
	switch code {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return OfMessage, ""
	case http.StatusTooManyRequests:
		return OfRate, ""
	case http.StatusConflict, http.StatusTooEarly:
		return OfMoment, ""
	case http.StatusRequestTimeout:
		return OfGateway, ""
	case http.StatusPaymentRequired:
		return OfAccount, "the credit of the account"
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return OfAccount, "the user, the password or key, and the addresses that the service lets in"
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return OfAccount, "the address and what it speaks"
	case http.StatusGatewayTimeout:
		return Unknown, ""
	}
	switch code / 100 {
	case 2:
		return Unknown, ""
	case 5:
		return OfGateway, ""
	}
	return OfAccount, "the address (host and path) and what it speaks"
}
