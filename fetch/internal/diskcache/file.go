package diskcache

import (
	"container/list"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
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
	resting  bool  // without a reference it is closed
	made     bool  // it is on disk, unless another program removed it
	dropped  bool  // it is no longer to be opened
	first    bool  // of this session: other generations on disk were left by a killed process
	end      int64 // of the bytes that it should have
	unsynced bool  // bytes were written since the last Sync
	failed   error // why Sync failed: the kernel says so once, and may have dropped bytes
}

// newFile returns a new generation of the data at p. Nothing of it is on disk yet.
func newFile(p *Place, disk *sync.Mutex, dir *Dir) *File {
	return &File{place: p, dir: dir, disk: disk, generation: newGeneration(), resting: true}
}

// recordedFile returns the generation that a record at p names.
func recordedFile(p *Place, disk *sync.Mutex, dir *Dir, r Record) *File {
	return &File{place: p, dir: dir, disk: disk, generation: r.Data, resting: true, made: true, end: r.end()}
}

// path is where the file lies. It is not kept: most files are never opened.
func (f *File) path() string { return f.place.DataPath(f.generation) }

// Acquire takes a reference, which Release gives back soon, and opens the file if it
// is closed. It fails with ErrDropped, with ErrGone where another program removed
// bytes of it, and with fault.ErrNoSpace where the folder is not this process's.
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

// open opens the file, and creates it where it has no bytes that matter: end is 0, or
// it was never made.
func (f *File) open(made bool, end int64) (*os.File, error) {
	if !made {
		return f.create()
	}
	file, err := durable.Open(f.path(), os.O_RDWR)
	gone := errors.Is(err, fs.ErrNotExist) || errors.Is(err, durable.ErrNotRegular)
	switch {
	case err == nil:
	case !gone:
		return nil, err
	case end == 0:
		return f.create()
	default:
		return nil, fmt.Errorf("%w: %w", ErrGone, err)
	}
	info, err := file.Stat()
	if err == nil {
		err = longEnough(info, end)
	}
	if errors.Is(err, ErrTorn) {
		err = fmt.Errorf("%w: %w", ErrGone, err)
	}
	if err == nil {
		err = f.place.files.Step(durable.Step{Kind: "opened", Path: file.Name(), File: file})
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// create makes the file. One that is there is removed and never emptied in place:
// another process may read it.
func (f *File) create() (*os.File, error) {
	if err := f.place.files.MakeDir(filepath.Dir(f.path())); err != nil {
		return nil, err
	}
	file, err := makeFile(f.path())
	if errors.Is(err, fs.ErrExist) {
		if err = f.place.files.Remove(f.path()); err == nil {
			file, err = makeFile(f.path())
		}
	}
	if err != nil {
		return nil, err
	}
	if err := f.place.files.Step(durable.Step{Kind: "emptied", Path: file.Name(), File: file}); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func makeFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}

// longEnough fails unless a data file reaches to end.
func longEnough(info fs.FileInfo, end int64) error {
	if info.Size() < end {
		return fmt.Errorf("%w: %d bytes of data, %d recorded", ErrTorn, info.Size(), end)
	}
	return nil
}

// check fails unless the file on disk is as long as it should be. used is when it
// was last used.
func (f *File) check() (used time.Time, err error) {
	if f.end == 0 {
		return time.Now(), nil
	}
	info, err := os.Stat(f.path())
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s: %w", ErrGone, f.path(), durable.ErrNotRegular)
	}
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), longEnough(info, f.end)
}

// gone reports whether the path leads to no file, or to another than the open one.
func (f *File) gone() bool {
	there, err := os.Stat(f.path())
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	if !f.Hold() {
		return false
	}
	defer f.Release()
	open, err := f.file.Stat()
	return err == nil && !os.SameFile(there, open)
}

// clear removes the file unless it was acquired since Rest. It may be acquired
// again, empty: no record has told of what was in it.
func (f *File) clear() error {
	f.disk.Lock()
	defer f.disk.Unlock()
	f.mu.Lock()
	used := f.dropped || !f.resting || f.refs > 0
	f.mu.Unlock()
	if used {
		return nil
	}
	err := f.place.files.Remove(f.path())
	if err == nil {
		f.mu.Lock()
		f.made, f.end = false, 0
		f.mu.Unlock()
	}
	return err
}

// discard makes the file one that is no longer opened. It does not touch the disk.
func (f *File) discard() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dropped = true
	f.closeUnusedLocked()
}

// remove removes the file from disk after discard.
func (f *File) remove() error {
	f.disk.Lock()
	defer f.disk.Unlock()
	return f.place.files.Remove(f.path())
}

// dropStrays removes the other generations that lie beside the first one of a session
// when that is written. Another generation of this session is made only after the
// first is discarded, and under the same lock.
func (f *File) dropStrays() {
	f.disk.Lock()
	defer f.disk.Unlock()
	f.mu.Lock()
	strays := f.first && !f.dropped
	f.first = false
	f.mu.Unlock()
	if strays && f.owned() == nil {
		_ = f.place.dropAllBut(f.path()) // the next scan finds what cannot be removed now
	}
}

// OS returns the open file. It is valid while the caller has a reference.
func (f *File) OS() *os.File { return f.file }

// Put writes b at off. The caller has a reference.
func (f *File) Put(b []byte, off int64) error {
	r := ranges.Range{Start: off, End: off + int64(len(b))}
	if err := f.step("writing", r); err != nil {
		return err
	}
	f.mu.Lock()
	f.unsynced = true
	f.mu.Unlock()
	if _, err := f.file.WriteAt(b, off); err != nil {
		return err
	}
	f.mu.Lock()
	f.end = max(f.end, r.End)
	first := f.first
	f.mu.Unlock()
	if first {
		f.dropStrays()
	}
	return f.step("wrote", r)
}

// ReadAt reads as os.File does. The caller has a reference.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if err := f.step("reading", ranges.Range{Start: off, End: off + int64(len(p))}); err != nil {
		return 0, err
	}
	return f.file.ReadAt(p, off)
}

// Sync makes what was written durable. The caller has a reference. Once it has failed
// it fails for good.
func (f *File) Sync() error {
	f.mu.Lock()
	err := f.failed
	f.unsynced = false
	f.mu.Unlock()
	if err == nil {
		err = f.place.files.Sync(f.file)
	}
	if err != nil {
		f.mu.Lock()
		f.unsynced, f.failed = true, err
		f.mu.Unlock()
	}
	return err
}

func (f *File) step(kind string, r ranges.Range) error {
	return f.place.files.Step(durable.Step{Kind: kind, Path: f.file.Name(), File: f.file, Range: r})
}

// touch writes down when the file was last used, for the next session.
func (f *File) touch(now time.Time) {
	_ = os.Chtimes(f.path(), time.Time{}, now) // a wrong order does no harm
}
