package notify_test

import (
	"cmp"
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// readmeGateways returns the addresses that the README gives as examples, by what they speak.
func readmeGateways(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	check.OK(t, err)
	examples := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^    MONCOMPTE_SMS_GATEWAY=(\w+) +MONCOMPTE_SMS_URL='(https://\S+)'$`).FindAllStringSubmatch(string(text), -1) {
		examples[m[1]] = m[2]
	}
	return examples
}

// exampleAccount puts the account of the doubles in the place of the words of the README.
var exampleAccount = strings.NewReplacer("KEY", notifytest.GatewayUser, "SECRET", notifytest.GatewaySecret,
	"CONSUMER", notifytest.GatewayToken, "SERVICE", "sms-ab123-1", "NUMBER", "2250000")

// openDouble starts the double of a service and opens the README's example on it.
func openDouble(t *testing.T, name, address string, o notify.Options) (*notifytest.Gateway, notify.Gateway) {
	t.Helper()
	double := notifytest.NewGateway(t, name)
	o.SMSGateway, o.Roots = name, x509.NewCertPool()
	o.Roots.AddCert(double.Certificate())
	o.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, double.Listener.Addr().String())
	}
	// The certificate of the double is for example.com, as its documentation says.
	host := regexp.MustCompile(`@[^/?]+`)
	g, _ := open(t, "", host.ReplaceAllString(exampleAccount.Replace(address), "@example.com"), o)
	return double, g
}

func TestEachKnownGatewayIsSetUpFromTheReadmeAndUnderstood(t *testing.T) {
	examples := readmeGateways(t)
	rows := []struct {
		name, receipt string
		reasons       map[string]string // by what the double does
		slow          bool
	}{
		{"ovhcloud", "270814523", map[string]string{notifytest.InvalidNumber: "http: status 200", notifytest.NoCredit: "http: status 403",
			notifytest.WrongSender: "http: status 400", notifytest.Failed: "http: status 500"}, false},
		{"brevo", "1511882900176220", map[string]string{notifytest.InvalidNumber: "http: status 400, code invalid_parameter",
			notifytest.NoCredit: "http: status 402, code not_enough_credits", notifytest.WrongSender: "http: status 400, code invalid_parameter",
			notifytest.Failed: "http: status 503"}, false},
		{"twilio", "SM1f0e8ae6ade43cb3c0ce4525424e404f", map[string]string{notifytest.InvalidNumber: "http: status 400, code 21211",
			notifytest.NoCredit: "http: status 401, code 20005", notifytest.WrongSender: "http: status 400, code 21606"}, false},
		{"smsfactor", "14672468", map[string]string{notifytest.InvalidNumber: "http: status 200, code 1", notifytest.NoCredit: "http: status 200, code -3",
			notifytest.WrongSender: "http: status 200, code -7", notifytest.Failed: "http: status 500"}, false},
		{"octopush", "sms_5f6c49f92a476", map[string]string{notifytest.InvalidNumber: "http: status 400, code 117",
			notifytest.NoCredit: "http: status 400, code 104", notifytest.WrongSender: "http: status 400, code 106", notifytest.Failed: "http: status 502"}, false},
		{"orange", "6e0d-ab12", map[string]string{notifytest.InvalidNumber: "http: status 400, code SVC0004", notifytest.NoCredit: "http: status 403",
			notifytest.WrongSender: "http: status 400, code SVC0002", notifytest.Failed: "http: status 500"}, false},
	}
	wanted := map[string]notify.Fault{notifytest.InvalidNumber: notify.OfMessage, notifytest.NoCredit: notify.OfAccount,
		notifytest.WrongSender: notify.OfAccount, notifytest.Failed: notify.OfGateway}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if examples[r.name] == "" {
				t.Fatal("the README has no example")
			}
			double, g := openDouble(t, r.name, examples[r.name], options())
			m := message("first", portal.SMS)
			if receipt := send(t, g, m); receipt != r.receipt {
				t.Errorf("receipt %q", receipt)
			}
			if texts := double.Texts(); len(texts) == 0 || texts[len(texts)-1] != m.Text.Reveal() {
				t.Errorf("the service took %q", texts)
			}
			for mood, reason := range r.reasons {
				double.Answer(mood)
				f := failed(t, g, message("a", portal.SMS), 10*time.Second)
				if f.Reason != reason || f.Fault != wanted[mood] || f.Fault == notify.OfAccount && f.Mend == "" || len(leaks(f.Reason+f.Mend)) > 0 {
					t.Errorf("%s: %+v", mood, f)
				}
			}
			double.Answer(notifytest.TooFast)
			if f := failed(t, g, message("a", portal.SMS), 10*time.Second); f.Fault != notify.OfRate || f.After != 7*time.Second {
				t.Errorf("too fast: %+v", f)
			}
			// A wrong secret is the account's fault, whatever status says so.
			_, stranger := openDouble(t, r.name, strings.Replace(examples[r.name], "SECRET", "wrong", 1), options())
			if f := failed(t, stranger, message("a", portal.SMS), 10*time.Second); f.Fault != notify.OfAccount || f.Mend == "" {
				t.Errorf("wrong secret: %+v", f)
			}
		})
	}
}

func TestATwilioMessageThatFailedAtOnceIsNotTaken(t *testing.T) {
	double, g := openDouble(t, "twilio", readmeGateways(t)["twilio"], options())
	double.Answer(notifytest.Failed)
	if f := failed(t, g, message("a", portal.SMS), 10*time.Second); f.Fault != notify.OfMessage {
		t.Errorf("%+v", f)
	}
}

func TestOVHcloudSignsWithTheClockOfTheService(t *testing.T) {
	double, g := openDouble(t, "ovhcloud", readmeGateways(t)["ovhcloud"], options())
	double.Clock = func() time.Time { return time.Now().Add(3 * time.Hour) }
	send(t, g, message("a", portal.SMS))
	// Its clock is asked for again once it refuses our time.
	double.Clock = func() time.Time { return time.Now().Add(-3 * time.Hour) }
	if f := failed(t, g, message("b", portal.SMS), 10*time.Second); f.Reason != "http: status 400, code QUERY_TIME_OUT" || f.Fault != notify.OfAccount {
		t.Errorf("%+v", f)
	}
	send(t, g, message("b", portal.SMS))
}

func TestOrangesTokenIsAskedForAgainWhenItIsRefused(t *testing.T) {
	double, g := openDouble(t, "orange", readmeGateways(t)["orange"], options())
	send(t, g, message("a", portal.SMS))
	send(t, g, message("b", portal.SMS))
	double.EndTokens()
	if f := failed(t, g, message("c", portal.SMS), 10*time.Second); f.Fault != notify.OfAccount {
		t.Errorf("%+v", f)
	}
	send(t, g, message("c", portal.SMS))
}

func TestOctopushTakesOneRequestOnce(t *testing.T) {
	double, g := openDouble(t, "octopush", readmeGateways(t)["octopush"], options())
	send(t, g, message("same", portal.SMS))
	send(t, g, message("same", portal.SMS)) // the double answers that it has it, which is as good
	if texts := double.Texts(); len(texts) != 2 || texts[0] != "same" {
		t.Errorf("took %q", texts)
	}
}

// ownDescription is what an operator writes for a service that we do not know: it answers 200 to everything.
const ownDescription = `{
	"path": "/push/{account}",
	"headers": {"X-Key": "{password}", "X-Team?": "{team}"},
	"form": {"to": "{digits}", "text": "{text}", "ref": "{id}", "from?": "{sender}"},
	"refused": [{"where": {"": "KO*number*"}, "fault": "message"}, {"where": {"": "KO*"}, "fault": "account", "mend": "the account"}],
	"taken": [{"status": 200, "where": {"": "OK*"}}]
}`

func TestAnOperatorsOwnDescriptionIsUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gateway.json")
	check.OK(t, os.WriteFile(path, []byte(ownDescription), 0o600))
	var reply string
	s := newService(t, nil)
	var asked *http.Request
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r
		r.ParseForm()
		w.Write([]byte(reply))
	})
	o := options()
	o.SMSGateway = path
	g, _ := open(t, "", "http://:"+password+"@"+s.Listener.Addr().String()+"?account=a%2Fb", o)
	for answered, want := range map[string]notify.Fault{
		"KO: bad number " + number: notify.OfMessage, "KO: no credit": notify.OfAccount, "<html>hello</html>": notify.Unknown, "": notify.Unknown,
	} {
		reply = answered
		if f := failed(t, g, message("a", portal.SMS), 10*time.Second); f.Fault != want || f.Reason != "http: status 200" {
			t.Errorf("%q: %+v", answered, f)
		}
	}
	reply = "ok 12"
	m := message("a", portal.SMS)
	send(t, g, m)
	_, from := asked.PostForm["from"]
	_, team := asked.Header["X-Team"]
	if asked.URL.EscapedPath() != "/push/a%2Fb" || asked.URL.RawQuery != "" || asked.Header.Get("X-Key") != password || from || team ||
		asked.PostForm.Get("to") != number[1:] || asked.PostForm.Get("text") != m.Text.Reveal() || asked.PostForm.Get("ref") != "a" {
		t.Errorf("%s %v %v", asked.URL, asked.Header, asked.PostForm)
	}
}

func TestADescriptionThatCouldMisleadIsRefusedAtTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gateway.json")
	rows := map[string][2]string{ // what is changed of the good one, by what the start says
		"not readable as JSON":       {`"taken"`, `"token"`},
		"something follows":          {"\n}", "\n} {}"},
		"would put the code into":    {`"path"`, `"method": "GET", "path"`},
		"addresses are logged":       {"{account}", "{account}/{text}"},
		"must begin with /":          {"/push", "push"},
		"either json or form":        {`"form"`, `"json": {"a": "{text}"}, "form"`},
		"which answers mean":         {`[{"status": 200, "where": {"": "OK*"}}]`, `[]`},
		"no {text}":                  {"{text}", "hello"},
		"fault must be":              {`"fault": "message"`, `"fault": "massage"`},
		"would refuse everything":    {`"where": {"": "KO*number*"}, `, ``},
		"the scheme of auth":         {`"headers"`, `"auth": {"scheme": "digest"}, "headers"`},
		"account= is missing":        {"", ""},
		"no key":                     {"", ""},
		"a parameter that this":      {"", ""},
		"from= is missing":           {`"from?"`, `"from"`},
		"a control character in the": {"", ""},
	}
	addresses := map[string]string{
		"account= is missing": "https://:k@host", "no key": "https://host?account=a", "a parameter that this": "https://:k@host?account=a&acount=b",
		"a control character in the": "https://:k%0a@host?account=a",
	}
	for reason, change := range rows {
		check.OK(t, os.WriteFile(path, []byte(strings.Replace(ownDescription, change[0], change[1], 1)), 0o600))
		address := cmp.Or(addresses[reason], "https://:k@host?account=a")
		_, _, err := notify.Open("", address, notify.Options{SMSGateway: path})
		if err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "MONCOMPTE_SMS_") {
			t.Errorf("%s: %v", reason, err)
		}
	}
	for setting, address := range map[string]string{"orange": "https://client@host?from=1", "ovhcloud": "https://key@host?service=s&consumer=c", "twilio": "https://sid@host?from=CAF"} {
		if _, _, err := notify.Open("", address, notify.Options{SMSGateway: setting}); err == nil || !strings.HasPrefix(err.Error(), "MONCOMPTE_SMS_URL: no key") {
			t.Errorf("%s without its secret: %v", setting, err)
		}
	}
	for setting, address := range map[string]string{"nothing": "https://host", "./none": "https://host", "twilio": "smpp://u:p@host", "brevo": ""} {
		if _, _, err := notify.Open("", address, notify.Options{SMSGateway: setting}); err == nil || !strings.HasPrefix(err.Error(), "MONCOMPTE_SMS_GATEWAY: ") {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

func TestEveryDescriptionInsideIsSound(t *testing.T) {
	files, err := filepath.Glob("gateways/*.json")
	if err != nil || len(files) != 7 {
		t.Fatalf("%v, %v", files, err)
	}
	parameters := regexp.MustCompile(`[?&]\w+=`)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		sms, _, err := notify.Open("", "https://u:p@host?from=%2B33612345678"+map[string]string{
			"ovhcloud": "&service=s&consumer=c"}[name], notify.Options{SMSGateway: name})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		notify.Close(sms, nil)
		if example := readmeGateways(t)[name]; name != "json" && len(parameters.FindAllString(example, -1)) == 0 {
			t.Errorf("%s: the README's example %q names no sender", name, example)
		}
	}
	if !slices.Contains(files, "gateways/json.json") {
		t.Error("our own is missing")
	}
}

// A token or a time that cannot be had is nobody's message's fault, and no message was handed over.
func TestWhatAServiceIsAskedBeforehandMayFail(t *testing.T) {
	for _, r := range []struct {
		name, address string
		status        int
		fault         notify.Fault
	}{
		{"orange", "u:p@%s?from=1", 503, notify.OfGateway}, {"orange", "u:p@%s?from=1", 429, notify.OfRate}, {"orange", "u:p@%s?from=1", 400, notify.OfAccount},
		{"orange", "u:p@%s?from=1", 0, notify.OfGateway},
		{"ovhcloud", "u:p@%s?service=s&consumer=c", 503, notify.OfGateway}, {"ovhcloud", "u:p@%s?service=s&consumer=c", 404, notify.OfAccount},
		{"ovhcloud", "u:p@%s?service=s&consumer=c", 200, notify.OfAccount}, // and no time
		{"ovhcloud", "u:p@%s?service=s&consumer=c", 0, notify.OfGateway},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodPost && req.URL.Path != "/oauth/v3/token" {
				t.Errorf("%s %d: the message is handed over", r.name, r.status)
			}
			if r.status == 0 {
				conn, _, _ := w.(http.Hijacker).Hijack()
				conn.Close()
				return
			}
			w.WriteHeader(r.status)
		}))
		defer s.Close()
		o := options()
		o.SMSGateway = r.name
		g, _ := open(t, "", "http://"+strings.Replace(r.address, "%s", s.Listener.Addr().String(), 1), o)
		if f := failed(t, g, message("a", portal.SMS), 10*time.Second); f.Fault != r.fault || f.Copied || f.Whole || (f.Mend != "") != (r.fault == notify.OfAccount) {
			t.Errorf("%s %d: %+v", r.name, r.status, f)
		}
	}
}
