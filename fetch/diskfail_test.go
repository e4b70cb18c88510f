package fetch

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
	"weak"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// oneDisk returns the disk of a test that does not run beside others; it works
// until it is told to fail. It is to be called before a bubble is entered.
func oneDisk(t *testing.T) *faultyDisk {
	d := &faultyDisk{}
	diskHook = d.step
	t.Cleanup(func() { diskHook = nil })
	return d
}

// TestDropThatFails drops what is held, which the disk refuses, while a read waits:
// the read goes on, and so does the download once the disk removes files again.
func TestDropThatFails(t *testing.T) {
	disk := oneDisk(t)
	bubble(t, func(f *fixture) {
		r := f.reader("a")
		f.read(r, 0, 1000)
		f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(0))
		ended := make(chan error)
		go func() { ended <- f.attempt(r, 2*mb, 10) }()
		time.Sleep(time.Second)
		f.origin.Heal()
		disk.fail("removed", 0, 1, syscall.EIO)
		if err := r.d.Control(f.t.Context(), Evict); !errors.Is(err, fault.ErrDisk) {
			t.Errorf("evict: %v", err)
		}
		began := time.Now()
		if err := <-ended; err != nil || time.Since(began) > time.Second {
			t.Errorf("a read that waited got %v after %v", err, time.Since(began))
		}
		f.control(r.d, Evict)
		if err := f.whole("a"); err != nil {
			t.Errorf("after another evict: %v", err)
		}
	}, file("a", 3*mb))
}

// TestDigestIsReadAgain has the disk fail while a complete file is compared
// with its digest: that is tried again when the user says so.
func TestDigestIsReadAgain(t *testing.T) {
	disk := oneDisk(t)
	bubble(t, func(f *fixture) {
		disk.fail("reading", 0, 1, syscall.EIO)
		d := f.Download(Remote{Key: "a", Size: -1, Digest: md5Of(t, f.origin.Content("a"))})
		f.control(d, Start)
		if s := f.untilState(d, Failed); !errors.Is(s.Err, fault.ErrDisk) || s.Held != mb {
			t.Errorf("%+v", s)
		}
		f.control(d, Resume)
		f.untilState(d, Complete)
		f.readAll("a")
	}, file("a", mb))
}

// TestSessionTakenAway has the folder of a session go before the session ends.
func TestSessionTakenAway(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.Session = true
		f.reopen()
		f.readAll("a")
		if err := os.RemoveAll(filepath.Join(f.dir, diskcache.SessionDir)); err != nil {
			t.Fatal(err)
		}
		f.reopen()
		f.readAll("a")
	}, file("a", mb))
}

func md5Of(t *testing.T, c fetchtest.Content) string {
	t.Helper()
	digest, err := digest.Of(io.NewSectionReader(c, 0, c.Size()), "md5")
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// TestDiskFailsAtEveryStep has the disk be full, or broken, from each step on
// that a store does in its life, once or until the end: whatever is read is
// right, errors say what is wrong, and once the disk works again all is well.
func TestDiskFailsAtEveryStep(t *testing.T) {
	leavesNothingOpen(t)
	disks := newFaultyDisks(t, memoryDir(t))
	run := uint64(0)
	try := func(t *testing.T, n, left int, err syscall.Errno) *faultyDisk {
		run++
		disk := disks.of(run)
		t.Run(fmt.Sprintf("%d steps, then %d times %v", n, left, err), func(t *testing.T) {
			t.Parallel()
			bubbleAmongOthers(t, false, func(f *fixture) {
				f.close()
				f.dir = disk.dir
				f.open()
				disk.fail("", n, left, err)
				f.live()
				disk.heal()
				f.recoverFromDisk()
			}, file("a", 200_003))
		})
		return disk
	}
	var sound *faultyDisk
	t.Run("sound", func(t *testing.T) { sound = try(t, 0, 0, 0) })
	if sound == nil {
		return // not to be run by its name alone
	}
	if sound.steps < 50 {
		t.Fatalf("only %d steps", sound.steps)
	}
	stride := 1
	if raced || testing.Short() {
		stride = 7
	}
	t.Run("faulty", func(t *testing.T) {
		for n := 0; n < sound.steps; n += stride {
			for _, left := range []int{1, math.MaxInt} {
				try(t, n, left, syscall.ENOSPC)
				try(t, n, left, syscall.EIO)
			}
		}
	})
}

// live does all that a store does to its disk.
func (f *fixture) live() {
	d := f.download("a")
	read := func() error {
		if err := f.whole("a"); err != nil {
			f.t.Errorf("a read on a faulty disk: %v", err)
		}
		return nil
	}
	for _, do := range []func() error{
		read,
		func() error { return d.Control(f.t.Context(), Start) },
		read,
		func() error { return d.Control(f.t.Context(), Evict) },
		func() error { return f.attempt(f.reader("a"), 0, 1000) },
		func() error { return d.Control(f.t.Context(), Start) },
		func() error { return d.Control(f.t.Context(), Pause) },
		func() error { return d.Control(f.t.Context(), Resume) },
		read,
		func() error { return d.Control(f.t.Context(), Cancel) },
		read,
		func() error { time.Sleep(2 * failedRest); return nil },
		f.Close,
	} {
		if err := do(); err != nil && !errors.Is(err, ErrNoSpace) && !errors.Is(err, fault.ErrDisk) && !errors.Is(err, ErrStale) {
			f.t.Errorf("on a faulty disk: %v", err)
		}
	}
	if s, err := Open(f.dir, f.opt); err == nil {
		f.Store = s
		if err := f.whole("a"); err != nil && !errors.Is(err, ErrNoSpace) && !errors.Is(err, fault.ErrDisk) {
			f.t.Errorf("at the next Open: %v", err)
		}
		_ = f.Close() // likewise
	}
}

// recoverFromDisk goes on with what live left, on a disk that works.
func (f *fixture) recoverFromDisk() {
	f.open()
	for _, c := range []Command{Cancel, Evict} {
		f.control(f.download("a"), c)
	}
	f.readAll("a")
	f.untilState(f.download("a"), Complete)
	f.reopen()
	f.untilState(f.download("a"), Complete)
	f.readAll("a")
}

// TestRoomIsMadeOfWhatIsKnown makes room at the moment at which somebody has
// asked for a download and nothing was read of it yet: it may be paused.
func TestRoomIsMadeOfWhatIsKnown(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(500_000))
		d := f.download("a")
		f.control(d, Start)
		time.Sleep(time.Second)
		f.control(d, Pause)
		held := d.Status().Held
		f.reopen()
		name := diskcache.NameOf("a")
		early := newDownload(f.Store, "a", f.cache.Entry(name))
		f.mu.Lock()
		f.active, f.downloads[name] = map[string]*Download{}, weak.Make(early)
		f.mu.Unlock()
		if freed := f.cache.Evict(name); freed != 0 {
			t.Errorf("%d bytes were dropped", freed)
		}
		if s := f.download("a").Status(); s.State != Paused || s.Held != held || held == 0 {
			t.Errorf("%+v, held %d", s, held)
		}
		runtime.KeepAlive(early)
	}, file("a", mb))
}
