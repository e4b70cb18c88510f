package fetch

import (
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

func (f *fixture) closeDuringFault(*Download) {
	f.soon("close", f.close)
	f.open()
}
