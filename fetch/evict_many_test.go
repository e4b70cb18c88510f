package fetch

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// hookDisk returns what sets the diskHook of a test that does not run beside
// others. It is to be called before a bubble is entered.
func hookDisk(t *testing.T) (set func(func(durable.Step) error)) {
	var hook atomic.Value
	diskHook = func(s durable.Step) error {
		if do, ok := hook.Load().(func(durable.Step) error); ok {
			return do(s)
		}
		return nil
	}
	t.Cleanup(func() { diskHook = nil })
	return func(do func(durable.Step) error) { hook.Store(do) }
}

// peek has a store hold the heads of n files, of which no more is known, and
// opens it again with as much room as they take.
func (f *fixture) peek(n int) {
	f.t.Helper()
	for i := range n {
		name := fmt.Sprint("head", i)
		f.origin.Put(fetchtest.File{Name: name, Content: fetchtest.Random(uint64(i), mb)})
		if _, err := f.download(name).Size(f.t.Context()); err != nil {
			f.t.Fatal(err)
		}
	}
	time.Sleep(time.Minute)
	f.opt.MaxBytes = f.cache.Held()
	f.reopen()
	time.Sleep(time.Second)
}

// TestRoomAmongHeads makes room among very many heads: a turn drops no more than
// so many of them, and no folder is synced for it.
func TestRoomAmongHeads(t *testing.T) {
	hook := hookDisk(t)
	bubble(t, func(f *fixture) {
		f.opt.MaxBytes = 100 * mb
		f.reopen()
		f.peek(diskcache.MaxVictims + 200)
		synced, release := new(atomic.Int64), make(chan struct{})
		hook(func(s durable.Step) error {
			if s.Kind == "syncdir" {
				<-release
				synced.Add(1)
			}
			return nil
		})
		before := f.cache.Held()
		began := time.Now()
		if err := f.cache.MakeSpace(f.t.Context(), 3*probeLen, nil); err != nil || time.Since(began) > 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if freed := before - f.cache.Held(); freed < 3*probeLen || freed > diskcache.MaxVictims*probeLen {
			t.Errorf("%d bytes went", freed)
		}
		close(release)
		time.Sleep(time.Second)
		if n := synced.Load(); n > 0 {
			t.Errorf("folders were synced %d times", n)
		}
	})
}

// recordLen is what the record of a download counts.
const recordLen = 4 << 10

// TestRoomEndsWithItsCaller has a transfer that needs much room be stopped
// meanwhile.
func TestRoomEndsWithItsCaller(t *testing.T) {
	hook := hookDisk(t)
	bubble(t, func(f *fixture) {
		f.opt.MaxBytes = 100 * mb
		f.reopen()
		f.peek(100)
		ctx, cancel := context.WithCancelCause(f.t.Context())
		hook(func(s durable.Step) error {
			if s.Kind == "removed" {
				cancel(errStopped)
			}
			return nil
		})
		before := f.cache.Held()
		err := f.cache.MakeSpace(ctx, f.opt.MaxBytes, nil)
		if held := f.cache.Held(); !errors.Is(err, errStopped) || held < before-2*(probeLen+recordLen) {
			t.Errorf("%v, %d of %d bytes are held", err, held, before)
		}
	})
}

// TestDroppedAndWantedAgain wants what was dropped to make room while its folder
// cannot be synced: it need not wait for that, as it goes to another file.
func TestDroppedAndWantedAgain(t *testing.T) {
	hook := hookDisk(t)
	bubble(t, func(f *fixture) {
		f.readAll("a")
		d := f.download("a")
		f.untilState(d, Complete)
		time.Sleep(time.Minute)
		old, release := dataFile(d.entry.Place), make(chan struct{})
		hook(func(s durable.Step) error {
			if s.Kind == "syncdir" && s.Path == filepath.Dir(old) {
				<-release
			}
			return nil
		})
		if freed := f.cache.Evict(d.entry.Name); freed != mb+diskcache.RecordBlock {
			t.Errorf("%d bytes went", freed)
		}
		f.readAll("a")
		if now := dataFiles(d.entry.Place); len(now) != 1 || now[0] == old {
			t.Errorf("there are %q, and was %s", now, old)
		}
		close(release)
	}, file("a", mb))
}

// TestOrphanIsAwaited begins a download whose folder entry is just being dropped.
func TestOrphanIsAwaited(t *testing.T) {
	hook := hookDisk(t)
	bubble(t, func(f *fixture) {
		name := diskcache.NameOf("a")
		p := diskcache.PlaceOf(f.dir, name)
		write(t, p.DataPath("01234567"), make([]byte, mb))
		hook(func(s durable.Step) error {
			if s.Kind == "removed" {
				time.Sleep(time.Second)
			}
			return nil
		})
		dropped := make(chan int64)
		go func() { dropped <- f.cache.DropOrphan(name) }()
		synctest.Wait()
		began := time.Now()
		d := f.download("a")
		if took := time.Since(began); took != time.Second {
			t.Errorf("it was there after %v", took)
		}
		if n := <-dropped; n != mb {
			t.Errorf("%d bytes were dropped", n)
		}
		if f.cache.DropOrphan(name) != 0 {
			t.Error("what is in use is to be dropped")
		}
		runtime.KeepAlive(d)
	}, file("a", mb))
}

// TestRoomPassesByWhatIsInUse makes room while the disk is slow for downloads that
// are not to be dropped anyway: they are not waited for.
func TestRoomPassesByWhatIsInUse(t *testing.T) {
	bubble(t, func(f *fixture) {
		r := f.reader("a")
		f.read(r, 0, 1000)
		f.origin.SetLink(fetchtest.Link{RTT: time.Millisecond}) // lest it come before the pause
		paused := f.download("bb")
		f.control(paused, Start)
		f.control(paused, Pause)
		for _, d := range []*Download{r.d, paused} {
			d.entry.Lock()
			if freed := f.cache.Evict(d.entry.Name); freed != 0 {
				t.Errorf("%d bytes of %s were dropped", freed, d.key)
			}
			d.entry.Unlock()
		}
	}, file("a", mb), file("bb", mb))
}
