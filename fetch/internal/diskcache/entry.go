package diskcache

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// An Entry is where one download is kept: its record, its marks and the
// generations of its data. Its lock orders what is done to them, and is taken
// before any lock of the download; acquiring a File needs no lock.
type Entry struct {
	Place
	sync.Mutex

	disk      sync.Mutex // held while a File is opened or removed; taken after the lock
	dir       *Dir
	marks     marks   // guarded by the lock, as is all that follows
	tenure    *lease  // of the folder in which they were made
	loaded    bool    // all that the record tells is known, or there is none
	current   *File   // the generation that is not to be dropped
	discarded []*File // those that DropLocked is to drop
}

// File returns the generation for what is held from now on: an empty one before
// Load has found another.
func (e *Entry) File() *File {
	e.Lock()
	defer e.Unlock()
	return e.current
}

// Load reads the record, and makes the generation that it names the entry's. The
// error is fs.ErrNotExist where there is no record, matches ErrGone where its data
// is gone, and fault.ErrTooNew or Damaged where the record cannot be used.
func (e *Entry) Load(key string) (Record, error) {
	e.dir.awaitDrop(e.Name)
	e.Lock()
	defer e.Unlock()
	r, err := e.loadLocked(key)
	e.loaded = err == nil || errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrGone)
	return r, err
}

func (e *Entry) loadLocked(key string) (Record, error) {
	if err := e.dir.owned(); err != nil {
		return Record{}, fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	r, taken, err := readRecord(e.RecordPath())
	if err != nil && errors.Is(fault.Disk(err), fault.ErrNoSpace) { // no descriptor is left
		e.dir.files.shed()
		r, taken, err = readRecord(e.RecordPath())
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.dropSeenLocked()
		return Record{}, err
	case err != nil:
		return Record{}, err
	case r.Key != key:
		return Record{}, ErrTorn
	case len(r.Held) == 0:
		e.dir.usage.seen(e.Name, 0, taken, time.Time{})
		return r, nil
	}
	f := recordedFile(&e.Place, &e.disk, e.dir, r)
	modified, err := f.check()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Record{}, fmt.Errorf("%w: %w", ErrGone, err)
	case err != nil:
		return Record{}, err
	}
	f.first = true
	e.current = f
	freed, left := f.dropTail()
	e.dir.usage.shrink(e.Name, freed, r.Held.Len())
	e.dir.usage.seen(e.Name, max(left, r.Held.Len()), taken, r.lastUsed(modified))
	e.dir.usage.name(e.Name, r.Held.Len())
	return r, nil
}

// MayBeActive reports whether the record may say that the download is to go on, or is
// paused: there is a mark of that, or that cannot be told.
func (e *Entry) MayBeActive() bool {
	return !isGone(e.files, e.ActivePath())
}

// dropSeenLocked drops data without a record that a scan has counted already.
func (e *Entry) dropSeenLocked() {
	if bytes, _ := e.dir.usage.of(e.Name); bytes > 0 {
		_ = e.dropDamagedLocked() // what is left is still counted
	}
}

// DropDamaged removes what Load could not use. It stays as it is if a power cut
// brings it back.
func (e *Entry) DropDamaged() error {
	e.Lock()
	defer e.Unlock()
	return e.dropDamagedLocked()
}

func (e *Entry) dropDamagedLocked() error {
	if e.dir.owned() != nil {
		return nil // nothing there is of this process
	}
	err := e.Clear(false)
	if err == nil {
		e.loaded = true
		e.dir.usage.set(e.Name, 0, time.Time{})
		e.dir.usage.unrecord(e.Name)
	}
	return err
}

// Grow notes n more bytes. It may be called under any lock.
func (e *Entry) Grow(n int64, now time.Time) { e.dir.usage.grow(e.Name, n, now) }

// Touch notes that a reader uses the bytes, for the order in which entries are evicted.
// It reports whether the record is to be written to tell the next session of that.
func (e *Entry) Touch() (due bool) { return e.dir.usage.touch(e.Name, time.Now()) }

// Unrecorded returns when the entry was last used if its record does not tell of that,
// else the zero time.
func (e *Entry) Unrecorded() time.Time { return e.dir.usage.unrecorded(e.Name) }

// DiscardLocked gives the entry a new generation, and leaves the current one for
// DropLocked. It does not touch the disk, and may be called under any other lock.
func (e *Entry) DiscardLocked() *File {
	e.dir.usage.set(e.Name, 0, time.Time{})
	e.current.discard()
	e.discarded = append(e.discarded, e.current)
	e.current = newFile(&e.Place, &e.disk, e.dir)
	return e.current
}

// GoneLocked reports whether the current generation, of which bytes are held, is not in
// the folder any more.
func (e *Entry) GoneLocked() bool { return e.dir.owned() != nil || e.current.gone() }

// DropLocked removes the record, and then the generations that were discarded: a
// record may never tell of data that is not there. Only a durable drop outlasts a
// power cut. After another one the old record may come back, beside its own data
// or none. What cannot be removed is left for the next DropLocked or SaveLocked.
func (e *Entry) DropLocked(durable bool) error {
	if e.dir.owned() != nil {
		e.discarded = nil // they went with the folder
		return nil
	}
	err := e.dropRecordLocked()
	err = cmp.Or(err, e.removeDiscardedLocked())
	if err != nil || !durable {
		return err
	}
	err = e.clear(e.current.path(), true)
	e.loaded = e.loaded || err == nil
	return err
}

// maxDiscarded is how many generations that the disk does not remove an entry knows.
// Those beyond go by the next scan.
const maxDiscarded = 16

// removeDiscardedLocked removes the generations that were discarded.
func (e *Entry) removeDiscardedLocked() (first error) {
	var left []*File
	for _, f := range e.discarded {
		if err := f.remove(); err != nil {
			left = append(left, f)
			first = cmp.Or(first, err)
		}
	}
	e.discarded = left[max(len(left)-maxDiscarded, 0):]
	return first
}

// SaveLocked writes the record of what f, which the caller has synced, holds, and
// its marks. A mark may be there too many, never too few: it is made before the
// record and removed after it. A worthless record is removed instead. It fails while the
// folder is gone, or another process's.
func (e *Entry) SaveLocked(r Record, f *File) error {
	if err := e.dir.owned(); err != nil {
		return err
	}
	if now := e.dir.tenure(); e.tenure != now {
		e.tenure, e.marks = now, nil // those of another folder say nothing of this one
	}
	if r.Worthless() {
		return errors.Join(e.eraseLocked(f), e.removeDiscardedLocked())
	}
	if len(r.Held) > 0 {
		r.Data, r.Used, r.Stamp = f.generation, e.dir.usage.usedAt(e.Name), f.recordedStamp()
	}
	active := r.State != StateIdle && r.State != StateComplete
	session := e.dir.opt.Session && r.State == StateComplete
	if err := e.marks.add(e.files, e.ActivePath(), active); err != nil {
		return err
	}
	if err := e.marks.add(e.files, e.SessionPath(), session); err != nil {
		return err
	}
	if err := e.files.MakeDir(filepath.Dir(e.RecordPath())); err != nil {
		return err
	}
	taken, err := r.save(e.Place)
	if err != nil {
		if e.isObstructed() {
			return nil // which is in the log since the record was read
		}
		return err
	}
	e.dir.usage.recorded(e.Name, r.Used, taken)
	return errors.Join(e.removeDiscardedLocked(),
		e.marks.remove(e.files, e.ActivePath(), !active), e.marks.remove(e.files, e.SessionPath(), !session))
}

// dropRecordLocked removes the record, which counts no more.
func (e *Entry) dropRecordLocked() error {
	err := e.removeRecord()
	if err == nil {
		e.dir.usage.unrecord(e.Name)
	}
	return err
}

// RecordSize returns how much of the disk the record takes.
func (e *Entry) RecordSize() int64 {
	_, record := e.dir.usage.of(e.Name)
	return record
}

// eraseLocked removes a record that is worth nothing, and the file of data, in
// which nothing is held, unless it is in use. The mark of a session stays until no
// power cut can bring the file back that it is for.
func (e *Entry) eraseLocked(f *File) error {
	err := errors.Join(e.dropRecordLocked(), f.clear())
	if err == nil && e.dir.opt.Session && e.marks.mayHave(e.SessionPath()) {
		err = syncRemoved(e.files, filepath.Dir(e.RecordPath()))
	}
	if err != nil {
		return err
	}
	return errors.Join(e.marks.remove(e.files, e.ActivePath(), true), e.marks.remove(e.files, e.SessionPath(), true))
}
