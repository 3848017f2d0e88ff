package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/store/storetest"
)

func TestAStopLetsTheRequestUnderWayFinish(t *testing.T) {
	all := people(1)
	d := deploy(t, storetest.SQLiteURL(t), all, cheap)
	s := d.serve(t)
	host := strings.TrimPrefix(s.site, "http://")
	conn, err := net.Dial("tcp", host)
	check.OK(t, err)
	defer conn.Close()
	body := pair(all[0]).Encode()
	fmt.Fprintf(conn, "POST /connexion HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", host, len(body))
	read := bufio.NewReader(conn)
	// The server asks for the body when the handler reads it: from here on the request is under way.
	if line, err := read.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	check.OK(t, check.ErrOf(read.ReadString('\n')))
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	for refused := false; !refused; { // it begins to stop by accepting nobody else
		other, err := net.DialTimeout("tcp", host, 10*time.Second)
		if refused = err != nil; !refused {
			other.Close()
		}
	}
	io.WriteString(conn, body)
	response, err := http.ReadResponse(read, nil)
	if err != nil {
		t.Fatalf("the request under way got no answer: %v", err)
	}
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		logged.secret("token "+c.Name, c.Value)
	}
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/mon-compte" {
		t.Errorf("status %d, to %q", response.StatusCode, response.Header.Get("Location"))
	}
	if err := <-stopped; err != nil {
		t.Errorf("the server ended with %v", err)
	}
	lines := s.log()
	if last := lines[len(lines)-1]; !strings.Contains(last, `"msg":"stopped"`) {
		t.Errorf("the last line is %s", last)
	}
}

func TestAPortInUseIsSaidInOneLine(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	check.OK(t, err)
	defer taken.Close()
	d := deploy(t, storetest.SQLiteURL(t), people(1), cheap)
	for _, setting := range []string{"MONCOMPTE_LISTEN", "MONCOMPTE_METRICS_LISTEN"} {
		var errs strings.Builder
		cmd := exec.CommandContext(t.Context(), "moncompte", "serve")
		cmd.Env, cmd.Stderr = append(d.env[:len(d.env):len(d.env)], setting+"="+taken.Addr().String()), &errs
		if err := cmd.Run(); err == nil {
			t.Errorf("%s: it ended with status 0", setting)
		}
		line, end := strings.CutSuffix(errs.String(), "\n")
		if !end || strings.Contains(line, "\n") || !strings.HasPrefix(line, "moncompte: "+setting+": ") || !strings.Contains(line, "in use") {
			t.Errorf("%s: %q", setting, errs.String())
		}
		io.WriteString(&logged, errs.String())
	}
}

func TestReadinessFollowsTheDatabase(t *testing.T) {
	address := storetest.PostgresURL(t)
	s := deploy(t, address, people(1), cheap).serve(t)
	b := newBrowser(t)
	answers := func(when string, ready int) {
		t.Helper()
		if a := b.get(t, s.site+"/readyz"); a.status != ready {
			t.Errorf("%s: /readyz answers %d, want %d", when, a.status, ready)
		}
		if a := b.get(t, s.site+"/healthz"); a.status != http.StatusOK {
			t.Errorf("%s: /healthz answers %d", when, a.status)
		}
	}
	answers("at first", http.StatusOK)

	u, err := url.Parse(address)
	check.OK(t, err)
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	admin, err := sql.Open("pgx", u.String())
	check.OK(t, err)
	defer admin.Close()
	check.OK(t, check.ErrOf(admin.ExecContext(t.Context(), "DROP DATABASE "+name+" WITH (FORCE)")))
	answers("without a database", http.StatusServiceUnavailable)
	if a := b.get(t, s.site+"/aide"); a.status != http.StatusOK {
		t.Errorf("the help answers %d without a database", a.status)
	}
	// 503 when it meets a connection that died with the database, and 500 when there is no such database to connect to.
	if a := b.guess(t, s.site, people(1)[0]); a.status != http.StatusInternalServerError && a.status != http.StatusServiceUnavailable || strings.Contains(a.body, name) {
		t.Errorf("a sign-in answers %d without a database", a.status)
	}
	check.OK(t, check.ErrOf(admin.ExecContext(t.Context(), "CREATE DATABASE "+name)))
	answers("with a database again", http.StatusOK)
}

func TestAGatewayThatIsAwayIsSeenByWhoeverRunsTheSite(t *testing.T) {
	// Nothing listens there; a server binds without waiting for a message.
	s := deploy(t, storetest.SQLiteURL(t), nil, cheap).serve(t, "MONCOMPTE_METRICS_LISTEN=127.0.0.1:0", "MONCOMPTE_SMS_URL=smpp://u:p@127.0.0.1:1")
	b := newBrowser(t)
	patience := time.Now().Add(20 * time.Second)
	for {
		a := b.get(t, s.site+"/readyz")
		if a.status != http.StatusOK { // the other instances have the same gateways: it stays in the load balancer
			t.Fatalf("/readyz answers %d", a.status)
		}
		if a.body == "ok\ncodes cannot leave by sms\n" {
			break
		}
		if time.Now().After(patience) {
			t.Fatalf("/readyz says %q", a.body)
		}
		time.Sleep(50 * time.Millisecond)
	}
	shown := b.get(t, s.metrics+"/metrics").body
	for _, want := range []string{
		`moncompte_gateway_away{channel="sms"} 1`, `moncompte_gateway_away{channel="email"} 0`, `moncompte_messages_total{channel="sms",fate="sent"} 0`,
		`moncompte_messages_waiting{channel="sms"} 0`, `moncompte_messages_oldest_seconds{channel="sms"} 0`,
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s is not in\n%s", want, shown)
		}
	}
}

func TestMetricsHaveAnAddressOfTheirOwn(t *testing.T) {
	all := people(2)
	s := deploy(t, storetest.SQLiteURL(t), all, cheap).serve(t, "MONCOMPTE_METRICS_LISTEN=127.0.0.1:0")
	b := newBrowser(t)
	if a := b.guess(t, s.site, all[0]); a.status != http.StatusUnauthorized {
		t.Fatalf("a wrong pair answers %d", a.status)
	}
	b.get(t, s.site+"/"+all[1].identifier)
	shown := b.get(t, s.metrics+"/metrics").body
	for _, want := range []string{
		`moncompte_request_seconds_count{route="POST /connexion",status="401"} 1`,
		`moncompte_request_seconds_count{route="none",status="404"} 1`,
		"moncompte_hashes_waiting 0",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s is not in\n%s", want, shown)
		}
	}
	if strings.Contains(shown, all[0].identifier) || strings.Contains(shown, all[1].identifier) {
		t.Error("an identifier is in the metrics")
	}
	if a := b.get(t, s.site+"/metrics"); a.status != http.StatusNotFound {
		t.Errorf("the site answers %d for /metrics", a.status)
	}
	if a := b.get(t, s.metrics+"/connexion"); a.status != http.StatusNotFound {
		t.Errorf("the metrics' address answers %d for the site", a.status)
	}
}

func TestEveryLineOfARequestHasItsID(t *testing.T) {
	all := people(1)
	s := deploy(t, storetest.SQLiteURL(t), all, cheap).serve(t)
	b := newBrowser(t)
	b.guess(t, s.site, all[0])
	b.signIn(t, s.site, all[0])
	b.get(t, s.site+"/mon-compte?de=la-barre")
	check.OK(t, s.stop())
	type line struct {
		Time                              time.Time
		Level, Msg, Request, Event, Route string
		Account                           string
		SessionAccount                    string `json:"session_account"`
		Status                            int
	}
	requests := map[string]line{}
	var events []line
	for _, text := range s.log() {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil || l.Time.IsZero() || l.Level == "" || l.Msg == "" {
			t.Errorf("not a line of JSON with time, level and message: %s", text)
		}
		switch {
		case l.Msg == "request":
			if _, again := requests[l.Request]; again || len(l.Request) != 12 {
				t.Errorf("request id %q", l.Request)
			}
			requests[l.Request] = l
		case l.Event == "sign-in":
			events = append(events, l)
		}
	}
	if len(requests) != 3 || len(events) != 2 {
		t.Fatalf("%d requests and %d events:\n%s", len(requests), len(events), strings.Join(s.log(), "\n"))
	}
	for i, status := range []int{http.StatusUnauthorized, http.StatusSeeOther} {
		if r := requests[events[i].Request]; r.Route != "POST /connexion" || r.Status != status {
			t.Errorf("the event %q belongs to the request %+v", events[i].Msg, r)
		}
		delete(requests, events[i].Request)
	}
	for _, visit := range requests {
		if visit.Route != "GET /mon-compte" || visit.SessionAccount != events[1].Account || visit.SessionAccount == "" {
			t.Errorf("the visit is logged as %+v", visit)
		}
	}
}

func TestASlowClientIsCutOff(t *testing.T) {
	s := newServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for _, bound := range []struct {
		name    string
		is, max time.Duration
	}{
		{"headers", s.ReadHeaderTimeout, 15 * time.Second},
		{"the whole request", s.ReadTimeout, time.Minute},
		{"the answer", s.WriteTimeout, 2 * time.Minute},
		{"an idle connection", s.IdleTimeout, 5 * time.Minute},
	} {
		if bound.is <= 0 || bound.is > bound.max {
			t.Errorf("%s may take %s", bound.name, bound.is)
		}
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > 64<<10 {
		t.Errorf("headers may have %d bytes", s.MaxHeaderBytes)
	}
}
