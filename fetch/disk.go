package fetch

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// What a store's folder has beside records and data. The entries of sub-folders
// are named as records are.
const (
	activeDir  = "active"  // empty files: downloads to go on with at the next Open
	sessionDir = "session" // empty files: complete downloads to drop when the session ends
)

// place is where a download is kept: named by a hash of its key, in one of 256
// folders.
type place struct {
	files     durable.Files
	dir, name string
}

func placeOf(dir, name string) place { return place{dir: dir, name: name} }

func (s *Store) placeOf(name string) place { return place{s.opt.files, s.dir, name} }

func (p place) record() string  { return filepath.Join(p.dir, p.name[:2], p.name+".json") }
func (p place) data() string    { return filepath.Join(p.dir, p.name[:2], p.name+".data") }
func (p place) active() string  { return filepath.Join(p.dir, activeDir, p.name) }
func (p place) session() string { return filepath.Join(p.dir, sessionDir, p.name) }

// makeFolders makes the folders of all places at once: each by itself would be
// made durable when the first file comes that lies there. What cannot be made
// now is made then, or fails.
func makeFolders(files durable.Files, dir string) {
	for i := range 256 {
		_ = os.Mkdir(filepath.Join(dir, fmt.Sprintf("%02x", i)), 0o700)
	}
	_ = files.SyncDir(dir) // also what was made by a process that died before this
}

// clear removes record and data for good: after a power cut neither may come
// back beside what is written next.
func (p place) clear() error {
	if err := p.files.Remove(p.record(), p.data()); err != nil {
		return err
	}
	return syncRemoved(p.files, filepath.Dir(p.record()))
}

// syncRemoved makes it durable that files are gone from a folder, which may be
// gone itself.
func syncRemoved(files durable.Files, folder string) error {
	if err := files.SyncDir(folder); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// nameOf returns the name under which key is kept.
func nameOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// validName reports whether a folder entry is a name that nameOf gives.
func validName(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == sha256.Size
}

// A dataFile is an open file of held bytes, shared by all that read and write
// it. Dropping the bytes unlinks it; who still holds it reads what it was.
type dataFile struct {
	*os.File
	files durable.Files
	refs  atomic.Int32
}

// openData opens a data file. Where nothing is held in it, what an earlier
// process may have left there must not show behind the end of what comes.
func openData(p place, have ranges.Set) (*dataFile, error) {
	path := p.data()
	if err := p.files.MakeDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	flags := os.O_RDWR | os.O_CREATE
	if len(have) == 0 {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	kind := "opened"
	if len(have) == 0 {
		kind = "emptied"
	}
	if err := p.files.Step(durable.Step{Kind: kind, Path: path, File: f}); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	d := &dataFile{File: f, files: p.files}
	d.refs.Store(1)
	return d, nil
}

// put writes b at off.
func (f *dataFile) put(b []byte, off int64) error {
	r := ranges.Range{Start: off, End: off + int64(len(b))}
	if err := f.step("writing", r); err != nil {
		return err
	}
	if _, err := f.WriteAt(b, off); err != nil {
		return err
	}
	return f.step("wrote", r)
}

// ReadAt reads as os.File does.
func (f *dataFile) ReadAt(p []byte, off int64) (int, error) {
	if err := f.step("reading", ranges.Range{Start: off, End: off + int64(len(p))}); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, off)
}

func (f *dataFile) step(kind string, r ranges.Range) error {
	return f.files.Step(durable.Step{Kind: kind, Path: f.Name(), File: f.File, Range: r})
}

func (f *dataFile) ref() *dataFile {
	f.refs.Add(1)
	return f
}

// unref gives a reference back; the last one closes the file. Bytes that matter
// were synced before, so there is nothing to be told by closing.
func (f *dataFile) unref() {
	if f != nil && f.refs.Add(-1) == 0 {
		_ = f.Close()
	}
}

// data returns the data file with a reference for the caller, and opens it if
// it is not. It fails with errDropped if the bytes of c were dropped, or
// have to be because the cache was emptied behind our back.
func (d *Download) data(c *content) (*dataFile, error) {
	if f, err := d.openFile(c); f != nil || err != nil {
		return f, err
	}
	if !d.store.enter() {
		return nil, ErrClosed // the folder may be another's by now
	}
	defer d.store.wg.Done()
	d.disk.Lock() // keeps drop from unlinking what is opened here
	defer d.disk.Unlock()
	if f, err := d.openFile(c); f != nil || err != nil {
		return f, err
	}
	have, err := d.verifyLocked()
	if err != nil {
		return nil, err
	}
	f, err := openData(d.place, have)
	if err != nil {
		return nil, fault.Disk(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.content.file = f
	return f.ref(), nil
}

// verifyLocked returns what is held, and drops it if the data file, which is not open,
// is not there or too short. d.disk is held.
func (d *Download) verifyLocked() (ranges.Set, error) {
	d.mu.Lock()
	have := d.content.held
	d.mu.Unlock()
	_, err := checkData(d.place.data(), have)
	switch {
	case err == nil:
		return have, nil
	case !damaged(err):
		return nil, fault.Disk(err)
	}
	d.store.log.Warn("cache entry is gone", "key", d.key, "err", err)
	return nil, cmp.Or(d.loseLocked(), errDropped)
}

// openFile returns the data file if it is open already, else nil.
func (d *Download) openFile(c *content) (*dataFile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.currentLocked(c); err != nil {
		return nil, err
	}
	if c.file == nil {
		return nil, nil
	}
	return c.file.ref(), nil
}
