package fetch

import (
	"context"
	"time"
)

// soon fails if a command took long.
func (f *fixture) soon(what string, do func()) {
	f.t.Helper()
	began := time.Now()
	do()
	if took := time.Since(began); took > time.Second {
		f.t.Errorf("%s took %v", what, took)
	}
}

// requestsArrived counts the requests once what was on its way has come.
func (f *fixture) requestsArrived() int {
	time.Sleep(100 * time.Millisecond)
	return f.origin.Stats().Requests
}

func (f *fixture) pauseDuringFault(d *Download) {
	f.control(d, Start)
	f.soon("pause", func() { f.control(d, Pause) })
	before := f.requestsArrived()
	time.Sleep(10 * time.Second)
	if s, n := d.Status(), f.origin.Stats().Requests-before; n != 0 || s.State != Paused && s.State != Complete {
		f.t.Errorf("%d requests while paused: %+v", n, s)
	}
	f.control(d, Resume)
}

func (f *fixture) resumeDuringFault(d *Download) {
	f.control(d, Start)
	f.control(d, Pause)
	time.Sleep(time.Second)
	f.soon("resume", func() { f.control(d, Resume) })
	time.Sleep(2 * time.Second)
}

func (f *fixture) cancelDuringFault(d *Download) {
	whole := d.Status().State == Complete
	f.soon("cancel", func() { f.control(d, Cancel) })
	if whole {
		return // canceling what is complete does nothing
	}
	before := f.requestsArrived()
	time.Sleep(10 * time.Second)
	if s, n := d.Status(), f.origin.Stats().Requests-before; n != 0 || s.Held != 0 || s.State != Idle {
		f.t.Errorf("%d requests after cancel: %+v", n, s)
	}
}

// lookDuringFault has readers of tags look at the file and leave, and a player expect it.
func (f *fixture) lookDuringFault(d *Download) {
	p := d.Prefetch(nil, time.Now())
	p.Want(matrixSize / 2)
	for i := range int64(8) {
		f.soon("a look", func() {
			ctx, cancel := context.WithTimeout(f.t.Context(), 100*time.Millisecond)
			defer cancel()
			r := d.NewReader()
			_, _ = r.ReadAt(ctx, make([]byte, 1000), i*matrixSize/8) // which may fail
			_ = r.Close()
		})
	}
	p.Close()
	time.Sleep(25 * time.Second)
}

func (f *fixture) closeDuringFault(*Download) {
	f.soon("close", f.close)
	f.open()
}
