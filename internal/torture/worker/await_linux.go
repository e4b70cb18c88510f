package worker

import (
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A wait is a read in the background, on a thread of its own.
type wait struct {
	reads worker       // which carries out the read alone
	tid   atomic.Int64 // of its thread
	done  chan struct{}
	ended time.Time // set before done is closed
}

// await begins to read by an open handle. What an earlier one reads is forgotten.
func (w *worker) await() error {
	fd, ok := w.slot()
	if !ok {
		w.wait = nil
		return nil
	}
	own, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return w.fail("dup", err)
	}
	w.wait = &wait{reads: worker{step: w.step}, done: make(chan struct{})}
	go w.wait.read(own)
	return nil
}

func (a *wait) read(fd int) {
	runtime.LockOSThread() // and end with it
	a.tid.Store(int64(unix.Gettid()))
	_, err := a.reads.pread(fd, a.reads.step.Offset, int(a.reads.step.Length))
	a.ended = time.Now()
	if err != nil {
		a.reads.answer.Errno = nameOf(err)
	}
	_ = unix.Close(fd)
	close(a.done)
}

// awaited returns what the read in the background gave, which it waits for no longer
// than the step says.
func (w *worker) awaited() error {
	a := w.wait
	if w.answer.Skipped = a == nil; w.answer.Skipped {
		return nil
	}
	w.wait = nil
	signaled := false
	timer := time.NewTimer(w.step.Signal)
	defer timer.Stop()
	for over := false; !over; {
		select {
		case <-a.done:
			over = true
		case <-timer.C:
			_ = unix.Tgkill(unix.Getpid(), int(a.tid.Load()), unix.SIGUSR1)
			signaled = true
			timer.Reset(signalEvery)
		}
	}
	w.answer = history.Answer{ID: w.answer.ID, Signaled: signaled, Errno: a.reads.answer.Errno, Call: a.reads.answer.Call,
		Read: a.reads.answer.Read, Whole: a.reads.answer.Whole, Runs: a.reads.answer.Runs, Strays: a.reads.answer.Strays,
		Late: a.ended.Sub(w.ruled)}
	return nil
}

// rest does nothing for a while.
func (w *worker) rest() error {
	time.Sleep(w.step.Signal)
	return nil
}

// timed reports whether the step has a use of its own for the time of its signal.
func (w *worker) timed() bool {
	return w.step.Do == plan.Events || w.step.Do == plan.Awaited || w.step.Do == plan.Rest
}
