package fetch

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// TestUnreadRecordIsReadAgain cannot read the record of a complete file when its
// download is made: its bytes come from the server and nothing of the file is lost. Once
// the disk gives the record, it costs no request.
func TestUnreadRecordIsReadAgain(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		f.reopen()
		undo := obstacles["a link to itself"](t, p.RecordPath())
		if s := f.download("a").Status(); s.State != Failed || !errors.Is(s.Err, fault.ErrDisk) {
			t.Errorf("%+v", s)
		}
		r := f.reader("a")
		for range 3 {
			f.read(r, 1000, 5000)
			time.Sleep(2 * failedRest)
		}
		undo()
		f.read(r, 2000, 5000)
		f.wantComplete()
		before := f.origin.Stats().Requests
		f.readAll("a")
		f.read(r, 900_000, 5000)
		if after := f.origin.Stats().Requests; after != before {
			t.Errorf("%d requests for a file that is complete", after-before)
		}
	}, file("a", mb))
}

// TestUnreadRecordIsTold has a record that cannot be read at first be of a complete
// download, or be gone in the end: who follows the changes learns the last state, and the
// store knows of the failed download until then.
func TestUnreadRecordIsTold(t *testing.T) {
	for want, gone := range map[State]bool{Complete: false, Idle: true} {
		bubble(t, func(f *fixture) {
			p := f.completed()
			var told []State
			f.opt.Changed = func(now Status, was State) {
				if now.State != was {
					told = append(told, now.State)
				}
			}
			f.reopen()
			undo := obstacles["a link to itself"](t, p.RecordPath())
			r := f.reader("a")
			if err := r.d.Control(f.t.Context(), Pause); err == nil {
				t.Error("it is paused")
			}
			r.d.mu.Lock()
			r.d.notifyLocked()
			r.d.mu.Unlock()
			time.Sleep(2 * failedRest)
			if n := len(f.Active()); n != 1 {
				t.Errorf("%d are active", n)
			}
			if undo(); gone {
				if err := os.Remove(p.RecordPath()); err != nil {
					t.Fatal(err)
				}
			}
			_ = r.d.readAgain()
			synctest.Wait()
			if !slices.Equal(told, []State{Failed, want}) {
				t.Errorf("told: %v", told)
			}
			if n := len(f.Active()); n != 0 {
				t.Errorf("%d are active in the end", n)
			}
		}, file("a", mb))
	}
}

// TestUnreadRecordMayBePaused cannot read the record of a paused download: no byte moves
// until it is known not to be paused.
func TestUnreadRecordMayBePaused(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.download("a")
		f.origin.SetLink(fetchtest.Link{TotalRate: mb})
		f.read(f.reader("a"), 0, 1000)
		f.control(d, Start)
		f.control(d, Pause)
		f.origin.SetLink(fetchtest.Link{})
		held := d.Status().Held
		p := d.entry.Place
		f.reopen()
		f.close()
		undo := obstacles["a link to itself"](t, p.RecordPath())
		f.open()
		before := f.origin.Stats().Requests
		if err := f.attempt(f.reader("a"), 2*mb, 10); !errors.Is(err, fault.ErrDisk) {
			t.Errorf("read: %v", err)
		}
		if err := f.download("a").Control(f.t.Context(), Pause); !errors.Is(err, fault.ErrDisk) {
			t.Errorf("pause: %v", err)
		}
		listed := f.Download(Remote{Key: "a", Size: 3 * mb})
		ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
		defer cancel()
		if err := listed.Validate(ctx); !errors.Is(err, fault.ErrDisk) {
			t.Errorf("open: %v", err)
		}
		undo()
		time.Sleep(2 * failedRest)
		_ = f.reader("a")
		if s := f.download("a").Status(); s.State != Paused || s.Held != held || s.Err != nil {
			t.Errorf("%+v, held %d", s, held)
		}
		if after := f.origin.Stats().Requests; after != before {
			t.Errorf("%d requests for a paused file", after-before)
		}
		f.control(f.download("a"), Resume)
		f.untilState(f.download("a"), Complete)
	}, file("a", 3*mb))
}
