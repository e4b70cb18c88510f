// Package diskcache owns the folder of a store: the data that is held of each
// download, the record of it, the quota, and which entries are evicted first.
//
// It must never know a request or a reader; of a download's state it knows the name.
// Open dir.go first: a Dir has an Entry for each download (entry.go), and an Entry has
// a File, the generation of the data in use: who uses it is in file.go, the rest in
// file_disk.go and file_io.go. What lasts is in record.go, stamp.go and marks.go, where
// it lies in place.go; session.go goes through the marks when a store opens or closes.
// quota.go and usage.go decide what is evicted when, openfiles.go which files are
// closed; scan.go finds at the start what is on disk, orphan.go removes data without a
// download, and stray.go generations that no download knows. lock.go and owner.go see to it that one process has the folder.
// list.go lists and verifies a folder.
package diskcache

import (
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// Options say how much a Dir may hold, and what it has to ask.
type Options struct {
	MaxBytes int64         // that all entries may take; 0 means no limit
	MinFree  int64         // to leave free on the file system; 0 means none
	MaxOpen  int           // data files to have open at once; 0 means a quarter of RLIMIT_NOFILE
	Session  bool          // complete files go when the session ends
	Files    durable.Files // how files are changed
	Logger   *slog.Logger

	// InUse reports whether there is a download of an entry. Evict drops the bytes that
	// it holds unless a reader or a transfer needs them, and returns how many they were,
	// with those of its record;
	// key is the entry's where InUse reported false. Neither is called under a lock.
	InUse func(name string) bool
	Evict func(name, key string) (freed int64)

	// Loaded returns the entry of the download that has a name, once its record was read,
	// or nil where there is no download. It is not called under a lock.
	Loaded func(name string) *Entry

	// Lost is called when the folder was taken away: what downloads hold may be gone,
	// and so may their records. It may be called under the locks of an Entry, and must
	// not wait for one. nil is allowed.
	Lost func()
}

// A Dir is the folder of a store. Its locks are the last to be taken: a method of
// Entry that says so may be called under the locks of a download.
type Dir struct {
	path   string
	opt    Options
	owner  owner
	usage  usage
	files  openFiles
	making chan struct{} // holds one element while room is made
	spare  atomic.Int64  // bytes that may be written before Options.MinFree is looked at again

	reserved atomic.Int64 // bytes that are being written, and do not count as held yet

	mu      sync.Mutex
	orphans map[string]chan struct{} // by name: entries without a download that are being dropped; closed when they are gone
}

// Open opens the folder at path, and makes it if it is not there. It fails with
// fault.ErrLocked while another process has it open.
func Open(path string, opt Options) (*Dir, error) {
	opt.Files.Base = path
	if err := makeSubfolders(opt.Files, path); err != nil {
		return nil, err
	}
	l, err := takeLease(opt.Files, path)
	if err != nil {
		return nil, err
	}
	makeFolders(opt.Files, path)
	return &Dir{path: path, opt: opt, owner: owner{lease: l}, usage: newUsage(), files: openFiles{limit: openLimit(opt.MaxOpen)},
		making: make(chan struct{}, 1), orphans: make(map[string]chan struct{})}, nil
}

// Close gives the folder free for other processes.
func (d *Dir) Close() error {
	d.owner.mu.Lock()
	defer d.owner.mu.Unlock()
	return d.owner.lease.Close()
}

// Entry returns the entry of a name. A download has one for as long as it lives.
func (d *Dir) Entry(name string) *Entry {
	e := &Entry{Place: d.place(name), dir: d}
	e.current = newFile(&e.Place, &e.disk, d)
	e.current.first = true
	return e
}

func (d *Dir) place(name string) Place {
	p := PlaceOf(d.path, name)
	p.files = d.opt.Files
	return p
}

// Held returns how many bytes the entries take, with their records.
func (d *Dir) Held() int64 { return d.usage.held() }

// Oldest returns the names of the entries that hold bytes or have a record, least
// recently used first.
func (d *Dir) Oldest() []string { return d.usage.oldest() }
