package diskcache

import (
	"container/list"
	"math"
	"sync"
	"syscall"
)

const (
	// leastOpen is how many data files may be open however low the limit is.
	leastOpen = 8

	// shedTries is how many open files are looked at to find one that is not in use.
	shedTries = 64
)

// openFiles bounds how many data files are open at once. A file stays open between
// uses, and until its bytes are recorded: of a long listing those would be thousands.
type openFiles struct {
	limit int

	mu    sync.Mutex
	count int       // of open files, and those that are being opened
	list  list.List // of *File that are open, the one to close first at the front
}

// openLimit returns how many files may be open: maximum, or a quarter of those that
// the process may have. The others are for connections.
func openLimit(maximum int) int {
	if maximum > 0 {
		return maximum
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return leastOpen
	}
	return int(min(max(uint64(limit.Cur)/4, leastOpen), math.MaxInt32)) //nolint:unconvert // signed on FreeBSD
}

// MaxOpen returns how many data files may be open at once.
func (d *Dir) MaxOpen() int { return d.files.limit }

// enter counts one more file, and closes others for it. It reports whether the limit
// allows that file.
func (o *openFiles) enter() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	o.shedLocked(o.limit)
	return o.count <= o.limit
}

// shed closes files that are not in use, for one who has no descriptor left.
func (o *openFiles) shed() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.shedLocked(0)
}

// shedLocked closes files that are not in use until limit are open, or shedTries were
// looked at. It gives up o.mu while it closes one.
func (o *openFiles) shedLocked(limit int) {
	for tries := min(shedTries, o.list.Len()); o.count > limit && tries > 0 && o.list.Len() > 0; tries-- {
		first := o.list.Front()
		o.list.MoveToBack(first)
		f := first.Value.(*File)
		o.mu.Unlock()
		f.shed()
		o.mu.Lock()
	}
}

// opened adds a file that enter has counted.
func (o *openFiles) opened(f *File) *list.Element {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.list.PushBack(f)
}

// leave takes out a file that is closed, or was not opened: nil.
func (o *openFiles) leave(e *list.Element) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count--
	if e != nil {
		o.list.Remove(e)
	}
}
