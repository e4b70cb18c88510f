package fetch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// TestOpenOfWhatMayBePaused opens a file whose size a listing tells, and whose record the
// disk does not give and may say that it is paused: the open fails, and no byte moves.
func TestOpenOfWhatMayBePaused(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{TotalRate: mb})
		d := f.listed("a", 1, 3*mb, sunday)
		f.read(f.reader("a"), 0, 1000)
		f.control(d, Start)
		f.control(d, Pause)
		f.close()
		undo := obstacles["a link to itself"](t, d.entry.RecordPath())
		defer undo()
		f.open()
		before := f.origin.Stats().Requests
		d = f.listed("a", 2, 3*mb, sunday)
		ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
		defer cancel()
		if err := d.Validate(ctx); !errors.Is(err, fault.ErrDisk) {
			t.Errorf("open: %v", err)
		}
		if err := f.attempt(f.reader("a"), 2*mb, 10); !errors.Is(err, fault.ErrDisk) {
			t.Errorf("read: %v", err)
		}
		if after := f.origin.Stats().Requests; after != before {
			t.Errorf("%d requests for a file that may be paused", after-before)
		}
	}, file("a", 3*mb))
}

// TestWaitEnds changes the state of a download while a read waits for its bytes, so that
// no transfer brings them: the read ends, or they are asked for again.
func TestWaitEnds(t *testing.T) {
	for name, test := range map[string]struct {
		unread bool // the disk does not give the record
		change func(f *fixture, waits *Reader)
		want   error
	}{
		"another handle reads past the cache": {false, func(f *fixture, waits *Reader) {
			other := f.reader("a")
			_ = other.begin(0, mb)
			if _, err := other.uncachedVersion(nil); err != nil {
				f.t.Error(err)
			}
			d := waits.d
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.state != Failed {
				f.t.Errorf("it is %v", d.state)
			}
			d.transfers.cancelOthers(nil, errNeedless) // as a comparison past the cache does
		}, nil},
		"its record cannot be read, and may say that it is paused": {true, func(f *fixture, waits *Reader) {
			e := waits.d.entry
			if err := errors.Join(os.MkdirAll(filepath.Dir(e.ActivePath()), 0o700), os.WriteFile(e.ActivePath(), nil, 0o600)); err != nil {
				f.t.Fatal(err)
			}
			time.Sleep(2 * failedRest)
			_ = f.reader("a") // tries to read it again
		}, fault.ErrDisk},
		"its user relies on another size": {false, func(f *fixture, waits *Reader) {
			f.control(waits.d, Start)
			f.control(waits.d, Pause)
			synctest.Wait()
			waits.Promise(5)
		}, ErrStale},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				r := f.reader("a")
				f.read(r, 0, 1000)
				if test.unread {
					f.close()
					defer obstacles["a link to itself"](t, r.d.entry.RecordPath())()
					f.open()
					r = f.reader("a")
				}
				f.origin.Fault(fetchtest.Next(1), fetchtest.Delay(time.Minute))
				ended := make(chan error, 1)
				go func() { ended <- f.attempt(r, 2*mb, 10) }()
				synctest.Wait()
				test.change(f, r)
				began := time.Now()
				select {
				case err := <-ended:
					if !errors.Is(err, test.want) {
						t.Error(err)
					}
				case <-time.After(patience):
					t.Error("it waits on")
					f.Interrupt()
					<-ended
				}
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("it ended after %v", took)
				}
			}, file("a", 4*mb))
		})
	}
}
