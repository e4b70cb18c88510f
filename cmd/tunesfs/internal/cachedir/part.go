package cachedir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/owned"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

// A Part is one catalog's folder of the cache.
type Part struct {
	Source string // the catalog's canonical address, fit to be shown
	Dir    string
}

// maxSource is more than any catalog's address has.
const maxSource = 64 << 10

// Parts returns the folders below root that hold a catalog's cache. A
// cache that does not exist yet has none.
func Parts(root string) ([]Part, error) {
	entries, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var parts []Part
	for _, e := range entries {
		dir := filepath.Join(root, e.Name())
		if name, err := durable.ReadFile(filepath.Join(dir, sourceFile), maxSource); err == nil {
			parts = append(parts, Part{Source: terminal.Line(strings.TrimSpace(string(name))), Dir: dir})
		}
	}
	return parts, err
}

// Shown returns the catalog's address as a list shows it.
func (p Part) Shown() string { return source.ShownText(p.Source) }

// Size returns the bytes on disk. What vanishes while it looks counts nothing.
func (p Part) Size() int64 { return sizeOf(p.Dir) }

// sizeOf returns the bytes on disk of a file, or of a folder with all that it holds.
func sizeOf(path string) int64 {
	var sum int64
	_ = filepath.WalkDir(path, func(_ string, e fs.DirEntry, gone error) error {
		if e == nil || e.IsDir() || gone != nil {
			return nil
		}
		if info, err := e.Info(); err == nil {
			sum += onDisk(info)
		}
		return nil
	})
	return sum
}

// Droppable returns the bytes on disk that Clear removes.
func (p Part) Droppable() int64 {
	paths, _ := p.droppable()
	var sum int64
	for _, path := range paths {
		sum += sizeOf(path)
	}
	return sum
}

// droppable returns the paths that Clear removes.
func (p Part) droppable() (paths []string, err error) {
	entries, err := os.ReadDir(p.Dir)
	for _, e := range entries {
		if name := e.Name(); name != StateName && name != fetch.LockName {
			paths = append(paths, filepath.Join(p.Dir, name))
		}
	}
	return paths, err
}

// onDisk returns what a file takes, which is less than its size if it has
// holes. Blocks are of 512 bytes whatever the file system's (stat(2)).
func onDisk(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Blocks * 512
	}
	return info.Size()
}

// Check fails if another user can change the folder: then nothing is to be changed in it.
func (p Part) Check() error { return owned.Folder(p.Dir) }

// Unused fails if Clear would: the folder is not safe, or a mount uses it. That is
// fetch.ErrLocked.
func (p Part) Unused() error {
	if err := p.Check(); err != nil {
		return err
	}
	return fetch.Exclusively(p.Dir, func() error { return nil })
}

// Clear removes everything but saved searches, if no mount uses it. It returns the bytes
// on disk that are free by that.
func (p Part) Clear() (freed int64, err error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	err = fetch.Exclusively(p.Dir, func() error {
		before := p.Droppable()
		paths, err := p.droppable()
		for _, path := range paths {
			err = errors.Join(err, os.RemoveAll(path))
		}
		freed = before - p.Droppable()
		return err
	})
	return freed, err
}
