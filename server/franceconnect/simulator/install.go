package simulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// folder finds the folder of the program from the working directory, which lies in the module: the path of the source file is not
// known in a binary built with -trimpath.
func folder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		candidate := filepath.Join(dir, "server", "franceconnect", "simulator")
		if _, err := os.Stat(filepath.Join(candidate, "package-lock.json")); err == nil {
			return candidate, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("simulator: not run inside the module, and no folder was given")
		}
		dir = up
	}
}

// program looks a command up and says what to install when it is not there.
func program(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("simulator: %s is missing: install Node 20 or later, which brings node and npm (https://nodejs.org): %w", name, err)
	}
	return path, nil
}

// install runs npm ci in dir when the packages are missing or older than the lock file. Several processes may ask at once (go test
// runs packages in parallel): one installs, the others wait.
func install(ctx context.Context, dir string) error {
	lock, err := os.OpenFile(filepath.Join(dir, ".npm.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	fresh, err := installed(dir)
	if err != nil || fresh {
		return err
	}
	npm, err := program("npm")
	if err != nil {
		return err
	}
	ci := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error")
	ci.Dir = dir
	if out, err := ci.CombinedOutput(); err != nil {
		return fmt.Errorf("simulator: npm ci: %w\n%s", err, out)
	}
	return nil
}

// installed tells whether the packages in dir are at least as new as the lock file.
func installed(dir string) (bool, error) {
	wanted, err := os.Stat(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return false, err
	}
	have, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json"))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil && !have.ModTime().Before(wanted.ModTime()), err
}
