package fetch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestPauseAndResume is the proof of issue 2: after Pause no byte moves, and
// Resume asks from the first missing byte on, with If-Range.
func TestPauseAndResume(t *testing.T) {
	o := fetchtest.New(t, file("a", 4*mb))
	o.SetLink(fetchtest.Link{ConnRate: mb / 2, TotalRate: mb / 2})
	f := newFixture(t, o)
	f.opt.Connections = 1 // where another takes over, more may be on its way already
	f.reopen()
	d := f.download("a")
	f.control(d, Start)
	f.until(d, "half a MiB", func(s Status) bool { return s.Held > mb/2 })
	f.control(d, Pause)
	o.SetLink(fetchtest.Link{ConnRate: 4 * mb, TotalRate: 4 * mb})
	held, first := d.Status(), d.holding().From(0)
	if held.State != Paused || len(d.transfersNow()) != 0 {
		t.Fatalf("%+v with %d transfers after Pause", held, len(d.transfersNow()))
	}
	if err := o.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := f.requestsArrived()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r := d.NewReader()
	if _, err := r.ReadAt(ctx, make([]byte, 10), 3*mb); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a read of missing bytes while paused: %v", err)
	}
	_ = r.Close() // what it would want comes first
	if f.requestsArrived() != before {
		t.Error("a request went out while paused")
	}
	f.control(d, Resume)
	f.untilState(d, Complete)
	if sent := f.sent(); sent > 4*mb+mb {
		t.Errorf("%d bytes sent for 4 MiB: what was held was sent again", sent)
	}
	resumed := o.Requests()[before]
	if want := fmt.Sprintf("bytes=%d-", first); !strings.HasPrefix(resumed.Range, want) {
		t.Errorf("resumed with %q, want %q", resumed.Range, want)
	}
	if !strings.HasPrefix(resumed.Header.Get("If-Range"), `"`) {
		t.Errorf("resumed with If-Range %q", resumed.Header.Get("If-Range"))
	}
	f.readAll("a")
}

func TestPausedSurvivesReopen(t *testing.T) {
	o := fetchtest.New(t, file("a", 4*mb), file("bb", 2*mb))
	o.SetLink(fetchtest.Link{ConnRate: 2 * mb, TotalRate: 2 * mb})
	f := newFixture(t, o)
	paused, running := f.download("a"), f.download("bb")
	f.control(paused, Start)
	f.until(paused, "some bytes", func(s Status) bool { return s.Held > mb/4 })
	f.control(paused, Pause)
	held := paused.Status().Held
	f.control(running, Start)
	f.until(running, "some bytes", func(s Status) bool { return s.Held > 0 })
	f.reopen()

	paused, running = f.download("a"), f.download("bb")
	if s := paused.Status(); s.State != Paused || s.Held != held {
		t.Errorf("reopened as %v with %d, want paused with %d", s.State, s.Held, held)
	}
	f.untilState(running, Complete)
	f.readAll("bb")
	f.control(paused, Resume)
	f.untilState(paused, Complete)
	f.readAll("a")
	if len(f.Active()) != 0 {
		t.Errorf("%d active", len(f.Active()))
	}
}

func TestCancel(t *testing.T) {
	o := fetchtest.New(t, file("a", 4*mb))
	o.SetLink(fetchtest.Link{ConnRate: mb, TotalRate: mb})
	f := newFixture(t, o)
	d, r := f.download("a"), f.reader("a")
	f.control(d, Start)
	waiting := make(chan error, 1)
	go func() {
		_, err := r.ReadAt(context.Background(), make([]byte, 10), 4*mb-10)
		waiting <- err
	}()
	f.until(d, "some bytes", func(s Status) bool { return s.Held > mb/8 })
	f.control(d, Cancel)
	if s := d.Status(); s.State != Idle || s.Held != 0 {
		t.Errorf("after Cancel: %+v", s)
	}
	if err := <-waiting; !errors.Is(err, ErrCanceled) && err != nil {
		t.Errorf("the waiting read got %v", err)
	}
	if _, err := r.ReadAt(t.Context(), make([]byte, 10), 0); !errors.Is(err, ErrCanceled) {
		t.Errorf("a handle that was open reads on: %v", err)
	}
	o.SetLink(fetchtest.Link{})
	f.readAll("a")
	f.untilState(d, Complete)
	f.control(d, Cancel)
	if s := d.Status(); s.State != Complete {
		t.Errorf("Cancel of a complete file: %+v", s)
	}
}

func TestEvict(t *testing.T) {
	f := newFixture(t, fetchtest.New(t, file("a", mb)))
	d := f.download("a")
	f.readAll("a")
	f.untilState(d, Complete)
	r := d.NewReader()
	if r.File() == nil {
		t.Error("no file behind a handle on a complete file")
	}
	if err := d.Control(t.Context(), Evict); !errors.Is(err, ErrBusy) {
		t.Errorf("Evict of an open file: %v", err)
	}
	_ = r.Close()
	before := d.Status().Revision
	f.control(d, Evict)
	if s := d.Status(); s.State != Idle || s.Held != 0 || s.Revision == before || s.Size != mb {
		t.Errorf("after Evict: %+v", s)
	}
	f.readAll("a")
}
