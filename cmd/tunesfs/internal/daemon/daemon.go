// Package daemon owns how a mount goes to the background: the process that is
// started again, and the pipe on which it tells its parent how the mount went.
//
// It must never know what is mounted. Open daemon.go; there is no other file.
package daemon

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/secret"
)

// A daemon is this program started again in a session of its own. Go cannot
// fork, so the child gets the same words and, in the environment, the number
// of a pipe on which it tells its parent how the mount went: lines of a kind
// and a text, the last of which is ready or failed.
const (
	statusEnv = "TUNESFS_STATUS_FD"
	statusFD  = "3"

	Mounted = "mounted" // the folder is there, and its catalog may not be listed
	Ready   = "ready"
	Warning = "warning"
	Failed  = "failed"
)

// errGone is a daemon that ended without a word.
var errGone = errors.New("the mount's process ended unexpectedly")

// Start runs args again in the background and returns once the child has
// said that it is ready, or why it is not. At a signal that asks this process to end, a
// child that has mounted goes on, and Start returns ErrLeft. Any other child is ended, and
// nothing stays.
func Start(args []string, password string, log *os.File, stderr io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return err
	}
	defer reader.Close()
	given, err := secret.Pipe(password)
	if err != nil {
		return err
	}
	defer given.Close()
	start, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		start = 0 // a log that is no file, such as /dev/stderr, shows its words anyway
	}
	child := &exec.Cmd{
		Path:        self,
		Args:        append([]string{"tunesfs"}, args...),
		Env:         append(os.Environ(), statusEnv+"="+statusFD, secret.PipeEnv+"="+secret.PipeFD),
		Stdout:      log,
		Stderr:      log,
		ExtraFiles:  []*os.File{writer, given},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	err = child.Start()
	writer.Close()
	if err != nil {
		return err
	}
	err = awaitReady(reader, stderr, signals, func() { _ = child.Process.Signal(syscall.SIGTERM) })
	if errors.Is(err, errGone) {
		err = fmt.Errorf("%w; see the log %s", err, log.Name())
	}
	if err != nil {
		return withHelperWords(err, log.Name(), start)
	}
	return child.Process.Release()
}

// withHelperWords adds to err what fusermount3 wrote to the log from start on:
// go-fuse passes on no more than its exit code.
func withHelperWords(err error, log string, start int64) error {
	if !strings.Contains(err.Error(), "fusermount") {
		return err
	}
	file, openErr := os.OpenFile(log, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if openErr != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(io.NewSectionReader(file, start, 1<<20))
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "fusermount") {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(lines.Text()))
		}
	}
	return err
}

// endTimeout is how long a child that was interrupted has to end.
const endTimeout = 10 * time.Second

// ErrLeft is a signal that came when the child had mounted, and was not ready.
var ErrLeft = errors.New("interrupted before the catalog was listed")

// awaitReady is hearReady until a signal. If the child has mounted, that is ErrLeft, and the
// pipe is read until the caller closes it. Otherwise awaitReady ends the child, waits up to
// endTimeout until it is gone, and returns messages.ErrInterrupted.
func awaitReady(pipe io.Reader, stderr io.Writer, signals <-chan os.Signal, end func()) error {
	heard, mounted, gone := make(chan error, 1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		heard <- hearReady(pipe, stderr, sync.OnceFunc(func() { close(mounted) }))
	}()
	select {
	case err := <-heard:
		return err
	case <-signals:
	}
	select {
	case <-mounted:
		return ErrLeft
	default:
	}
	end()
	for limit := time.After(endTimeout); ; {
		select {
		case <-gone:
			return messages.ErrInterrupted
		case <-limit:
			return messages.ErrInterrupted
		case <-signals:
			end() // again: the child tells an echo of the first signal from a second one
		}
	}
}

// hearReady passes the child's warnings on and returns nil when it is ready. It calls
// mounted when the child has mounted.
func hearReady(pipe io.Reader, stderr io.Writer, mounted func()) error {
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		kind, text, _ := strings.Cut(lines.Text(), " ")
		switch kind {
		case Mounted:
			mounted()
		case Ready:
			return nil
		case Warning:
			fmt.Fprintf(stderr, "%swarning: %s\n", messages.Prefix, text)
		case Failed:
			return errors.New(strings.TrimSpace(text))
		}
	}
	return errGone
}

// A Parent is where a daemon reports to; the zero value, for a mount in the
// foreground, hears nothing.
type Parent struct{ pipe *os.File }

// FindParent returns the parent that the environment tells of, and takes it
// out of the environment, lest a child of ours takes it for its own.
func FindParent() Parent {
	if os.Getenv(statusEnv) != statusFD {
		return Parent{}
	}
	os.Unsetenv(statusEnv)
	syscall.CloseOnExec(3)
	return Parent{pipe: os.NewFile(3, "status")}
}

// Exists reports whether this process is a daemon.
func (p Parent) Exists() bool { return p.pipe != nil }

// Notify sends one line. A parent that has gone is none to care about.
func (p Parent) Notify(kind, text string) {
	if p.pipe == nil {
		return
	}
	fmt.Fprintln(p.pipe, kind, strings.ReplaceAll(text, "\n", " "))
	if kind == Ready || kind == Failed {
		p.pipe.Close()
	}
}
