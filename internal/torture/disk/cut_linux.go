package disk

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// cut brings the files to a state in which a power cut may leave them, and counts
// that as synced. No program may have files open.
func (j *journal) cut(l luck) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	paths, err := j.walkLocked()
	if err != nil {
		return err
	}
	for _, ino := range slices.Sorted(maps.Keys(j.images)) {
		l = l.next()
		if path, ok := paths[ino]; ok {
			if err := restoreBytes(path, j.images[ino], l); err != nil {
				return err
			}
		}
	}
	if err := j.restoreNamesLocked(paths, j.names.afterCut(l.next())); err != nil {
		return err
	}
	return j.reset()
}

// walkLocked returns a path of every inode, in the folder and in the attic.
func (j *journal) walkLocked() (map[uint64]string, error) {
	paths := make(map[uint64]string)
	for _, top := range []string{j.root, j.attic} {
		err := filepath.WalkDir(top, func(path string, _ fs.DirEntry, err error) error {
			var st unix.Stat_t
			if err == nil {
				err = unix.Lstat(path, &st)
			}
			paths[st.Ino] = path
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// restoreBytes gives a file the size and the blocks that it has after a power cut. A
// folder there has the inode of a file that is gone, and keeps what it has.
func restoreBytes(path string, im *image, l luck) error {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOFOLLOW, 0)
	if errors.Is(err, unix.EISDIR) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size, back := im.afterCut(info.Size(), l)
	if err := f.Truncate(size); err != nil {
		return err
	}
	for n, old := range back {
		off := n * blockSize
		end := min(off+blockSize, size)
		if off >= end {
			continue
		}
		if err := clearRange(f, off, end); err != nil {
			return err
		}
		if _, err := f.WriteAt(old[:min(int64(len(old)), end-off)], off); err != nil {
			return err
		}
	}
	return nil
}

// clearRange makes bytes of a file read as zeros, by a hole where there can be one.
func clearRange(f *os.File, from, to int64) error {
	err := unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, from, to-from)
	if errors.Is(err, unix.EOPNOTSUPP) {
		_, err = f.WriteAt(make([]byte, to-from), from)
	}
	return err
}

// restoreNamesLocked gives each place the file that it has after a power cut: whatever
// another file has a place of moves to the attic, and from there to where it belongs.
// paths are of all inodes.
func (j *journal) restoreNamesLocked(paths map[uint64]string, after map[place]uint64) error {
	folders := make(map[uint64]int) // as open files: their paths change
	defer func() {
		for _, fd := range folders {
			_ = unix.Close(fd)
		}
	}()
	attic, err := unix.Open(j.attic, unix.O_DIRECTORY|unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(attic)
	for p, ino := range after {
		if path, ok := paths[p.folder]; ok && folders[p.folder] == 0 {
			if folders[p.folder], err = unix.Open(path, unix.O_DIRECTORY|unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
				delete(folders, p.folder)
				return err
			}
		}
		if err := keep(paths[ino], j.atticPath(ino)); err != nil {
			return err
		}
	}
	for p, ino := range after {
		if fd, ok := folders[p.folder]; ok {
			if err := clearPlace(fd, p.name, ino, attic); err != nil {
				return err
			}
		}
	}
	for p, ino := range after {
		if fd, ok := folders[p.folder]; ok && ino != 0 {
			if err := fillPlace(fd, p.name, ino, attic); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep gives a file a name in the attic. A folder gets one when it loses its own.
func keep(path, to string) error {
	var st unix.Stat_t
	if path == "" || unix.Lstat(path, &st) != nil || st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return nil
	}
	if err := os.Link(path, to); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

// clearPlace takes the file at a name away unless it is the one that belongs there.
func clearPlace(folder int, name string, ino uint64, attic int) error {
	var st unix.Stat_t
	err := unix.Fstatat(folder, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case errors.Is(err, unix.ENOENT), err == nil && st.Ino == ino:
		return nil
	case err != nil:
		return err
	case st.Mode&unix.S_IFMT == unix.S_IFDIR:
		return unix.Renameat(folder, name, attic, strconv.FormatUint(st.Ino, 10))
	}
	return unix.Unlinkat(folder, name, 0)
}

// fillPlace gives a name the file that belongs there, from the attic. A folder that
// would be below itself, or that was never on the disk, is lost.
func fillPlace(folder int, name string, ino uint64, attic int) error {
	stored := strconv.FormatUint(ino, 10)
	var st unix.Stat_t
	if err := unix.Fstatat(folder, name, &st, unix.AT_SYMLINK_NOFOLLOW); err == nil {
		return nil
	}
	err := unix.Fstatat(attic, stored, &st, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case errors.Is(err, unix.ENOENT):
		return nil
	case err != nil:
		return err
	case st.Mode&unix.S_IFMT != unix.S_IFDIR:
		return unix.Linkat(attic, stored, folder, name, 0)
	}
	if err := unix.Renameat(attic, stored, folder, name); !errors.Is(err, unix.EINVAL) {
		return err
	}
	return nil
}
