package diskcache

import (
	"container/list"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

var (
	// ErrDropped is the error of a File whose bytes were dropped.
	ErrDropped = errors.New("the data was dropped")

	// ErrGone is data that another program removed or cut short.
	ErrGone = errors.New("the data is gone")
)

// A File is one generation of an entry's data, in a file of its own on disk. It is
// opened by Acquire, and shared by all that read and write it. Once dropped it is
// never created again: a late write to it changes no other generation, and a record
// of it finds no data.
type File struct {
	place      *Place
	generation string // "" in a cache that was written before there were any

	dir  *Dir        // nil where nobody else uses the folder
	disk *sync.Mutex // the entry's: held while a generation is opened or removed; taken before mu

	mu       sync.Mutex    // never held during I/O
	file     *os.File      // nil while closed; constant while refs > 0
	listed   *list.Element // among the open files of dir, while open
	refs     int
	resting  bool   // without a reference it is closed
	made     bool   // it is on disk, unless another program removed it
	dropped  bool   // it is no longer to be opened
	first    bool   // of this session: other generations on disk were left by a killed process
	end      int64  // of the bytes that it should have
	unsynced bool   // bytes were written since the last Sync
	stamp    *Stamp // of the complete file; nil where none is known
	failed   error  // why Sync failed: the kernel says so once, and may have dropped bytes
}

// newFile returns a new generation of the data at p. Nothing of it is on disk yet.
func newFile(p *Place, disk *sync.Mutex, dir *Dir) *File {
	return &File{place: p, dir: dir, disk: disk, generation: newGeneration(), resting: true}
}

// recordedFile returns the generation that a record at p names.
func recordedFile(p *Place, disk *sync.Mutex, dir *Dir, r Record) *File {
	return &File{place: p, dir: dir, disk: disk, generation: r.Data, resting: true, made: true, end: r.end(), stamp: r.Stamp}
}

// path is where the file lies. It is not kept: most files are never opened.
func (f *File) path() string { return f.place.DataPath(f.generation) }

// Acquire takes a reference, which Release gives back soon, and opens the file if it
// is closed. It fails with ErrDropped, with ErrGone where another program removed
// bytes of it, and as fault.Disk says where the folder is not this process's.
func (f *File) Acquire() error { return f.acquire(false) }

// AcquireLong is Acquire for a reference that is kept. It also fails with
// fault.ErrNoSpace where as many files are open as may be.
func (f *File) AcquireLong() error { return f.acquire(true) }

func (f *File) acquire(long bool) error {
	f.disk.Lock()
	defer f.disk.Unlock()
	if f.Share() {
		return nil
	}
	f.mu.Lock()
	dropped, made, end := f.dropped, f.made, f.end
	f.mu.Unlock()
	if dropped {
		return ErrDropped
	}
	if err := f.owned(); err != nil {
		return err
	}
	if !f.enter() && long {
		f.leave(nil)
		return fmt.Errorf("%w: %d files are open", fault.ErrNoSpace, f.dir.files.limit)
	}
	file, err := f.open(made, end)
	if err != nil {
		f.leave(nil)
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.file, f.made, f.resting = file, true, false
	if f.dir != nil {
		f.listed = f.dir.files.opened(f)
	}
	f.refs++
	return nil
}

// owned is that of the folder.
func (f *File) owned() error {
	if f.dir == nil {
		return nil
	}
	return f.dir.owned()
}

// enter counts the file among those that are open, and reports whether it may be.
func (f *File) enter() bool { return f.dir == nil || f.dir.files.enter() }

func (f *File) leave(listed *list.Element) {
	if f.dir != nil {
		f.dir.files.leave(listed)
	}
}

// shed closes the file if nothing uses it, so that another can be opened. Its bytes
// are made durable before, since the one who records them finds it closed. Where that
// fails it stays open, to say so.
func (f *File) shed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil || f.refs > 0 {
		return
	}
	if f.unsynced {
		f.refs++
		f.mu.Unlock()
		_ = f.Sync() // kept for the next one who syncs
		f.mu.Lock()
		f.refs--
	}
	if f.refs == 0 && !f.unsynced {
		f.closeLocked()
		return
	}
	f.closeUnusedLocked()
}

// Share takes a reference if the file is open, and reports whether it is.
func (f *File) Share() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil || f.dropped {
		return false
	}
	f.refs++
	f.resting = false
	return true
}

// Hold takes a reference if the file is open, as Share does, for a caller that does
// not keep it from being closed after that: Rest still holds.
func (f *File) Hold() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return false
	}
	f.refs++
	return true
}

// Release gives a reference back. Bytes that matter were synced before, so closing
// has nothing to tell.
func (f *File) Release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refs--
	f.closeUnusedLocked()
}

// Rest closes the file once all references are given back. Without it the file stays
// open for those who come next.
func (f *File) Rest() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.resting = true
	f.closeUnusedLocked()
}

func (f *File) closeUnusedLocked() {
	if f.file != nil && f.refs == 0 && (f.resting || f.dropped) {
		f.closeLocked()
	}
}

func (f *File) closeLocked() {
	_ = f.file.Close()
	f.leave(f.listed)
	f.file, f.listed = nil, nil
}

// discard makes the file one that is no longer opened. It does not touch the disk.
func (f *File) discard() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dropped = true
	f.closeUnusedLocked()
}
