package disk

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// maxDirty is how many bytes of changed blocks the disk may not hold. A file that
// goes beyond that reaches it, as it does when a kernel writes back.
const maxDirty = 256 << 20

// A journal changes the files below a folder, and knows what of them would be lost by
// a power cut.
type journal struct {
	root  string // the folder
	attic string // beside it: files that are removed, but may be back after a power cut

	mu     sync.Mutex // held during each change
	names  names
	images map[uint64]*image // by inode
	stored map[uint64]bool   // that are in the attic
}

// openJournal returns the journal of a folder, all of which counts as synced.
func openJournal(root string) (*journal, error) {
	j := &journal{root: root, attic: root + ".unsynced"}
	return j, j.reset()
}

// reset forgets what is not synced, and empties the attic.
func (j *journal) reset() error {
	j.names, j.images, j.stored = names{}, make(map[uint64]*image), make(map[uint64]bool)
	return errors.Join(os.RemoveAll(j.attic), os.Mkdir(j.attic, 0o700))
}

// close removes the attic.
func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return os.RemoveAll(j.attic)
}

// imageLocked returns the image of a file, which the disk holds unless it is known.
func (j *journal) imageLocked(f *os.File) (im *image, ino uint64, size int64, err error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return nil, 0, 0, err
	}
	im = j.images[st.Ino]
	if im == nil {
		im = newImage(st.Size)
		j.images[st.Ino] = im
	}
	return im, st.Ino, st.Size, nil
}

// write writes to a file.
func (j *journal) write(f *os.File, b []byte, off int64) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	im, ino, size, err := j.imageLocked(f)
	if err == nil {
		err = im.change(f, off, off+int64(len(b)))
	}
	if err != nil {
		return 0, err
	}
	n, err := f.WriteAt(b, off)
	if int64(len(im.blocks))*blockSize > maxDirty {
		im.synced(max(size, off+int64(n)))
		j.forgetLocked(ino, im, max(size, off+int64(n)))
	}
	return n, err
}

// truncate changes the size of a file.
func (j *journal) truncate(f *os.File, size int64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	im, _, live, err := j.imageLocked(f)
	if err == nil {
		err = im.resize(f, live, size)
	}
	if err != nil {
		return err
	}
	return f.Truncate(size)
}

// allocate gives a file space or takes it away, as fallocate(2) does. Modes that move
// bytes are not supported.
func (j *journal) allocate(f *os.File, mode uint32, off, n int64) error {
	if mode&^(unix.FALLOC_FL_KEEP_SIZE|unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_ZERO_RANGE) != 0 {
		return unix.EOPNOTSUPP
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	im, _, _, err := j.imageLocked(f)
	if err == nil && mode&(unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_ZERO_RANGE) != 0 {
		err = im.change(f, off, off+n)
	}
	if err != nil {
		return err
	}
	return unix.Fallocate(int(f.Fd()), mode, off, n)
}

// sync makes the bytes of a file survive a power cut. Where it has to fail, they
// never do: the kernel tells of a block that could not be written once.
func (j *journal) sync(f *os.File, failed bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	im, ino, size, err := j.imageLocked(f)
	switch {
	case err != nil:
		return err
	case failed:
		im.failed()
	default:
		im.synced(size)
	}
	j.forgetLocked(ino, im, size)
	return nil
}

func (j *journal) forgetLocked(ino uint64, im *image, size int64) {
	if im.whole(size) {
		delete(j.images, ino)
	}
}

// syncNames makes the names of a folder survive a power cut.
func (j *journal) syncNames(folder uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.names.synced(folder)
	j.tidyLocked()
}

// tidyLocked removes from the attic what no power cut can bring back.
func (j *journal) tidyLocked() {
	needed := j.names.inodes()
	for ino := range j.stored {
		if needed[ino] {
			continue
		}
		path := j.atticPath(ino)
		var st unix.Stat_t
		if unix.Lstat(path, &st) == nil && (st.Nlink <= 1 || st.Mode&unix.S_IFMT == unix.S_IFDIR) {
			delete(j.images, ino) // another file may get its number
		}
		if st.Mode&unix.S_IFMT == unix.S_IFDIR {
			j.names.forget(ino)
		}
		_ = os.RemoveAll(path) // of a folder that this process made
		delete(j.stored, ino)
	}
}

func (j *journal) atticPath(ino uint64) string {
	return filepath.Join(j.attic, strconv.FormatUint(ino, 10))
}

// A spot is a place by its path.
type spot struct {
	folder uint64
	path   string
}

// change makes an operation on names, which do carries out. A file that loses its
// name at gone, the last of spots, goes to the attic first.
func (j *journal) change(do func() error, gone *spot, spots ...spot) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := inodesAt(spots)
	if gone != nil {
		if back, err := j.storeLocked(gone.path); err != nil {
			return err
		} else if back != nil {
			inner := do
			do = func() error {
				err := inner()
				if err != nil {
					back()
				}
				return err
			}
		}
	}
	if err := do(); err != nil {
		return err
	}
	r := rebind{inodes: inodesAt(spots)}
	for _, s := range spots {
		r.places = append(r.places, place{folder: s.folder, name: filepath.Base(s.path)})
	}
	j.names.add(r, before)
	return nil
}

// created notes that a file is new: the disk holds nothing of it.
func (j *journal) created(f *os.File) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return err
	}
	j.images[st.Ino] = newImage(0)
	return nil
}

func inodesAt(spots []spot) []uint64 {
	all := make([]uint64, len(spots))
	for i, s := range spots {
		var st unix.Stat_t
		if unix.Lstat(s.path, &st) == nil {
			all[i] = st.Ino
		}
	}
	return all
}

// storeLocked keeps a file that is about to lose its name in the attic: a file by
// another name, an empty folder by moving it there. back, if there is one, moves it
// back. It is no error if there is no file.
func (j *journal) storeLocked(path string) (back func(), err error) {
	var st unix.Stat_t
	switch err := unix.Lstat(path, &st); {
	case errors.Is(err, unix.ENOENT):
		return nil, nil
	case err != nil:
		return nil, err
	}
	to := j.atticPath(st.Ino)
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		if err := os.Link(path, to); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, err
		}
		j.stored[st.Ino] = true
		return nil, nil
	}
	switch entries, err := os.ReadDir(path); {
	case err != nil:
		return nil, err
	case len(entries) > 0:
		return nil, unix.ENOTEMPTY
	}
	if err := os.Rename(path, to); err != nil {
		return nil, err
	}
	j.stored[st.Ino] = true
	return func() { _ = os.Rename(to, path); delete(j.stored, st.Ino) }, nil
}
