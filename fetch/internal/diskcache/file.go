package diskcache

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/diskspace"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A File is an open file of held bytes, shared by all that read and write
// it. Dropping the bytes unlinks it; who still holds it reads what it was.
type File struct {
	*os.File
	Files durable.Files
	refs  atomic.Int32
}

// OpenData opens a data file. Where nothing is held in it, what an earlier
// process may have left there must not show behind the end of what comes.
func OpenData(p Place, have ranges.Set) (*File, error) {
	path := p.DataPath()
	if err := p.Files.MakeDir(filepath.Dir(path)); err != nil {
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
	if err := p.Files.Step(durable.Step{Kind: kind, Path: path, File: f}); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	d := &File{File: f, Files: p.Files}
	d.refs.Store(1)
	return d, nil
}

// Put writes b at off.
func (f *File) Put(b []byte, off int64) error {
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
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if err := f.step("reading", ranges.Range{Start: off, End: off + int64(len(p))}); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, off)
}

func (f *File) step(kind string, r ranges.Range) error {
	return f.Files.Step(durable.Step{Kind: kind, Path: f.Name(), File: f.File, Range: r})
}

// Ref takes another reference.
func (f *File) Ref() *File {
	f.refs.Add(1)
	return f
}

// Unref gives a reference back; the last one closes the file. Bytes that matter
// were synced before, so there is nothing to be told by closing.
func (f *File) Unref() {
	if f != nil && f.refs.Add(-1) == 0 {
		_ = f.Close()
	}
}

// CheckData fails unless the data file is long enough for what is said to be
// held in it. used is when it was last used.
func CheckData(path string, held ranges.Set) (used time.Time, err error) {
	if len(held) == 0 {
		return time.Now(), nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}, err
	}
	if end := held[len(held)-1].End; info.Size() < end {
		return time.Time{}, fmt.Errorf("%w: %d bytes of data, %d recorded", ErrTorn, info.Size(), end)
	}
	return info.ModTime(), nil
}

// blockLen is the unit of stat(2)'s st_blocks, whatever the file system's is.
const blockLen = 512

// Allocated returns how much of the disk a file takes: less than its size if it
// has holes.
func Allocated(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * blockLen
	}
	return info.Size()
}

// FreeBytes returns the space left on the file system of dir; where it cannot
// be told it is not what limits.
func FreeBytes(dir string) int64 {
	space, err := diskspace.Of(dir)
	if err != nil {
		return math.MaxInt64
	}
	return space.Free
}
