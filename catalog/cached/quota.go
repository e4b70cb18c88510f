package cached

import (
	"container/list"
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
	order [2]list.List // of *quotaFile: folders and the others, from the one used least recently on
	sum   int64        // bytes of all files
	busy  int64        // bytes of those that are being written
}

// A quotaFile is a file as its quota knows it. A restart knows by the file's time when it
// was used.
type quotaFile struct {
	name    string
	size    int64
	writers int
	place   *list.Element // in the order
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
	f := q.fileLocked(name)
	q.writeLocked(f, 1)
	old := f.size
	fits := q.busy-old+blocks(int64(size)) <= q.max // else no file is evicted for nothing
	if fits {
		q.setLocked(f, blocks(int64(size)))
		fits = q.evictLocked(d)
	}
	if !fits {
		q.writeLocked(f, -1)
		q.setLocked(f, old)
		return nil, errQuota
	}
	return func(err error) {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.writeLocked(f, -1)
		if err != nil {
			q.setLocked(f, sizeOf(d, name))
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
		q.setLocked(f, f.size)
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
	if f := q.files[from]; f != nil {
		q.setLocked(f, 0)
	}
	q.setLocked(q.fileLocked(to), sizeOf(d, to)) // in place of the file that it replaces
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
		f := q.fileLocked(info.Name())
		q.setLocked(f, blocks(info.Size()))
		if f.size > q.max { // as a smaller quota than before may find it
			q.removeLocked(d, f)
		}
	}
	q.evictLocked(d)
}

// fileLocked returns the file of a name, which the quota knows from here on.
func (q *quota) fileLocked(name string) *quotaFile {
	f := q.files[name]
	if f == nil {
		f = &quotaFile{name: name}
		f.place = q.orderOf(f).PushBack(f)
		q.files[name] = f
	}
	return f
}

// writeLocked notes that a file has one writer more, or one less for -1.
func (q *quota) writeLocked(f *quotaFile, more int) {
	before := f.writers > 0
	f.writers += more
	switch now := f.writers > 0; {
	case now && !before:
		q.busy += f.size
	case before && !now:
		q.busy -= f.size
	}
}

// setLocked notes the size of a file that is used now; one of none is forgotten.
func (q *quota) setLocked(f *quotaFile, size int64) {
	q.sum += size - f.size
	if f.writers > 0 {
		q.busy += size - f.size
	}
	f.size = size
	if order := q.orderOf(f); size == 0 && f.writers == 0 {
		order.Remove(f.place)
		delete(q.files, f.name)
	} else {
		order.MoveToBack(f.place)
	}
}

// orderOf returns the order that a file is in.
func (q *quota) orderOf(f *quotaFile) *list.List {
	if isFolderFile(f.name) {
		return &q.order[0]
	}
	return &q.order[1]
}

// evictLocked removes files until the rest is within the quota, and reports whether
// it is then. Those of folders go first.
func (q *quota) evictLocked(d disk) bool {
	for i := range q.order {
		for e := q.order[i].Front(); e != nil && q.sum > q.max; {
			f := e.Value.(*quotaFile)
			if e = e.Next(); f.writers == 0 {
				q.removeLocked(d, f)
			}
		}
	}
	return q.sum <= q.max
}

// removeLocked removes a file. One that cannot be removed counts on.
func (q *quota) removeLocked(d disk, f *quotaFile) {
	if d.files.Remove(filepath.Join(d.dir, f.name)) == nil {
		q.setLocked(f, 0)
	}
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
