// Package worker owns the processes that use a mount: each carries out the steps
// that come on its standard input, one after the other, and says what they returned.
//
// It must never know what is right. Open worker_linux.go first; reads_linux.go has
// the ways to read, names_linux.go what goes by path, process_linux.go the judge's end.
package worker

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A worker is the state of one process.
type worker struct {
	root   string // of the mount
	binary string // of the program, for its commands
	slots  map[int]int
	paths  map[int]string // of slots
	step   plan.Step
	answer history.Answer
	stream *stream
	unread int // events that are open and never read; 0 is none
	wait   *wait
	ruled  time.Time // when the last verb returned
	// signaled tells that the step was sent a signal: what takes many calls is over then.
	signaled atomic.Bool
}

// signalEvery is how often a step that is to be interrupted is, until it ends.
const signalEvery = 100 * time.Millisecond

// Serve carries out steps from in, below root, until there are no more. binary is
// the program whose commands it uses.
func Serve(root, binary string, in io.Reader, out io.Writer) error {
	// Signals go to the thread that makes the calls.
	runtime.LockOSThread()
	signal.Notify(make(chan os.Signal, 1), unix.SIGUSR1)
	w := &worker{root: root, binary: binary, slots: map[int]int{}, paths: map[int]string{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	enc := json.NewEncoder(out)
	for lines.Scan() {
		w.step, w.answer = plan.Step{}, history.Answer{}
		w.signaled.Store(false)
		if err := json.Unmarshal(lines.Bytes(), &w.step); err != nil {
			return err
		}
		w.answer.ID = w.step.ID
		w.run()
		if err := enc.Encode(w.answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// run carries out the step, under signals if it wants some.
func (w *worker) run() {
	start := time.Now()
	if w.step.Signal > 0 && !w.timed() {
		stop := w.interrupt()
		defer func() {
			stop()
			w.answer.Signaled = w.signaled.Load()
		}()
	}
	do := map[plan.Do]func() error{
		plan.Open: w.open, plan.Read: w.read, plan.Fstat: w.fstat, plan.Close: w.close, plan.Copy: w.copy,
		plan.Stat: w.stat, plan.List: w.list, plan.Get: w.get, plan.Attrs: w.attrs,
		plan.Control: w.control, plan.Settle: w.settle, plan.Mkdir: w.mkdir, plan.Rmdir: w.rmdir,
		plan.Remove: w.remove, plan.Rename: w.rename, plan.Move: w.moveSearch,
		plan.Button: w.button, plan.Downs: w.downs, plan.Events: w.events,
		plan.Follow: w.follow, plan.Followed: w.followed, plan.Await: w.await, plan.Awaited: w.awaited, plan.Rest: w.rest,
	}[w.step.Do]
	if do == nil {
		w.answer.Errno, w.answer.Call = "ENOSYS", string(w.step.Do)
		return
	}
	if err := do(); err != nil {
		w.answer.Errno = nameOf(err)
		w.explain()
	}
	w.answer.Took = time.Since(start)
}

// explain adds the program's own words for why a file could not be read.
func (w *worker) explain() {
	p := w.paths[w.step.Slot]
	switch w.step.Do {
	case plan.Open, plan.Copy, plan.Stat, plan.List:
		p = w.path()
	case plan.Read, plan.Fstat:
	default:
		return
	}
	b := make([]byte, 4096)
	if n, err := unix.Getxattr(p, "user.tunesfs.error", b); err == nil {
		w.answer.Text = string(b[:n])
	}
}

// interrupt signals this thread once the step's time is over and until stop is called.
func (w *worker) interrupt() (stop func()) {
	pid, tid, after := os.Getpid(), unix.Gettid(), w.step.Signal
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for wait := after; ; wait = signalEvery {
			select {
			case <-time.After(wait):
				w.signaled.Store(true)
				_ = unix.Tgkill(pid, tid, unix.SIGUSR1)
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// over returns the error of a step of many calls of which a signal ended one, or nil.
func (w *worker) over(call string) error {
	if w.signaled.Load() {
		return w.fail(call, unix.EINTR)
	}
	return nil
}

// A failure is the error of a system call, and its name.
type failure struct {
	call string
	err  error
}

func (f failure) Error() string { return f.call + ": " + f.err.Error() }
func (f failure) Unwrap() error { return f.err }

// fail notes which call failed.
func (w *worker) fail(call string, err error) error {
	if err == nil {
		return nil
	}
	w.answer.Call = call
	return failure{call, err}
}

// nameOf returns the name of an error's number.
func nameOf(err error) string {
	if errors.Is(err, errBus) {
		return errBus.Error()
	}
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err.Error()
	}
	if name := unix.ErrnoName(errno); name != "" {
		return name
	}
	return errno.Error()
}

// path returns where the step's path is.
func (w *worker) path() string {
	if w.step.Path == "" {
		return w.root
	}
	return w.root + "/" + w.step.Path
}

// settleTimeout is how long verbs of a folder may be carried out.
const settleTimeout = 70 * time.Second
