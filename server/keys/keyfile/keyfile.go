// Package keyfile reads and writes files that hold keys: only their owner can read them, a crash leaves the old content or the new one,
// whole, and of two changes at once the second is refused. What the content means is the caller's. No error holds any of it.
package keyfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// maxSize is far beyond a key a day for ten years; a larger file is a mistake.
const maxSize = 1 << 20

// Read returns the content of the file. It refuses a file that group or others can read or change. Without a file the error is
// fs.ErrNotExist.
func Read(path string) ([]byte, error) {
	content, _, err := read(path)
	return content, err
}

// Create writes a new file, mode 0600, and returns once it is on the disk. A file that exists stays as it is: the error is fs.ErrExist.
func Create(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(writeAndSync(f, content), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return syncDir(path)
}

// Replace gives the file what change makes of its content, and returns once that is on the disk. The owner stays: an administrator may
// change as root what the server has to read. While another change is under way the error is fs.ErrExist; when change fails, it is
// change's and the file stays as it is.
func Replace(path string, change func(old []byte) ([]byte, error)) error {
	path, err := filepath.EvalSymlinks(path) // the file itself is replaced, not a link to it
	if err != nil {
		return err
	}
	// Reserved before the old file is read: of two changes at once the second is refused, and no key is lost.
	beside := path + ".new"
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another change is under way, or one was cut short: then remove the file: %w", err)
	}
	if err != nil {
		return err
	}
	if err = errors.Join(changeInto(f, path, change), f.Close()); err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	return syncDir(path)
}

// changeInto writes into f what change makes of the file at path.
func changeInto(f *os.File, path string, change func([]byte) ([]byte, error)) error {
	old, info, err := read(path)
	if err != nil {
		return err
	}
	content, err := change(old)
	if err != nil {
		return err
	}
	if err := keepOwner(f, info); err != nil {
		return err
	}
	return writeAndSync(f, content)
}

func read(path string) ([]byte, fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat() // of the open file: the one that is checked is the one that is read
	if err != nil {
		return nil, nil, err
	}
	// A key that others can read protects nothing. Windows has no such bits: os makes them up.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, nil, fmt.Errorf("%s has mode %04o, others can read or change it: run chmod 600 on it", path, info.Mode().Perm())
	}
	content, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, nil, err
	}
	if len(content) > maxSize {
		return nil, nil, fmt.Errorf("%s is over %d bytes, not a file of keys", path, maxSize)
	}
	return content, info, nil
}

// writeAndSync returns once the content is on the disk: data is sealed under a new key as soon as the caller has it.
func writeAndSync(f *os.File, content []byte) error {
	if _, err := f.Write(content); err != nil {
		return err
	}
	return f.Sync()
}

// syncDir makes the name of the file durable.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // a directory cannot be synced there
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
