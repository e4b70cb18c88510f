package client

import (
	"sync"

	"github.com/tunesfs/tunesfs/internal/mounts"
)

// A mountTable knows whether the mount is in the table of mounts. That is long on some
// systems: it is read only when it has changed. The zero value is ready to use.
type mountTable struct {
	mu      sync.Mutex      // guards the fields below, and is held while the table is read
	changes *mounts.Changes // nil until the first look, and where nothing tells of changes
	known   bool
	err     error // of the last reading
	closed  bool
}

// look returns the result of read, which reads the table.
func (t *mountTable) look(read func() error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.changes == nil && !t.closed {
		if changes, err := mounts.WatchChanges(); err == nil {
			t.changes = changes
		}
	}
	if t.changes == nil {
		return read()
	}
	if changed := t.changes.Any(); changed || !t.known {
		t.err = read()
		t.known = true
	}
	return t.err
}

// close ends the watch of the table.
func (t *mountTable) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	if t.changes != nil {
		t.changes.Close()
		t.changes = nil
	}
}
