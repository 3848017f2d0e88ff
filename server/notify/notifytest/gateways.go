package notifytest

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The accounts that the doubles of HTTPS gateways know.
const (
	GatewayUser   = "key-12"
	GatewaySecret = "secret-34"
	GatewayToken  = "consumer-56"
)

// What a double does with the next messages.
const (
	Takes         = ""
	InvalidNumber = "invalid number"
	NoCredit      = "no credit"
	WrongSender   = "wrong sender"
	TooFast       = "too fast"
	Failed        = "failed"
)

// Gateway is a double of an HTTPS gateway: it wants what the service's documentation asks for and answers as it says, an error
// inside a 200 included.
type Gateway struct {
	*httptest.Server
	Clock func() time.Time // of the service

	t      testing.TB
	handle func(g *Gateway, w http.ResponseWriter, r *http.Request, body []byte)

	mu     sync.Mutex
	mood   string
	texts  []string
	tokens int // of OAuth: given out so far
	valid  int // the number of the token that is accepted
}

// NewGateway starts the double of a service over TLS; it ends with the test.
func NewGateway(t testing.TB, name string) *Gateway {
	t.Helper()
	handle, known := map[string]func(*Gateway, http.ResponseWriter, *http.Request, []byte){
		"ovhcloud": ovhcloud, "brevo": brevo, "twilio": twilio, "smsfactor": smsfactor, "octopush": octopush, "orange": orange,
	}[name]
	if !known {
		t.Fatalf("no double of %s", name)
	}
	g := &Gateway{t: t, Clock: time.Now, handle: handle}
	g.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("body: %v", err)
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.handle(g, w, r, body)
	}))
	t.Cleanup(g.Close)
	return g
}

// Answer says what becomes of messages from now on.
func (g *Gateway) Answer(mood string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mood = mood
}

// EndTokens makes the tokens given out so far invalid.
func (g *Gateway) EndTokens() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.valid = g.tokens + 1
}

// Texts returns what was taken.
func (g *Gateway) Texts() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.texts...)
}

func (g *Gateway) take(text string) { g.texts = append(g.texts, text) }

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// read decodes a JSON body and fails the test on a field that the service does not know.
func read(t testing.TB, body []byte, into any) {
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Errorf("body: %v", err)
	}
}

func ovhcloud(g *Gateway, w http.ResponseWriter, r *http.Request, body []byte) {
	now := g.Clock().Unix()
	if r.Method == http.MethodGet && r.URL.Path == "/1.0/auth/time" {
		answer(w, 200, strconv.FormatInt(now, 10))
		return
	}
	if r.Method != http.MethodPost || r.URL.Path != "/1.0/sms/sms-ab123-1/jobs" {
		answer(w, 404, `{"class":"Client::NotFound","message":"The requested object does not exist"}`)
		return
	}
	at, _ := strconv.ParseInt(r.Header.Get("X-Ovh-Timestamp"), 10, 64)
	sum := sha1.Sum([]byte(GatewaySecret + "+" + GatewayToken + "+POST+https://" + r.Host + r.URL.Path + "+" + string(body) + "+" + r.Header.Get("X-Ovh-Timestamp")))
	switch {
	case r.Header.Get("X-Ovh-Application") != GatewayUser || r.Header.Get("X-Ovh-Consumer") != GatewayToken:
		answer(w, 403, `{"errorCode":"NOT_CREDENTIAL","httpCode":"403 Forbidden","message":"This credential does not exist"}`)
		return
	case at < now-60 || at > now+60:
		answer(w, 400, `{"errorCode":"QUERY_TIME_OUT","httpCode":"400 Bad Request","message":"Query out of time"}`)
		return
	case r.Header.Get("X-Ovh-Signature") != "$1$"+hex.EncodeToString(sum[:]):
		answer(w, 400, `{"errorCode":"INVALID_SIGNATURE","httpCode":"400 Bad Request","message":"Invalid signature"}`)
		return
	}
	var job struct {
		Message, Sender, Priority, Charset, Class, Coding string
		Receivers                                         []string
		NoStopClause                                      bool
		ValidityPeriod                                    int
	}
	read(g.t, body, &job)
	if !job.NoStopClause || job.ValidityPeriod < 1 || job.ValidityPeriod > 2880 || len(job.Receivers) != 1 {
		g.t.Errorf("job %+v", job)
	}
	switch g.mood {
	case InvalidNumber:
		answer(w, 200, fmt.Sprintf(`{"totalCreditsRemoved":0,"validReceivers":[],"invalidReceivers":[%q],"ids":[]}`, job.Receivers[0]))
	case NoCredit:
		answer(w, 403, `{"class":"Client::Forbidden","message":"You do not have enough credits to send this SMS"}`)
	case WrongSender:
		answer(w, 400, `{"class":"Client::BadRequest","message":"Invalid sender"}`)
	case TooFast:
		w.Header().Set("Retry-After", "7")
		answer(w, 429, `{"class":"Client::TooManyRequests","message":"Too many requests"}`)
	case Failed:
		answer(w, 500, `{"class":"Server::InternalServerError","message":"Internal server error"}`)
	default:
		g.take(job.Message)
		answer(w, 200, fmt.Sprintf(`{"totalCreditsRemoved":1,"validReceivers":[%q],"invalidReceivers":[],"ids":[270814523]}`, job.Receivers[0]))
	}
}

func brevo(g *Gateway, w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method != http.MethodPost || r.URL.Path != "/v3/transactionalSMS/send" {
		answer(w, 404, `{"code":"document_not_found","message":"Resource not found"}`)
		return
	}
	if r.Header.Get("api-key") != GatewaySecret {
		answer(w, 401, `{"code":"unauthorized","message":"Key not found"}`)
		return
	}
	var sms struct{ Sender, Recipient, Content, Type string }
	read(g.t, body, &sms)
	if sms.Type != "transactional" || sms.Sender == "" || strings.HasPrefix(sms.Recipient, "+") {
		g.t.Errorf("sms %+v", sms)
	}
	switch g.mood {
	case InvalidNumber:
		answer(w, 400, `{"code":"invalid_parameter","message":"Invalid telephone number"}`)
	case NoCredit:
		answer(w, 402, `{"code":"not_enough_credits","message":"Insufficient SMS credits"}`)
	case WrongSender:
		answer(w, 400, `{"code":"invalid_parameter","message":"Sender is invalid"}`)
	case TooFast:
		w.Header().Set("Retry-After", "7")
		answer(w, 429, `{"code":"too_many_requests","message":"Rate limit"}`)
	case Failed:
		answer(w, 503, `<html>unavailable</html>`)
	default:
		g.take(sms.Content)
		answer(w, 201, `{"messageId":1511882900176220}`)
	}
}

func twilio(g *Gateway, w http.ResponseWriter, r *http.Request, body []byte) {
	user, secret, _ := r.BasicAuth()
	if r.Method != http.MethodPost || r.URL.Path != "/2010-04-01/Accounts/"+GatewayUser+"/Messages.json" {
		answer(w, 404, `{"code":20404,"message":"The requested resource was not found","status":404}`)
		return
	}
	if user != GatewayUser || secret != GatewaySecret {
		answer(w, 401, `{"code":20003,"message":"Authenticate","status":401}`)
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || form.Get("From") == "" || !strings.HasPrefix(form.Get("To"), "+") {
		g.t.Errorf("form %v, %v", form, err)
	}
	if n, err := strconv.Atoi(form.Get("ValidityPeriod")); err != nil || n < 1 || n > 36000 {
		g.t.Errorf("ValidityPeriod %q", form.Get("ValidityPeriod"))
	}
	switch g.mood {
	case InvalidNumber:
		answer(w, 400, `{"code":21211,"message":"The 'To' number is not a valid phone number.","status":400}`)
	case NoCredit:
		answer(w, 401, `{"code":20005,"message":"Account not active","status":401}`)
	case WrongSender:
		answer(w, 400, `{"code":21606,"message":"The 'From' phone number provided is not a valid message-capable phone number","status":400}`)
	case TooFast:
		w.Header().Set("Retry-After", "7")
		answer(w, 429, `{"code":20429,"message":"Too Many Requests","status":429}`)
	case Failed:
		answer(w, 201, `{"sid":"SM1f0e8ae6ade43cb3c0ce4525424e404f","status":"failed","error_code":30008}`)
	default:
		g.take(form.Get("Body"))
		answer(w, 201, `{"sid":"SM1f0e8ae6ade43cb3c0ce4525424e404f","status":"queued","error_code":null,"num_segments":"1"}`)
	}
}

func smsfactor(g *Gateway, w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method != http.MethodPost || r.URL.Path != "/send" {
		answer(w, 404, `{"message":"Not Found"}`)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+GatewaySecret || r.Header.Get("Accept") != "application/json" {
		answer(w, 200, `{"status":-1,"message":"Authentication error"}`)
		return
	}
	var send struct {
		SMS struct {
			Message    struct{ Text, Sender, Pushtype string }
			Recipients struct {
				GSM []struct{ Value, Gsmsmsid string }
			}
		}
	}
	read(g.t, body, &send)
	if to := send.SMS.Recipients.GSM; len(to) != 1 || to[0].Gsmsmsid == "" || send.SMS.Message.Pushtype != "alert" {
		g.t.Errorf("send %+v", send)
	}
	counts := `"total":1,"sent":%d,"blacklisted":0,"duplicated":0,"invalid":%d,"npai":0`
	switch g.mood {
	case InvalidNumber:
		answer(w, 200, `{"status":1,"message":"OK","ticket":"0","cost":0,"credits":642,`+fmt.Sprintf(counts, 0, 1)+`}`)
	case NoCredit:
		answer(w, 200, `{"status":-3,"message":"Not enough credits"}`)
	case WrongSender:
		answer(w, 200, `{"status":-7,"message":"Data error"}`)
	case TooFast:
		w.Header().Set("Retry-After", "7")
		answer(w, 429, `{"message":"Too Many Attempts."}`)
	case Failed:
		answer(w, 500, `{"message":"Server Error"}`)
	default:
		g.take(send.SMS.Message.Text)
		answer(w, 200, `{"status":1,"message":"OK","ticket":"14672468","cost":1,"credits":641,`+fmt.Sprintf(counts, 1, 0)+`}`)
	}
}

func octopush(g *Gateway, w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method != http.MethodPost || r.URL.Path != "/v1/public/sms-campaign/send" {
		answer(w, 404, `{"message":"Not Found"}`)
		return
	}
	if r.Header.Get("api-key") != GatewaySecret || r.Header.Get("api-login") != GatewayUser {
		answer(w, 401, `{"code":101,"message":"Incorrect login details."}`)
		return
	}
	var send struct {
		Text, Sender, Type, Purpose string
		Recipients                  []struct {
			Phone string `json:"phone_number"`
		}
		Request string `json:"request_id"`
		Change  bool   `json:"auto_optimize_text"`
	}
	read(g.t, body, &send)
	if len(send.Recipients) != 1 || send.Type != "sms_premium" || send.Purpose != "alert" || send.Change {
		g.t.Errorf("send %+v", send)
	}
	switch {
	case g.mood == InvalidNumber:
		answer(w, 400, `{"code":117,"message":"Your recipient list contains no correct numbers."}`)
	case g.mood == NoCredit:
		answer(w, 400, `{"code":104,"message":"You have run out of credit."}`)
	case g.mood == WrongSender:
		answer(w, 400, `{"code":106,"message":"You have entered the Sender incorrectly."}`)
	case g.mood == TooFast:
		w.Header().Set("Retry-After", "7")
		answer(w, 429, `{"message":"Too many requests"}`)
	case g.mood == Failed:
		answer(w, 502, `<html>Bad Gateway</html>`)
	case slices.Contains(g.texts, send.Request):
		answer(w, 422, `{"code":120,"message":"A SMS with the same request_id has already been sent."}`)
	default:
		g.texts = append(g.texts, send.Request)
		g.take(send.Text)
		answer(w, 201, `{"sms_ticket":"sms_5f6c49f92a476","number_of_contacts":1,"total_cost":0.05,"number_of_sms_needed":1}`)
	}
}

func orange(g *Gateway, w http.ResponseWriter, r *http.Request, body []byte) {
	if r.URL.Path == "/oauth/v3/token" {
		user, secret, _ := r.BasicAuth()
		if r.Method != http.MethodPost || user != GatewayUser || secret != GatewaySecret || string(body) != "grant_type=client_credentials" {
			answer(w, 401, `{"error":"invalid_client","error_description":"Invalid client credentials"}`)
			return
		}
		g.tokens++
		answer(w, 200, fmt.Sprintf(`{"token_type":"Bearer","access_token":"token-%d","expires_in":3600}`, g.tokens))
		return
	}
	if r.Method != http.MethodPost || r.URL.EscapedPath() != "/smsmessaging/v1/outbound/tel%3A%2B2250000/requests" {
		answer(w, 404, `{"code":60,"message":"Resource not found"}`)
		return
	}
	if number, err := strconv.Atoi(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer token-")); err != nil || number < g.valid {
		answer(w, 401, `{"code":42,"message":"Expired credentials","description":"The requested service needs credentials, and the ones provided were out-of-date."}`)
		return
	}
	var send struct {
		Out struct {
			Address, SenderAddress, SenderName string
			Text                               struct{ Message string } `json:"outboundSMSTextMessage"`
		} `json:"outboundSMSMessageRequest"`
	}
	read(g.t, body, &send)
	if !strings.HasPrefix(send.Out.Address, "tel:+") || send.Out.SenderAddress != "tel:+2250000" || send.Out.SenderName != "CAF" {
		g.t.Errorf("send %+v", send)
	}
	refused := `{"requestError":{"%s":{"messageId":"%s","text":"%s","variables":[]}}}`
	switch g.mood {
	case InvalidNumber:
		answer(w, 400, fmt.Sprintf(refused, "serviceException", "SVC0004", "No valid addresses provided in message part"))
	case NoCredit:
		answer(w, 403, fmt.Sprintf(refused, "policyException", "POL0001", "Expired contract"))
	case WrongSender:
		answer(w, 400, fmt.Sprintf(refused, "serviceException", "SVC0002", "Invalid input value for message part"))
	case TooFast:
		w.Header().Set("Retry-After", "7")
		answer(w, 429, `{"code":53,"message":"Too many requests"}`)
	case Failed:
		answer(w, 500, `{"code":1,"message":"Internal error"}`)
	default:
		g.take(send.Out.Text.Message)
		answer(w, 201, `{"outboundSMSMessageRequest":{"address":["tel:+33600000000"],"senderAddress":"tel:+2250000","resourceURL":`+
			`"https://api.orange.com/smsmessaging/v1/outbound/tel:+2250000/requests/6e0d-ab12"}}`)
	}
}
