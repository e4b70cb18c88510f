package fetch

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestInterruptEndsWaits(t *testing.T) {
	o := fetchtest.New(t, file("a", mb))
	o.Fault(fetchtest.Always, fetchtest.StallAfter(fetchtest.BeforeHead))
	f := newFixture(t, o)
	r := f.reader("a")
	waiting := make(chan error, 1)
	go func() {
		_, err := r.ReadAt(context.Background(), make([]byte, 10), 0)
		waiting <- err
	}()
	if err := o.WaitRequests(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	f.Interrupt()
	if err := <-waiting; !errors.Is(err, ErrClosed) {
		t.Errorf("the waiting read got %v", err)
	}
}

func TestLockedStore(t *testing.T) {
	f := newFixture(t, fetchtest.New(t))
	if _, err := Open(f.dir, f.opt); !errors.Is(err, ErrLocked) {
		t.Errorf("a second Open: %v", err)
	}
	f.reopen()
}

func TestSessionDiscardsCompleteFiles(t *testing.T) {
	o := fetchtest.New(t, file("a", 2*mb), file("bb", 4*mb))
	f := newFixture(t, o)
	f.opt.Session = true
	f.reopen()
	f.readAll("a")
	f.untilState(f.download("a"), Complete)
	o.SetLink(fetchtest.Link{ConnRate: mb, TotalRate: mb})
	unfinished := f.download("bb")
	f.control(unfinished, Start)
	f.until(unfinished, "some bytes", func(s Status) bool { return s.Held > 0 })
	f.control(unfinished, Pause)
	held := unfinished.Status().Held
	f.reopen()
	if s := f.download("a").Status(); s.Held != 0 {
		t.Errorf("a complete file was kept: %+v", s)
	}
	if s := f.download("bb").Status(); s.Held != held {
		t.Errorf("an unfinished one was not: %+v", s)
	}
}

func TestLimitsPerHost(t *testing.T) {
	names := []string{"a", "bb", "ccc", "dddd", "eeeee", "ffffff"}
	var files []fetchtest.File
	for _, name := range names {
		files = append(files, file(name, 2*mb))
	}
	o := fetchtest.New(t, files...)
	o.SetLink(fetchtest.Link{ConnRate: 16 * mb})
	f := newFixture(t, o)
	f.opt.Connections = 2
	queued := make(chan struct{})
	signal := sync.OnceFunc(func() { close(queued) })
	f.opt.Changed = func(now Status, _ State) {
		if now.State == Queued {
			signal()
		}
	}
	f.reopen()
	hold := make(chan struct{})
	o.Fault(fetchtest.Always, fetchtest.HoldAt(fetchtest.BeforeHead, hold))
	for _, name := range names {
		f.control(f.download(name), Start)
	}
	select {
	case <-queued:
	case <-time.After(time.Minute):
		t.Error("none is queued behind two connections")
	}
	close(hold)
	for _, name := range names {
		f.untilState(f.download(name), Complete)
	}
	if peak := o.Stats().Peak; peak > 2 {
		t.Errorf("%d requests at once", peak)
	}
}
