package main

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"moncompte/server/check"
	"moncompte/server/store/storetest"
)

const (
	portalSite  = "https://moncompte.example.org"
	serviceSite = "https://demarches.example.org"
)

// aliased are the letters by which the name of a header is another one for some, and the same for others.
var aliased = regexp.MustCompile(`[^0-9A-Za-z-]`)

// behind is a small service that believes what its proxy says, and shows it.
type behind struct {
	*httptest.Server
	asked atomic.Int32
}

func newService(t *testing.T) *behind {
	b := &behind{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.asked.Add(1)
		said := ""
		for name, values := range r.Header {
			// As CGI, PHP and WSGI read names: Remote_User and Remote.User are Remote-User.
			if strings.HasPrefix(aliased.ReplaceAllString(strings.ToLower(name), "-"), "remote-") {
				said += fmt.Sprintf("[%s=%s]", name, strings.Join(values, "|"))
			}
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="fr"><title>Démarches</title><link rel="icon" href="data:,"><h1>Mes démarches</h1><p>%s`, said)
	}))
	t.Cleanup(b.Close)
	return b
}

// startCaddy runs Debian's with the examples of docs/deployment.md, and returns where it listens.
func startCaddy(t *testing.T, site, service string) string {
	t.Helper()
	program, err := exec.LookPath("caddy")
	if err != nil {
		t.Fatal("this test needs Caddy: install it, on Debian with `apt-get install caddy`")
	}
	dir := t.TempDir()
	certificate, key := selfSigned(t, dir)
	secure := freeAddress(t)
	_, port, _ := net.SplitHostPort(secure)
	with := ":" + port + " {\n bind 127.0.0.1\n tls " + certificate + " " + key + "\n"
	config := filepath.Join(dir, "Caddyfile")
	write(t, config, "{\n admin off\n auto_https off\n storage file_system "+dir+"/data\n}\n"+strings.NewReplacer(
		"moncompte.example.org {\n", "moncompte.example.org"+with,
		"demarches.example.org {\n", "demarches.example.org"+with,
		"127.0.0.1:8080", strings.TrimPrefix(site, "http://"),
		"127.0.0.1:9000", strings.TrimPrefix(service, "http://"),
	).Replace(deploymentExample(t, "Caddy sets the header by itself", "nginx, as a file of its own")+"\n"+deploymentExample(t, "\nCaddy:", "Traefik, as a middleware")))
	cmd := exec.Command(program, "run", "--config", config, "--adapter", "caddyfile")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir}
	cmd.Stderr = &logged
	check.OK(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		c, err := tls.Dial("tcp", secure, &tls.Config{InsecureSkipVerify: true, ServerName: "demarches.example.org"})
		if err == nil {
			c.Close()
			return secure
		}
		if time.Since(began) > 20*time.Second {
			t.Fatal(err)
		}
	}
}

// asTraefik does with the example of docs/deployment.md what the source of Traefik 3.7 does with it (pkg/middlewares/auth/forward.go): Debian
// does not have it, and its module does not build from the proxy of modules alone.
func asTraefik(t *testing.T, site, service string) string {
	t.Helper()
	example := deploymentExample(t, "Traefik, as a middleware", "A service that reads")
	of := func(pattern string) string {
		t.Helper()
		found := regexp.MustCompile(pattern).FindStringSubmatch(example)
		if found == nil {
			t.Fatalf("the example for Traefik lacks %s", pattern)
		}
		return found[len(found)-1]
	}
	of(`\n +trustForwardHeader: false\n`)
	of(`\n +aliasHeadersStrategy: delete$`)
	address := strings.ReplaceAll(of(`\n +address: (http://.*)`), "http://127.0.0.1:8080", site)
	handedOn := strings.Split(of(`\n +authResponseHeaders: \[(.*)\]`), ", ")
	toPortal, toService := httputil.NewSingleHostReverseProxy(mustURL(t, site)), httputil.NewSingleHostReverseProxy(mustURL(t, service))
	proxy := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "moncompte.example.org" {
			toPortal.ServeHTTP(w, r)
			return
		}
		maps.DeleteFunc(r.Header, func(name string, _ []string) bool { return aliased.MatchString(name) })
		question, err := http.NewRequestWithContext(r.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Error(err)
			return
		}
		question.Header = r.Header.Clone()
		maps.DeleteFunc(question.Header, func(name string, _ []string) bool {
			return strings.HasPrefix(name, "X-Forwarded-") || name == "Connection"
		})
		from, _, _ := net.SplitHostPort(r.RemoteAddr)
		for name, value := range map[string]string{"For": from, "Method": r.Method, "Proto": "https", "Host": r.Host, "Uri": r.URL.RequestURI()} {
			question.Header.Set("X-Forwarded-"+name, value)
		}
		answer, err := http.DefaultTransport.RoundTrip(question)
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		defer answer.Body.Close()
		if answer.StatusCode < 200 || answer.StatusCode > 299 {
			maps.Copy(w.Header(), answer.Header)
			w.WriteHeader(answer.StatusCode)
			io.Copy(w, answer.Body)
			return
		}
		for _, name := range handedOn {
			delete(r.Header, name)
			if said := answer.Header[name]; said != nil {
				r.Header[name] = said
			}
		}
		toService.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	return proxy.Listener.Addr().String()
}

// keyHash names the key of a server to Chromium (ignore-certificate-errors-spki-list).
func keyHash(t *testing.T, address string) string {
	t.Helper()
	c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, ServerName: "demarches.example.org"})
	check.OK(t, err)
	defer c.Close()
	sum := sha256.Sum256(c.ConnectionState().PeerCertificates[0].RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// The examples of docs/deployment.md put a service behind the sign-in: a person comes back to it, nobody says who they are by themselves,
// and a sign-out on one machine is one on all within a second.
func TestAServiceBehindTheSignIn(t *testing.T) {
	t.Parallel()
	somebody := people(1)[0]
	for name, start := range map[string]func(t *testing.T, site, service string) (secure string){
		"nginx": func(t *testing.T, site, service string) string {
			lines := deploymentExample(t, "nginx, in the server of `demarches.example.org`", "Caddy:")
			return startNginx(t, site, strings.ReplaceAll(lines, "http://127.0.0.1:9000", service)).secure
		},
		"Caddy":             startCaddy,
		"what Traefik does": asTraefik,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newService(t)
			d := deploy(t, storetest.SQLiteURL(t), []person{somebody}, cheap)
			settings := []string{"MONCOMPTE_BASE_URL=" + portalSite, "MONCOMPTE_SERVICES=Mes démarches " + serviceSite + "/", "MONCOMPTE_SERVICES_DOMAIN=example.org"}
			s, another := d.serve(t, settings...), d.serve(t, settings...)
			secure := start(t, s.site, service.URL)
			proxied(t, secure, somebody, service, another)
			walked(t, secure, somebody)
		})
	}
}

// proxied tries what programs send.
func proxied(t *testing.T, secure string, somebody person, service *behind, another *server) {
	client := clientOf(map[string]string{"moncompte.example.org:443": secure, "demarches.example.org:443": secure})
	jar, err := cookiejar.New(nil)
	check.OK(t, err)
	client.Jar = jar
	ask := func(method, address, body string, headers map[string]string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		check.OK(t, err)
		for name, value := range headers {
			r.Header[name] = append(r.Header[name], value) // as it is written
		}
		res, err := client.Do(r)
		check.OK(t, err)
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		check.OK(t, err)
		for _, c := range res.Cookies() {
			if len(c.Value) >= 20 {
				logged.secret("token "+c.Name, c.Value)
			}
		}
		return res, string(text)
	}
	forged := map[string]string{"Remote-User": "1", "remote-user": "2", "REMOTE-ACR": "eidas3", "Remote-Acr": "eidas3", "Remote-Method": "franceconnect",
		"Remote_User": "3", "remote_acr": "eidas3", "Remote.User": "4", "REMOTE!METHOD": "passkey",
		"Accept": "text/html", "X-Original-Url": "https://demarches.example.org/dossier"}
	const wanted = serviceSite + "/dossier?vue=1&page=2"
	signIn := portalSite + "/connexion?" + url.Values{"retour": {wanted}}.Encode()
	for what, headers := range map[string]map[string]string{"a person": {"Accept": "text/html"}, "a forger": forged} {
		if res, _ := ask("GET", wanted, "", headers); res.StatusCode != http.StatusFound || what == "a person" && res.Header.Get("Location") != signIn {
			t.Errorf("%s: %s to %q", what, res.Status, res.Header.Get("Location"))
		}
	}
	if res, _ := ask("GET", wanted, "", map[string]string{"Accept": "application/json"}); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a program: %s", res.Status)
	}
	if res, _ := ask("POST", wanted, "a=b", map[string]string{"Accept": "text/html"}); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a form: %s", res.Status)
	}
	if n := service.asked.Load(); n != 0 {
		t.Fatalf("%d requests of nobody reached the service", n)
	}

	form := pair(somebody)
	form.Set("retour", wanted)
	res, _ := ask("POST", portalSite+"/connexion", form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != wanted {
		t.Fatalf("the sign-in: %s to %q", res.Status, res.Header.Get("Location"))
	}
	_, text := ask("GET", wanted, "", map[string]string{"Accept": "text/html"})
	_, who, _ := strings.Cut(text, "[Remote-User=")
	who, _, _ = strings.Cut(who, "]")
	if len(who) < 10 {
		t.Fatalf("the service knows nobody: %s", text)
	}
	if res, text = ask("GET", wanted, "", forged); res.StatusCode != http.StatusOK || strings.Count(text, "[") != 2 || !strings.Contains(text, "[Remote-User="+who+"]") || !strings.Contains(text, "[Remote-Method=password]") {
		t.Errorf("the service was told by a client: %s %s", res.Status, text)
	}
	if res, _ = ask("GET", portalSite+"/auth/verify", "", forged); res.Header.Get("Remote-User") != who || res.Header.Get("Remote-Acr") != "" {
		t.Errorf("verify says %v", res.Header)
	}

	// On another machine, by the session that the browser has there.
	out, err := http.NewRequestWithContext(t.Context(), "POST", another.site+"/deconnexion", strings.NewReader(""))
	check.OK(t, err)
	base, _ := url.Parse(portalSite + "/")
	for _, c := range jar.Cookies(base) {
		out.AddCookie(c)
	}
	res, err = clientOf(map[string]string{out.URL.Host: out.URL.Host}).Do(out)
	if err != nil || res.StatusCode != http.StatusSeeOther {
		t.Fatal(res, err)
	}
	res.Body.Close()
	ended := time.Now()
	for asked := ended; ; asked = time.Now() {
		if res, _ = ask("GET", wanted, "", map[string]string{"Accept": "text/html"}); res.StatusCode == http.StatusFound {
			break
		}
		if asked.Sub(ended) > time.Second {
			t.Fatalf("a second after the sign-out: %s", res.Status)
		}
	}
}

// walked is a person's way.
func walked(t *testing.T, secure string, somebody person) {
	ctx := chromium(t, chromedp.Flag("host-resolver-rules", "MAP *.example.org:443 "+secure), chromedp.Flag("ignore-certificate-errors-spki-list", keyHash(t, secure)))
	v := visitor{t, &view{ctx: ctx}, portalSite}
	open := func(address string) {
		t.Helper()
		check.OK(t, check.ErrOf(chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: address})))
	}
	open(serviceSite + "/dossier?vue=1")
	v.sees("h1", "Connexion à Mon\u00a0Compte")
	v.write("#identifiant", somebody.identifier)
	v.write("#mot_de_passe", somebody.password)
	v.press("button", "Se connecter")
	v.sees("h1", "Mes démarches")
	v.sees("p", "[Remote-Method=password]")
	ask[bool](v, `location.href === "`+serviceSite+`/dossier?vue=1" ? true : null`)
	open(portalSite + "/mon-compte")
	v.press("button", "Déconnexion")
	v.sees("h1", "Déconnexion réussie")
	open(serviceSite + "/dossier")
	v.sees("h1", "Connexion à Mon\u00a0Compte")
}
