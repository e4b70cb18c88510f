package mounts

import (
	"sync"

	"golang.org/x/sys/unix"
)

// A Changes tells whether the table of mounts has changed, without reading it. Make it with
// WatchChanges. Its methods may be called from any goroutine.
type Changes struct {
	mu   sync.Mutex // guards file
	file int        // -1 once it is closed
}

// WatchChanges tells of changes from now on.
func WatchChanges() (*Changes, error) {
	table, err := watchTable()
	return &Changes{file: table}, err
}

// Any reports whether the table has changed since the last call or, at the first, since
// WatchChanges. It says so too where that is not known.
func (c *Changes) Any() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.file < 0 {
		return true
	}
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(c.file), Events: unix.POLLPRI}}, 0) // #nosec G115 -- it is small
	return n != 0 || err != nil
}

// Close ends the watch.
func (c *Changes) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.file >= 0 {
		_ = unix.Close(c.file) // nothing was written
		c.file = -1
	}
}
