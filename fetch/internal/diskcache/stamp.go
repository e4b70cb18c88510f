package diskcache

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// ErrAltered is data that another program changed, or put in the place of that which
// was recorded.
var ErrAltered = errors.New("the data was changed by another program")

// A Stamp is what the file system says of the data of a complete file. Nothing of this
// program changes it after the last byte was written, so another Stamp means that the
// bytes may be others. Times are in nanoseconds since 1970.
type Stamp struct {
	Size     int64 `json:"size"`
	Modified int64 `json:"mtime"`
	Changed  int64 `json:"ctime"`
}

func newStamp(info *unix.Stat_t) Stamp {
	return Stamp{Size: info.Size, Modified: unix.TimespecToNsec(info.Mtim), Changed: unix.TimespecToNsec(info.Ctim)}
}

// Stamp returns the stamp that the file has now. The caller has a reference. It fails
// with ErrGone if the file has no name any more.
func (f *File) Stamp() (Stamp, error) {
	var info unix.Stat_t
	if err := unix.Fstat(int(f.file.Fd()), &info); err != nil {
		return Stamp{}, err
	}
	if info.Nlink == 0 {
		return Stamp{}, fmt.Errorf("%w: it was removed", ErrGone)
	}
	return newStamp(&info), nil
}

// Unaltered fails with ErrAltered unless the file has the stamp that was set, or none
// was. The caller has a reference.
func (f *File) Unaltered() error {
	now, err := f.Stamp()
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stamp != nil && *f.stamp != now {
		return ErrAltered
	}
	return nil
}

// SetStamp sets the stamp that goes into the record.
func (f *File) SetStamp(s Stamp) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stamp = &s
}

// StampComplete sets the stamp of a file that is complete, to which nothing is written
// any more, unless it has one. It reports whether it did.
func (f *File) StampComplete() bool {
	if f.recordedStamp() != nil {
		return false
	}
	now, err := stampAt(f.place.files, f.path())
	if err == nil { // else it is set later
		f.SetStamp(now)
	}
	return err == nil
}

func (f *File) recordedStamp() *Stamp {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stamp
}

// stampAt returns the stamp of the file at a path.
func stampAt(files durable.Files, path string) (Stamp, error) {
	file, err := files.Open(path, os.O_RDONLY)
	if err != nil {
		return Stamp{}, err
	}
	defer file.Close()
	return stampOf(file)
}

func stampOf(file *os.File) (Stamp, error) {
	var info unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &info); err != nil {
		return Stamp{}, durable.At(file.Name(), err)
	}
	return newStamp(&info), nil
}
