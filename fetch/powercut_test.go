package fetch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A simDisk follows the steps of a store and knows what may be left if the power
// goes after any of them: of a file the bytes that were synced, of a folder any
// of the entries that a name had since the folder was last synced, and all of a
// folder only if the one above was synced since it was made.
type simDisk struct {
	t *testing.T

	mu      sync.Mutex
	files   map[*os.File]*inode
	names   map[string][]entryOf // what may be found under a path; the last is what is there now
	folders map[string]bool      // those that are there for sure
	steps   int
	faulty  func(durable.Step) bool // which steps fail

	session bool // Options.Session
}

// An inode is a data file.
type inode struct{ written, durable ranges.Set }

// An entryOf is what a name stands for: a data file, a record and the data file
// that it was written about, a mark, or nothing.
type entryOf struct {
	data   *inode
	record *diskcache.Record
	mark   bool
}

func (s *simDisk) now(path string) entryOf {
	if list := s.names[path]; len(list) > 0 {
		return list[len(list)-1]
	}
	return entryOf{}
}

func (s *simDisk) set(path string, e entryOf) {
	if len(s.names[path]) == 0 {
		s.names[path] = []entryOf{{}}
	}
	s.names[path] = append(s.names[path], e)
}

func newSimDisk(t *testing.T) *simDisk {
	return &simDisk{t: t, files: map[*os.File]*inode{}, names: map[string][]entryOf{}, folders: map[string]bool{}}
}

// found returns what may be found under a path.
func (s *simDisk) found(path string) []entryOf {
	list := s.names[path]
	if s.folders[filepath.Dir(path)] {
		return list
	}
	return append([]entryOf{{}}, list...)
}

// syncDir makes durable what is in a folder now.
func (s *simDisk) syncDir(folder string) {
	for path, list := range s.names {
		if filepath.Dir(path) == folder {
			s.names[path] = list[len(list)-1:]
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		s.t.Error(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			s.folders[filepath.Join(folder, e.Name())] = true
		}
	}
}

// step is the diskHook.
func (s *simDisk) step(d durable.Step) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps++
	if s.faulty != nil && s.faulty(d) {
		if ino := s.files[d.File]; ino != nil && d.Kind == "sync" {
			ino.written = ino.durable // the kernel forgets what it could not write
		}
		return syscall.EIO
	}
	switch d.Kind {
	case "opened", "emptied":
		ino := s.now(d.Path).data
		if ino == nil {
			ino = &inode{}
			s.set(d.Path, entryOf{data: ino})
		}
		if d.Kind == "emptied" {
			*ino = inode{}
		}
		s.files[d.File] = ino
	case "wrote":
		s.files[d.File].written = s.files[d.File].written.Add(d.Range)
	case "sync":
		if ino := s.files[d.File]; ino != nil {
			ino.durable = ino.written
		}
	case "renamed":
		r, err := diskcache.ReadRecord(d.Path)
		if err != nil {
			s.t.Errorf("%s: %v", d.Path, err)
		}
		s.set(d.Path, entryOf{record: &r, data: s.now(dataOf(d.Path, &r)).data})
	case "made":
		s.set(d.Path, entryOf{mark: true})
	case "removed":
		s.set(d.Path, entryOf{})
	case "syncdir":
		s.syncDir(d.Path)
	}
	s.check(d)
	return nil
}

// TestPowerCut cuts the power after every step of downloads that are read,
// paused, changed, canceled, evicted, dropped to make room, and closed, on a disk
// that is sound and on one that fails now and then: no record says too much, and
// what a command has said holds.
func TestPowerCut(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			disk := newSimDisk(t)
			disk.session = seed%4 > 1
			if seed%2 == 1 {
				random := rand.New(rand.NewPCG(seed, 2)) // used under the disk's lock
				disk.faulty = func(d durable.Step) bool {
					return (d.Kind == "writing" || d.Kind == "sync") && random.IntN(15) == 0
				}
			}
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, fetchtest.NewLocal(t, "origin.test", file("a", 2*mb)))
				diskHook = disk.step
				defer func() { diskHook = nil }()
				f.opt.Session = disk.session
				f.reopen()
				f.exercise(random, disk)
				_ = f.Close() // what a faulty disk did not take
			})
			if disk.steps < 50 {
				t.Errorf("only %d steps", disk.steps)
			}
		})
	}
}

// TestPowerCutMakesFolders has somebody take the folders of a store away that are
// empty: they are made again, durably, before a command says that it holds.
func TestPowerCutMakesFolders(t *testing.T) {
	disk := newSimDisk(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, fetchtest.NewLocal(t, "origin.test", file("a", 2*mb)))
		f.origin.SetLink(linkOf(mb / 2))
		d := f.download("a")
		for _, folder := range []string{filepath.Dir(d.entry.RecordPath()), filepath.Dir(d.entry.ActivePath())} {
			if err := os.Remove(folder); err != nil {
				t.Fatal(err)
			}
		}
		diskHook = disk.step
		defer func() { diskHook = nil }()
		f.control(d, Start)
		disk.checkWord(d, Downloading)
		time.Sleep(time.Second)
		f.control(d, Pause)
		if s := d.Status(); s.State != Paused || s.Held == 0 {
			t.Errorf("%+v", s)
		}
		disk.checkWord(d, Paused)
		f.close()
	})
	if disk.steps < 10 {
		t.Errorf("only %d steps", disk.steps)
	}
}

// exercise does at random what makes a store write.
func (f *fixture) exercise(random *rand.Rand, disk *simDisk) {
	f.origin.SetLink(fetchtest.Link{ConnRate: mb, RTT: 10 * time.Millisecond})
	for i := range 60 {
		d := f.download("a")
		switch random.IntN(9) {
		case 0, 1, 2:
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			r := d.NewReader()
			_, err := r.ReadAt(ctx, make([]byte, 200_000), random.Int64N(2*mb))
			if errors.Is(err, ErrClosed) {
				f.t.Error(err)
			}
			_ = r.Close()
			cancel()
		case 3, 4:
			time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
		case 5:
			f.origin.Replace("a", fetchtest.Random(uint64(i), 2*mb-random.Int64N(mb)))
		case 6:
			err := d.Control(context.Background(), Command(random.IntN(int(Evict)+1))) // fails where the disk does
			if now := d.Status().State; err == nil && (now == Downloading || now == Paused) {
				disk.checkWord(d, now)
			}
		case 7:
			f.cache.Evict(d.entry.Name)
		case 8:
			if random.IntN(3) == 0 {
				_ = f.Close() // likewise
				f.open()
			}
		}
	}
}
