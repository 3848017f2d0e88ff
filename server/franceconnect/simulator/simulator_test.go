package simulator

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
)

func TestWithoutNodeTheErrorSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Start(t.Context(), Options{})
	if !errors.Is(err, exec.ErrNotFound) || !strings.Contains(err.Error(), "install Node 20") {
		t.Errorf("error is %v", err)
	}
}

func TestAWrongSettingIsNamed(t *testing.T) {
	for option, o := range map[string]Options{
		"--client-id":    {ClientSecret: "s", RedirectURIs: []string{redirectURI}, PostLogoutURIs: []string{postLogoutURI}},
		"--redirect-uri": {ClientID: "c", ClientSecret: "s", PostLogoutURIs: []string{postLogoutURI}},
		"--profile":      {Profile: "v1"},
		"--alg":          {Alg: "HS256"},
		"--jwks-uri":     {Profile: "franceconnect+", ClientID: "c", ClientSecret: "s", RedirectURIs: []string{redirectURI}, PostLogoutURIs: []string{postLogoutURI}},
	} {
		s, err := Start(t.Context(), o)
		if err == nil {
			s.Stop()
			t.Errorf("%s: started", option)
		} else if !strings.Contains(err.Error(), option) {
			t.Errorf("%s: error is %v", option, err)
		}
	}
}

func TestPackagesOlderThanTheLockFileAreInstalledAgain(t *testing.T) {
	dir := t.TempDir()
	lock, have := filepath.Join(dir, "package-lock.json"), filepath.Join(dir, "node_modules", ".package-lock.json")
	check.OK(t, os.WriteFile(lock, nil, 0o600))
	if fresh, err := installed(dir); fresh || err != nil {
		t.Errorf("nothing installed: %t, %v", fresh, err)
	}
	check.OK(t, os.Mkdir(filepath.Dir(have), 0o700))
	check.OK(t, os.WriteFile(have, nil, 0o600))
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		later time.Duration
		want  bool
	}{{-time.Second, false}, {0, true}, {time.Second, true}} {
		check.OK(t, errors.Join(os.Chtimes(lock, at, at), os.Chtimes(have, at.Add(row.later), at.Add(row.later))))
		if fresh, err := installed(dir); fresh != row.want || err != nil {
			t.Errorf("installed %v after the lock file: %t, %v", row.later, fresh, err)
		}
	}
}

func TestAPausedSimulatorHangsAndAStoppedOneIsGone(t *testing.T) {
	s := start(t, Options{})
	ask := func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Issuer+"/jwks", nil)
		check.OK(t, err)
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err == nil {
			res.Body.Close()
		}
		return err
	}
	check.OK(t, s.Pause())
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := ask(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("paused: %v, want no answer", err)
	}
	check.OK(t, s.Resume())
	if err := ask(t.Context()); err != nil {
		t.Errorf("resumed: %v", err)
	}
	check.OK(t, s.Pause())
	s.Stop()
	s.Stop()
	if err := ask(t.Context()); err == nil {
		t.Error("stopped: it answers")
	}
}
