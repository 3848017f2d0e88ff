package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/store/storetest"
)

// nginx is the program with the example of docs/deployment.md, on ports of its own.
type nginx struct {
	log    string // what it has logged
	secure string // where it listens for https
	client *http.Client
}

// startNginx changes of the example what belongs to a machine, and nothing else.
// A service comes on a host of its own, with the lines that are for it.
func startNginx(t *testing.T, site string, services ...string) nginx {
	t.Helper()
	return startNginxWith(t, "", site, services...)
}

// startNginxBefore leads to several machines, by an upstream of that name in place of the one address.
func startNginxBefore(t *testing.T, upstream string) nginx {
	t.Helper()
	return startNginxWith(t, upstream, "http://moncompte")
}

func startNginxWith(t *testing.T, before, site string, services ...string) nginx {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // not in the PATH of a user
	}
	example := deploymentExample(t, "nginx, as a file of its own", "Add no compression")
	dir := t.TempDir()
	certificate, key := selfSigned(t, dir)
	plain, secure := freeAddress(t), freeAddress(t)
	for _, service := range services {
		example += "\nserver {\nlisten 443 ssl http2;\nserver_name demarches.example.org;\nssl_certificate /etc/ssl/moncompte.pem;\nssl_certificate_key /etc/ssl/moncompte.key;\n" + service + "\n}\n"
	}
	changed := strings.NewReplacer(
		"listen 80;", "listen "+plain+";",
		"listen 443 ", "listen "+secure+" ",
		"/etc/ssl/moncompte.pem", certificate,
		"/etc/ssl/moncompte.key", key,
		"/var/log/nginx/", dir+"/",
		"http://127.0.0.1:8080", site,
	).Replace(example)
	config := filepath.Join(dir, "nginx.conf")
	write(t, config, "daemon off; master_process off; pid "+dir+"/pid; error_log stderr crit;\n"+
		"events {}\nhttp {\nclient_body_temp_path "+dir+"/body; proxy_temp_path "+dir+"/proxy; fastcgi_temp_path "+dir+"/f; uwsgi_temp_path "+dir+"/u; scgi_temp_path "+dir+"/s;\n"+
		before+"\n"+changed+"\n}\n")
	if out, err := exec.Command(program, "-t", "-q", "-p", dir, "-c", config).CombinedOutput(); err != nil || strings.Contains(string(out), "[warn]") {
		t.Fatalf("nginx does not take the example: %v\n%s", err, out)
	}
	cmd := exec.Command(program, "-p", dir, "-c", config)
	cmd.Stderr = &logged
	check.OK(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", secure)
		if err == nil {
			c.Close()
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatal(err)
		}
	}
	return nginx{filepath.Join(dir, "moncompte.log"), secure, clientOf(map[string]string{
		"moncompte.example.org:80": plain, "moncompte.example.org:443": secure, "demarches.example.org:443": secure})}
}

// clientOf finds hosts where the test has put them.
func clientOf(to map[string]string) *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, // it is ours
			ForceAttemptHTTP2: true,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, to[address])
			},
		},
	}
}

// deploymentExample is the part of docs/deployment.md that is indented between two texts.
func deploymentExample(t *testing.T, after, until string) string {
	t.Helper()
	text, err := os.ReadFile("../docs/deployment.md")
	check.OK(t, err)
	_, example, found := strings.Cut(string(text), after)
	_, example, _ = strings.Cut(example, "\n\n")
	example, _, ends := strings.Cut(example, "\n\n"+until)
	if !found || !ends {
		t.Fatalf("docs/deployment.md has no example between %q and %q", after, until)
	}
	return example
}

// selfSigned writes a certificate and its key.
func selfSigned(t *testing.T, dir string) (certificate, key string) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	private, err := x509.MarshalPKCS8PrivateKey(s.TLS.Certificates[0].PrivateKey)
	check.OK(t, err)
	certificate, key = filepath.Join(dir, "moncompte.pem"), filepath.Join(dir, "moncompte.key")
	write(t, certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	write(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	return certificate, key
}

func write(t *testing.T, path, text string) {
	t.Helper()
	check.OK(t, os.WriteFile(path, []byte(text), 0o600))
}

// says sends a request and returns the answer with its text.
func (n nginx) says(t *testing.T, method, address, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	check.OK(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := n.client.Do(r)
	check.OK(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	check.OK(t, err)
	return res, string(text)
}

// The example for nginx starts on Debian's, leads to https, logs no secret of an address, and speaks French where it speaks itself.
func TestTheExampleForNginxDoesWhatItSays(t *testing.T) {
	t.Parallel()
	d := deploy(t, storetest.SQLiteURL(t), nil, cheap)
	s := d.serve(t, "MONCOMPTE_BASE_URL=https://moncompte.example.org")
	n := startNginx(t, s.site)
	const site = "https://moncompte.example.org"

	if res, _ := n.says(t, "GET", site+"/connexion", ""); res.StatusCode != 200 || res.Header.Get("Mon-Compte") == "" || res.ProtoMajor != 2 {
		t.Errorf("/connexion: %s %s", res.Proto, res.Status)
	}
	if res, _ := n.says(t, "GET", "http://moncompte.example.org/aide?x=1", ""); res.StatusCode != 301 || res.Header.Get("Location") != site+"/aide?x=1" {
		t.Errorf("port 80: %s to %q", res.Status, res.Header.Get("Location"))
	}
	const number, code, token = "2690549588157", "fcSecretCode", "TOKENOFANOTICE"
	n.says(t, "GET", site+"/aide/recherche?q="+number, "")
	n.says(t, "GET", site+"/franceconnect/retour?code="+code+"&state=x", "")
	n.says(t, "GET", site+"/ce-n-etait-pas-moi/"+token, "")
	own := func(what string, res *http.Response, text string, status int) {
		t.Helper()
		if res.StatusCode != status || !strings.Contains(text, `lang="fr"`) || strings.Contains(text, "nginx") || res.Header.Get("Content-Security-Policy") == "" ||
			res.Header.Get("Content-Type") != "text/html; charset=utf-8" || res.Header.Get("Server") != "nginx" {
			t.Errorf("%s: %s, %v: %s", what, res.Status, res.Header, text)
		}
	}
	res, text := n.says(t, "POST", site+"/connexion", "identifiant="+strings.Repeat("1", 20_000))
	own("a form that is too long", res, text, http.StatusRequestEntityTooLarge)
	// A flood of forms from one address: pages are still served, and who is told to wait reads why.
	var flood sync.WaitGroup
	var tooMany atomic.Int32
	for range 40 {
		flood.Go(func() {
			for range 10 {
				if res, text := n.says(t, "POST", site+"/deconnexion", ""); res.StatusCode == http.StatusTooManyRequests {
					tooMany.Add(1)
					own("a flood", res, text, http.StatusTooManyRequests)
					if res.Header.Get("Retry-After") == "" {
						t.Error("a flood: nobody is told when to come back")
					}
				}
			}
		})
	}
	flood.Wait()
	if got := tooMany.Load(); got == 0 || got == 400 {
		t.Errorf("%d of 400 forms at once were refused", got)
	}
	for range 120 {
		if res, _ = n.says(t, "GET", site+"/connexion", ""); res.StatusCode != http.StatusOK {
			t.Fatalf("a page beside the flood: %s", res.Status)
		}
	}
	n.crowd(t)
	check.OK(t, s.stop())
	res, text = n.says(t, "GET", site+"/aide/recherche?q="+number, "")
	own("a server that is gone", res, text, http.StatusServiceUnavailable)
	if res.Header.Get("Retry-After") == "" {
		t.Error("nobody is told when to come back")
	}
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) { // it writes after it has answered
		written, err := os.ReadFile(n.log)
		check.OK(t, err)
		if strings.Contains(string(written), `"GET /aide/recherche" 503`) {
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("the log lacks the last request:\n%s", written)
		}
	}
	for _, name := range []string{n.log, strings.Replace(n.log, ".log", "-error.log", 1)} {
		written, err := os.ReadFile(name)
		check.OK(t, err)
		for _, secret := range []string{number, code, token} {
			if strings.Contains(string(written), secret) {
				t.Errorf("%s holds %q", filepath.Base(name), secret)
			}
		}
	}
}

// crowd opens more connections at once than one address may have, each with a request that nginx has to keep.
func (n nginx) crowd(t *testing.T) {
	t.Helper()
	refused := make(chan bool)
	const many = 130
	for range many {
		go func() {
			c, err := tls.Dial("tcp", n.secure, &tls.Config{InsecureSkipVerify: true, ServerName: "moncompte.example.org", NextProtos: []string{"http/1.1"}})
			if err != nil {
				refused <- true
				return
			}
			defer c.Close()
			// A form whose end does not come: counted from its head on.
			io.WriteString(c, "POST /aide HTTP/1.1\r\nHost: moncompte.example.org\r\nContent-Length: 10\r\n\r\n")
			c.SetReadDeadline(time.Now().Add(4 * time.Second))
			head := make([]byte, 12)
			_, err = io.ReadFull(c, head)
			refused <- err == nil && string(head) == "HTTP/1.1 429"
		}()
	}
	got := 0
	for range many {
		if <-refused {
			got++
		}
	}
	if got < many-100 || got == many {
		t.Errorf("%d of %d connections at once were refused, want more than %d", got, many, many-100)
	}
}
