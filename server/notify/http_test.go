package notify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// service is an HTTP gateway that answers as a test asks and keeps what it got.
type service struct {
	*httptest.Server
	answer  http.HandlerFunc
	request *http.Request
	body    map[string]string
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
	for code, permanent := range map[int]bool{
		400: true, 403: true, 404: true, 410: true, 422: true,
		401: false, 408: false, 425: false, 429: false, 500: false, 502: false, 503: false, 504: false,
		301: false, 302: false, 307: false, 308: false,
	} {
		s.answer = func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				t.Errorf("redirect followed to %s", r.URL.Path)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
			io.WriteString(w, "refused: "+number+" "+strings.Repeat("x", 1<<20))
		}
		wantFailure(t, failed(t, g, message("a", portal.SMS), 10*time.Second), "http: status "+strconv.Itoa(code), permanent)
	}
	for _, code := range []int{200, 201, 202, 204} {
		s.answer = status(code)
		if receipt := send(t, g, message("a", portal.SMS)); receipt != "" {
			t.Errorf("receipt %q", receipt)
		}
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

func TestAStrangeReceiptIsNotKept(t *testing.T) {
	for _, id := range []string{"to " + number, strings.Repeat("a", 65), "é", `a\"b`} {
		s := newService(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"id":"`+id+`"}`) })
		g, _ := open(t, "", s.URL, options())
		if receipt := send(t, g, message("a", portal.SMS)); receipt != "" {
			t.Errorf("%q kept", receipt)
		}
	}
}
