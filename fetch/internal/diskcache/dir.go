// Package diskcache owns the folder of a store: the data that is held of each
// download, the record of it, the quota, and which entries are evicted first.
//
// It must never know a request or a reader; of a download's state it knows the name.
// Open dir.go first: a Dir has an Entry for each download (entry.go), and an Entry has
// a File, the generation of the data in use (file.go). What lasts is in record.go
// and marks.go, where it lies in place.go; session.go goes through the marks when a
// store opens or closes. quota.go and usage.go decide what is evicted when; scan.go
// finds at the start what is on disk, and orphan.go removes data without a download.
// list.go lists and verifies a folder.
package diskcache

import (
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// Options say how much a Dir may hold, and what it has to ask.
type Options struct {
	MaxBytes int64         // that all entries may take; 0 means no limit
	MinFree  int64         // to leave free on the file system; 0 means none
	Session  bool          // complete files go when the session ends
	Files    durable.Files // how files are changed
	Logger   *slog.Logger

	// InUse reports whether there is a download of an entry. Evict drops the bytes that
	// it holds unless a reader or a transfer needs them, and returns how many they were;
	// key is the entry's where InUse reported false. Neither is called under a lock.
	InUse func(name string) bool
	Evict func(name, key string) (freed int64)
}

// A Dir is the folder of a store. Its locks are the last to be taken: a method of
// Entry that says so may be called under the locks of a download.
type Dir struct {
	path   string
	opt    Options
	lock   *os.File
	usage  usage
	making chan struct{} // holds one element while room is made
	spare  atomic.Int64  // bytes that may be written before Options.MinFree is looked at again

	mu      sync.Mutex
	orphans map[string]chan struct{} // by name: entries without a download that are being dropped; closed when they are gone
}

// Open opens the folder at path, and makes it if it is not there. It fails with
// fault.ErrLocked while another process has it open.
func Open(path string, opt Options) (*Dir, error) {
	for _, sub := range []string{"", ActiveDir, SessionDir} {
		if err := os.MkdirAll(filepath.Join(path, sub), 0o700); err != nil {
			return nil, err
		}
	}
	lock, err := lockFile(filepath.Join(path, LockName))
	if err != nil {
		return nil, err
	}
	makeFolders(opt.Files, path)
	return &Dir{path: path, opt: opt, lock: lock, making: make(chan struct{}, 1), orphans: make(map[string]chan struct{})}, nil
}

// Close gives the folder free for other processes.
func (d *Dir) Close() error { return d.lock.Close() }

// Entry returns the entry of a name. A download has one for as long as it lives.
func (d *Dir) Entry(name string) *Entry {
	e := &Entry{Place: d.place(name), dir: d}
	e.current = newFile(&e.Place, &e.disk)
	e.current.first = true
	return e
}

func (d *Dir) place(name string) Place {
	p := PlaceOf(d.path, name)
	p.files = d.opt.Files
	return p
}

// Held returns how many bytes the entries take.
func (d *Dir) Held() int64 { return d.usage.held() }

// Oldest returns the names of the entries that hold bytes, least recently used
// first.
func (d *Dir) Oldest() []string { return d.usage.oldest() }
