package fetch

import (
	"bytes"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// A diskLog writes down the steps of stores, and has those fail that match.
type diskLog struct {
	mu    sync.Mutex
	steps []durable.Step
	fails func(durable.Step) bool
}

// logDisk is to be called before a bubble is entered.
func logDisk(t *testing.T) *diskLog {
	l := &diskLog{}
	diskHook = l.step
	t.Cleanup(func() { diskHook = nil })
	return l
}

func (l *diskLog) step(d durable.Step) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.steps = append(l.steps, d)
	if l.fails != nil && l.fails(d) {
		return syscall.EIO
	}
	return nil
}

// fail has steps of a kind fail; those of none once it is "".
func (l *diskLog) fail(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fails = func(d durable.Step) bool { return d.Kind == kind }
}

// last returns the place of the last such step in the log, or -1.
func (l *diskLog) last(kind, path string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, d := range slices.Backward(l.steps) {
		if d.Kind == kind && d.Path == path {
			return i
		}
	}
	return -1
}

func (l *diskLog) count(kind, path string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.steps {
		if d.Kind == kind && d.Path == path {
			n++
		}
	}
	return n
}

// TestRecordIsTriedAgain cannot write a record for a while: it is written once
// it can be, though nothing else happens to the download.
func TestRecordIsTriedAgain(t *testing.T) {
	disk := logDisk(t)
	bubble(t, func(f *fixture) {
		disk.fail("renamed")
		d := f.download("a")
		f.read(f.reader("a"), 0, 1000)
		time.Sleep(time.Minute)
		if n := disk.count("renamed", d.entry.RecordPath()); n < 2 || n > int(time.Minute/flushAgain)+2 {
			t.Errorf("tried %d times in a minute", n)
		}
		disk.fail("")
		time.Sleep(2 * flushAgain)
		if r, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil || r.Held.Len() != d.Status().Held || d.recorder.isDirty() {
			t.Errorf("%v, %v, not recorded: %v", r.Held, err, d.recorder.isDirty())
		}
	}, file("a", 30*mb))
}

// TestMarkIsMadeOnce records a long download again and again: its mark is made
// durable the first time, and goes in the end.
func TestMarkIsMadeOnce(t *testing.T) {
	disk := logDisk(t)
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{ConnRate: mb, TotalRate: mb})
		d := f.download("a")
		f.control(d, Start)
		f.untilState(d, Complete)
		time.Sleep(time.Second)
		marks, records := disk.count("syncdir", filepath.Join(f.dir, diskcache.ActiveDir)), disk.count("renamed", d.entry.RecordPath())
		if marks != 1 || records < 5 {
			t.Errorf("%d syncs of the marks for %d records", marks, records)
		}
		if n := disk.count("removed", d.entry.ActivePath()); n != 1 {
			t.Errorf("the mark was removed %d times", n)
		}
	}, file("a", 5*mb))
}

// TestSessionEndsDurably has the power go at the end of a session that keeps
// nothing: while a file could come back, its mark is there.
func TestSessionEndsDurably(t *testing.T) {
	disk := logDisk(t)
	bubble(t, func(f *fixture) {
		f.opt.Session = true
		f.reopen()
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		p := f.download("a").entry.Place
		path := dataFile(p)
		f.close()
		data, synced, mark := disk.last("removed", path), disk.last("syncdir", filepath.Dir(path)), disk.last("removed", p.SessionPath())
		if data < 0 || synced < data || mark < synced {
			t.Errorf("data gone at step %d, for good at %d, mark at %d", data, synced, mark)
		}
	}, file("a", 1000))
}

// TestRecordsAreFewOnAFastLink counts the records of ten seconds: a crash costs
// no more than 8 MiB or a second of the link.
func TestRecordsAreFewOnAFastLink(t *testing.T) {
	const seconds = 10
	for rate, most := range map[int64]int{mb: seconds*2 + 4, 40 * mb: seconds + 4} {
		disk := logDisk(t)
		bubble(t, func(f *fixture) {
			f.origin.SetLink(fetchtest.Link{TotalRate: rate})
			d := f.download("a")
			f.control(d, Start)
			time.Sleep(seconds * time.Second)
			if n := disk.count("renamed", d.entry.RecordPath()); n < seconds || n > most {
				t.Errorf("%d records in %d s at %d bytes a second, want at most %d", n, seconds, rate, most)
			}
			f.control(d, Cancel)
		}, file("a", 600*mb))
	}
}

// TestSnapshotKeepsItsFileOpen has a flush end between the moment at which a command
// takes down what is to be recorded, and that at which it syncs the data: nothing may
// close the file in between, or the record would tell of bytes that are not durable.
func TestSnapshotKeepsItsFileOpen(t *testing.T) {
	hook := hookDisk(t)
	bubble(t, func(f *fixture) {
		var synced []string
		hook(func(s durable.Step) error {
			if s.Kind == "sync" {
				synced = append(synced, filepath.Ext(s.Path))
			}
			return nil
		})
		d := f.download("a")
		r := d.NewReader()
		f.read(r, 0, 1000)
		_ = r.Close()
		f.until(d, "the end of its transfers", func(Status) bool { return len(d.transfersNow()) == 0 })
		d.entry.Lock()
		d.mu.Lock()
		if !d.recorder.dirty {
			t.Error("all is recorded already")
		}
		synced = nil
		s := d.recorder.snapshotLocked()
		d.recorder.flushing = false
		d.recorder.restLocked() // as the flush does that ends now
		d.recorder.flushing = true
		d.mu.Unlock()
		if err := d.recorder.writeLocked(s); err != nil {
			t.Error(err)
		}
		d.entry.Unlock()
		if len(synced) == 0 || synced[0] != ".data" {
			t.Errorf("synced were %q, the data has to be the first", synced)
		}
	}, file("a", mb))
}

// TestRecordsThatFailAreLoggedOnce has a disk that takes no record of 40 downloads for
// ten minutes: the log has a line a minute, not one for each that fails.
func TestRecordsThatFailAreLoggedOnce(t *testing.T) {
	const tracks, minutes = 40, 10
	var files []fetchtest.File
	for i := range tracks {
		files = append(files, file(fmt.Sprintf("%d", i), 1000))
	}
	disk := logDisk(t)
	bubble(t, func(f *fixture) {
		var log bytes.Buffer
		f.opt.Logger = slog.New(slog.NewTextHandler(&log, nil))
		f.reopen()
		disk.fail("renamed")
		for i := range tracks {
			f.read(f.reader(fmt.Sprintf("%d", i)), 0, 1000)
		}
		time.Sleep(minutes*time.Minute - time.Second)
		disk.fail("")
		time.Sleep(2 * flushAgain)
		f.close()
		if n := strings.Count(log.String(), "cannot record"); n < minutes-1 || n > minutes {
			t.Errorf("%d lines in %d minutes", n, minutes)
		}
		if !strings.Contains(log.String(), "skipped=47") { // 12 tries of each of 40 a minute
			t.Errorf("the log does not tell how many failed:\n%s", log.String())
		}
	}, files...)
}

func TestLogLimit(t *testing.T) {
	var l logLimit
	start := time.Now()
	for _, test := range []struct {
		after   time.Duration
		skipped int
		ok      bool
	}{
		{0, 0, true}, {0, 0, false}, {logEvery - 1, 0, false}, {logEvery, 2, true},
		{2*logEvery - 1, 0, false}, {2 * logEvery, 1, true}, {9 * logEvery, 0, true},
	} {
		if skipped, ok := l.next(start.Add(test.after)); skipped != test.skipped || ok != test.ok {
			t.Errorf("after %v: %v, %d skipped", test.after, ok, skipped)
		}
	}
}
