package notify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// service is an HTTP gateway that answers as a test asks and keeps what it got.
type service struct {
	*httptest.Server
	answer  http.HandlerFunc
	request *http.Request
	body    map[string]string
	count   atomic.Int32
}

func newService(t *testing.T, answer http.HandlerFunc) *service {
	t.Helper()
	s := &service{answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(raw, &s.body) != nil {
			t.Errorf("body %q, %v", raw, err)
		}
		s.request = r
		s.count.Add(1)
		s.answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestAnHTTPGatewayGetsTheMessageOnceAndWithItsKey(t *testing.T) {
	s := newService(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, `{"id":"ref-1.2_A","to":"`+number+`"}`)
	})
	m := message("idem-1", portal.SMS)
	for setting, authorization := range map[string]string{
		"http://" + s.Listener.Addr().String() + "/send?a=b&from=CAF":                           "",
		"http://u:" + password + "@" + s.Listener.Addr().String() + "/send?a=b&from=CAF":        "Basic dTpodW50ZXItMi1wYXNz",
		"http://" + s.Listener.Addr().String() + "/send?a=b&token=" + token + "&from=CAF":       "Bearer " + token,
		"http://localhost:" + portOf(s.Listener.Addr().String()) + "/send?from=CAF&token=t&a=b": "Bearer t",
	} {
		g, _ := open(t, "", setting, options())
		if receipt := send(t, g, m); receipt != "ref-1.2_A" {
			t.Errorf("receipt %q", receipt)
		}
		r := s.request
		if r.Method != http.MethodPost || r.URL.String() != "/send?a=b" || r.Header.Get("Content-Type") != "application/json" ||
			r.Header.Get("Idempotency-Key") != "idem-1" || r.Header.Get("Authorization") != authorization {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		if len(s.body) != 4 || s.body["id"] != "idem-1" || s.body["to"] != number || s.body["text"] != m.Text.Reveal() || s.body["sender"] != "CAF" {
			t.Errorf("body %v", s.body)
		}
	}
}

func portOf(address string) string { return address[strings.LastIndexByte(address, ':')+1:] }

func TestHTTPStatusesAreSorted(t *testing.T) {
	s := newService(t, nil)
	g, _ := open(t, "", s.URL, options())
	for code, fault := range map[int]notify.Fault{
		400: notify.OfMessage, 413: notify.OfMessage, 422: notify.OfMessage,
		301: notify.OfAccount, 302: notify.OfAccount, 307: notify.OfAccount, 308: notify.OfAccount, 401: notify.OfAccount, 402: notify.OfAccount,
		403: notify.OfAccount, 404: notify.OfAccount, 405: notify.OfAccount, 407: notify.OfAccount, 410: notify.OfAccount, 501: notify.OfAccount,
		409: notify.OfMoment, 425: notify.OfMoment, 429: notify.OfRate,
		408: notify.OfGateway, 500: notify.OfGateway, 502: notify.OfGateway, 503: notify.OfGateway, 504: notify.Unknown, 507: notify.OfGateway, 520: notify.OfGateway,
	} {
		s.answer = func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				t.Errorf("redirect followed to %s", r.URL.Path)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
			io.WriteString(w, "refused: "+number+" "+strings.Repeat("x", 1<<20))
		}
		f := failed(t, g, message("a", portal.SMS), 10*time.Second)
		if f.Reason != "http: status "+strconv.Itoa(code) || f.Fault != fault || (f.Mend != "") != (fault == notify.OfAccount) ||
			f.Copied != (fault == notify.OfGateway && code >= 500 && code != 503) || !f.Whole {
			t.Errorf("%d: %+v, want %v", code, f, fault)
		}
	}
	for _, code := range []int{200, 201, 202, 204} {
		s.answer = status(code)
		if receipt := send(t, g, message("a", portal.SMS)); receipt != "" {
			t.Errorf("receipt %q", receipt)
		}
	}
	for body, fault := range map[string]notify.Fault{
		"<!doctype html><p>Portail captif": notify.OfAccount, `{"status":-3,"message":"Not enough credits"}`: notify.OfAccount, `{"status":"ERROR"}`: notify.OfAccount,
		`{"success":false}`: notify.OfAccount, "KO : solde": notify.OfAccount, "ERR 301": notify.OfAccount,
		`{"validReceivers":[],"invalidReceivers":["+33612345678"],"ids":[]}`: notify.OfMessage,
	} {
		s.answer = func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
		if f := failed(t, g, message("a", portal.SMS), 10*time.Second); f.Fault != fault || (f.Mend != "") != (fault == notify.OfAccount) {
			t.Errorf("%s: %+v", body, f)
		}
	}
	for _, body := range []string{`{"status":"queued"}`, `{"status":1}`, `{"success":true,"id":"1"}`, "OK 12", `{"error":null}`} {
		s.answer = func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
		send(t, g, message("a", portal.SMS))
	}
}

func TestAMessageThatWasHandedOverAndNotAnsweredIsToldApart(t *testing.T) {
	s := newService(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack() // it has read the message, and hangs up
		conn.Close()
	})
	g, _ := open(t, "", s.URL, options())
	for range 2 { // the second on a connection that was used before: nothing is sent twice without being asked
		f := failed(t, g, message("a", portal.SMS), 10*time.Second)
		if f.Fault != notify.Unknown || f.Reason != "http: connection lost" {
			t.Errorf("%+v", f)
		}
	}
	if s.count.Load() != 2 {
		t.Errorf("sent %d times, want 2", s.count.Load())
	}
	hung := notifytest.NewHung(t)
	g, _ = open(t, "", "http://"+hung.Addr, options())
	if f := failed(t, g, message("a", portal.SMS), 100*time.Millisecond); f.Fault != notify.Unknown {
		t.Errorf("no answer: %+v", f)
	}
	s.Close()
	g, _ = open(t, "", s.URL, options())
	if f := failed(t, g, message("a", portal.SMS), 10*time.Second); f.Fault != notify.OfGateway {
		t.Errorf("not reached: %+v", f)
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	o := options()
	o.Now = func() time.Time { return now }
	s := newService(t, nil)
	g, _ := open(t, "", s.URL, o)
	for header, want := range map[string]time.Duration{
		"7": 7 * time.Second, "Sun, 22 Nov 2026 10:01:00 GMT": time.Minute, "Sun, 22 Nov 2026 09:00:00 GMT": 0, "": 0, "soon": 0, "-3": 0,
		"99999999999999": 0,
	} {
		s.answer = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", header)
			w.WriteHeader(http.StatusTooManyRequests)
		}
		if f := failed(t, g, message("a", portal.SMS), 10*time.Second); f.After != want {
			t.Errorf("%q: after %v, want %v", header, f.After, want)
		}
	}
}

func TestAnHTTPGatewayThatIsDownSilentOrForgedIsTriedAgain(t *testing.T) {
	hung := notifytest.NewHung(t)
	g, _ := open(t, "", "http://"+hung.Addr+"/?token="+token, options())
	wantFailure(t, failed(t, g, message("a", portal.SMS), 100*time.Millisecond), "http: no answer in time", false)

	down := newService(t, status(200))
	g, _ = open(t, "", down.URL, options())
	down.Close()
	wantFailure(t, failed(t, g, message("a", portal.SMS), 10*time.Second), "http: connection refused", false)

	forged := httptest.NewUnstartedServer(status(200))
	forged.Config.ErrorLog = nil
	forged.StartTLS()
	defer forged.Close()
	g, _ = open(t, "", "https://gateway.example.test:"+portOf(forged.Listener.Addr().String()), options())
	wantFailure(t, failed(t, g, message("a", portal.SMS), 10*time.Second), "http: certificate not trusted", false)
}

func TestAStrangeReceiptIsKeptAsItsFingerprint(t *testing.T) {
	for _, id := range []string{"to " + number, strings.Repeat("a", 65), "é", `a\"b`} {
		s := newService(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"id":"`+id+`"}`) })
		g, _ := open(t, "", s.URL, options())
		if receipt := send(t, g, message("a", portal.SMS)); receipt != sha256Of(strings.ReplaceAll(id, `\"`, `"`)) {
			t.Errorf("%q kept", receipt)
		}
	}
}
