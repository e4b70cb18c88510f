// Package runfile owns the files that tell which process serves which mount, and
// that it still runs.
//
// It must never touch the mount itself. Open runfile.go first; folder.go says why
// the folder of these files can be trusted, process_*.go whether a process is tunesfs.
package runfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/owned"
)

// A File tells others which process serves a mount. Its first line is the process's
// number, the second the path of its log, empty if that is no file. It is locked until
// the process has put everything away, which the kernel sees to even after kill -9.
type File struct{ file *os.File }

// Path returns the run file of the mount at dir.
func Path(dir string, getenv func(string) string) string {
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(folder(getenv), hex.EncodeToString(sum[:8])+".pid")
}

// New makes the file of the mount at dir, in place of one that a
// process which is about to end may still hold. log is the path of the file that the
// process logs to, if it does.
func New(dir, log string) (*File, error) {
	path := Path(dir, os.Getenv)
	if err := owned.Folder(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotPrivate, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := checkPrivate(filepath.Dir(path)); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		_, err = fmt.Fprintf(file, "%d\n%s\n", os.Getpid(), log)
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(file.Name()), file.Close())
	}
	return &File{file: file}, nil
}

// Remove ends what the file said, unless another mount has taken its place.
func (r *File) Remove(dir string) error {
	ours, err := r.file.Stat()
	if err != nil {
		return err
	}
	if now, err := os.Stat(Path(dir, os.Getenv)); err == nil && os.SameFile(ours, now) {
		err = os.Remove(Path(dir, os.Getenv))
		return errors.Join(err, r.file.Close())
	}
	return r.file.Close()
}

// maxFile bounds a run file: a number and a path.
const maxFile = 20 + 2 + unix.PathMax

// Find returns the process that a run file tells of, or nil if there is
// none that we may know of.
func Find(path string) *Process {
	file, err := openPrivate(path)
	if err != nil {
		return nil
	}
	pid, log := read(file)
	if pid <= 1 || unix.Flock(int(file.Fd()), unix.LOCK_SH|unix.LOCK_NB) == nil {
		file.Close()
		return nil
	}
	return &Process{PID: pid, Log: log, file: file}
}

// LogOf returns the path of the log that a run file tells of, also if its process was
// killed; it is empty if that logged to no file. LogOf reports false if there is no run file
// that we may know of.
func LogOf(path string) (log string, ok bool) {
	file, err := openPrivate(path)
	if err != nil {
		return "", false
	}
	defer file.Close()
	pid, log := read(file)
	return log, pid > 1
}

// read returns the number of the process and the path of its log; 0 for a file that makes
// no sense.
func read(file *os.File) (pid int, log string) {
	text := make([]byte, maxFile)
	n, _ := file.Read(text)
	number, rest, _ := strings.Cut(string(text[:n]), "\n")
	log, _, _ = strings.Cut(rest, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil {
		return 0, ""
	}
	return pid, log
}

// A Process is the one behind a mount.
type Process struct {
	PID  int
	Log  string // the path of the file that it logs to; "" if there is none
	file *os.File
}

// Terminate asks the process to end, and reports whether it was asked: a number
// that is not one of ours is left alone.
func (p *Process) Terminate() bool {
	return isTunesfs(p.PID) && unix.Kill(p.PID, unix.SIGTERM) == nil
}

// IsKilled reports whether the process was killed, but has not ended: it waits in the
// kernel. Its mount does not end by itself.
func (p *Process) IsKilled() bool { return isKilled(p.PID) }

// AwaitEnd reports whether the process has put everything away within a while.
// A wait for a lock cannot be called off: on false it lasts as long as we do.
func (p *Process) AwaitEnd(ctx context.Context, timeout time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	unlocked := make(chan struct{})
	go func() {
		defer close(unlocked)
		for unix.Flock(int(p.file.Fd()), unix.LOCK_SH) == unix.EINTR {
			continue
		}
	}()
	select {
	case <-unlocked:
		return true
	case <-ctx.Done():
		return false
	}
}
