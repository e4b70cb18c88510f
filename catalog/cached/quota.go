package cached

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// errQuota is why a listing is not kept on disk.
var errQuota = errors.New("it takes more space than all listings may")

// block is the least that a file takes on disk, in bytes.
const block = 4 << 10

// A quota bounds the files of a folder of listings: it knows their sizes and when
// each was used. It reads the folder once, when it is first asked. The zero value
// but for max is ready to use.
type quota struct {
	max int64 // bytes

	mu    sync.Mutex // guards what follows
	read  bool       // the folder has been read
	files map[string]*quotaFile
	sum   int64 // bytes of all files
	uses  int   // counts them
}

// A quotaFile is a file as its quota knows it.
type quotaFile struct {
	size int64
	used int // when last, by quota.uses; a restart knows it by the time of the file
	busy int // writers
}

// reserve makes room for a file of d that is about to be written, and returns what
// says how that went. It fails with errQuota if there is none.
func (q *quota) reserve(d disk, name string, size int) (written func(error), err error) {
	if q == nil {
		return func(error) {}, nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.readLocked(d)
	if q.busyLocked(name)+blocks(int64(size)) > q.max {
		return nil, errQuota // with no file evicted for nothing
	}
	f := q.files[name]
	if f == nil {
		f = &quotaFile{}
		q.files[name] = f
	}
	f.busy++
	old := f.size
	q.setLocked(name, blocks(int64(size)))
	if !q.evictLocked(d) {
		f.busy--
		q.setLocked(name, old)
		return nil, errQuota
	}
	return func(err error) {
		q.mu.Lock()
		defer q.mu.Unlock()
		if f.busy--; err != nil {
			q.setLocked(name, sizeOf(d, name))
		}
	}, nil
}

// use notes that a file is used, on disk too, for the time after a restart.
func (q *quota) use(d disk, name string) {
	if q == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.readLocked(d)
	if f := q.files[name]; f != nil {
		q.setLocked(name, f.size)
		_ = d.files.Touch(filepath.Join(d.dir, name), time.Now()) // costs only its place in the order
	}
}

// rename renames a file, if it is there.
func (q *quota) rename(d disk, from, to string) {
	if q == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.readLocked(d)
	if d.files.Rename(filepath.Join(d.dir, from), filepath.Join(d.dir, to)) != nil {
		return
	}
	if q.files[from] != nil {
		q.setLocked(from, 0)
	}
	if q.files[to] == nil {
		q.files[to] = &quotaFile{}
	}
	q.setLocked(to, sizeOf(d, to)) // in place of the file that it replaces
}

// readLocked reads the folder: its listings, from the one that was used least
// recently. It removes what a crash left half written.
func (q *quota) readLocked(d disk) {
	if q.read {
		return
	}
	q.read, q.files = true, map[string]*quotaFile{}
	entries, _ := d.files.ReadDir(d.dir) // a folder that cannot be read holds nothing that can be used
	var all []fs.FileInfo
	for _, e := range entries {
		info, err := d.files.Lstat(filepath.Join(d.dir, e.Name()))
		switch {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasSuffix(e.Name(), formatVersion+durable.Unfinished):
			_ = d.files.Remove(filepath.Join(d.dir, e.Name()))
		case strings.HasSuffix(e.Name(), formatVersion):
			all = append(all, info)
		}
	}
	slices.SortStableFunc(all, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, info := range all {
		q.files[info.Name()] = &quotaFile{}
		q.setLocked(info.Name(), blocks(info.Size()))
	}
	q.evictLocked(d)
}

// setLocked notes the size of a file that is used now; one of none is forgotten.
func (q *quota) setLocked(name string, size int64) {
	f := q.files[name]
	q.sum += size - f.size
	q.uses++
	if f.size, f.used = size, q.uses; size == 0 && f.busy == 0 {
		delete(q.files, name)
	}
}

// busyLocked returns the bytes of the files that cannot be evicted, but for one.
func (q *quota) busyLocked(except string) (sum int64) {
	for name, f := range q.files {
		if f.busy > 0 && name != except {
			sum += f.size
		}
	}
	return sum
}

// evictLocked removes files until the rest is within the quota, and reports whether
// it is then. A file that alone is larger goes first, as a smaller quota than before
// may find it. Then go those of folders.
func (q *quota) evictLocked(d disk) bool {
	if q.sum <= q.max {
		return true
	}
	names := make([]string, 0, len(q.files))
	for name, f := range q.files {
		if f.busy == 0 {
			names = append(names, name)
		}
	}
	rank := func(name string) int {
		switch {
		case q.files[name].size > q.max:
			return 0
		case isFolderFile(name):
			return 1
		}
		return 2
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(rank(a)-rank(b), q.files[a].used-q.files[b].used)
	})
	for _, name := range names {
		if q.sum <= q.max {
			break
		}
		if d.files.Remove(filepath.Join(d.dir, name)) == nil {
			q.setLocked(name, 0)
		}
	}
	return q.sum <= q.max
}

// blocks returns what a file of a size takes on disk.
func blocks(size int64) int64 { return max(size+block-1, block) / block * block }

// sizeOf returns what a file of d takes on disk, 0 if there is none.
func sizeOf(d disk, name string) int64 {
	info, err := d.files.Lstat(filepath.Join(d.dir, name))
	if err != nil {
		return 0
	}
	return blocks(info.Size())
}
