package franceconnect

import "net/url"

// callback is what the browser brought back, each parameter once and short.
type callback struct {
	state, code, issuer, err, errURI string
}

// maxParameter bounds one parameter of the callback, in bytes; an honest code is 43.
const maxParameter = 2048

// parseCallback reads the query. It returns false when a parameter is there twice (RFC 6749 §3.1 forbids it: two readers could
// believe two things) or is too long.
func parseCallback(q url.Values) (callback, bool) {
	var (
		cb callback
		ok = true
	)
	for name, to := range map[string]*string{
		"state": &cb.state, "code": &cb.code, "iss": &cb.issuer, "error": &cb.err, "error_uri": &cb.errURI,
	} {
		switch values := q[name]; {
		case len(values) > 1 || len(values) == 1 && len(values[0]) > maxParameter:
			ok = false
		case len(values) == 1:
			*to = values[0]
		}
	}
	return cb, ok
}
