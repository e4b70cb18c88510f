package fetch

import (
	"context"
	"errors"
	"io/fs"
)

// opReopen closes the store and opens it again, on a disk that may fail
// meanwhile.
func (m *model) opReopen() bool {
	if !m.chance(2) {
		return false
	}
	m.note("reopen")
	m.shut()
	m.start(m.dir)
	return true
}

// shut closes the store as an unmount does.
func (m *model) shut() {
	faulty := m.disk.fails()
	m.leaveAll()
	if err := m.Close(); err != nil && !faulty {
		m.t.Errorf("Close: %v", err)
	}
	if m.chance(4) {
		m.verify()
	}
}

// verify checks what is complete by its digest.
func (m *model) verify() {
	faulty := m.disk.fails()
	err := Verify(context.Background(), m.dir, func(e Entry) {
		if errors.Is(e.Err, ErrDigest) {
			m.t.Errorf("WRONG BYTES on disk: %+v", e)
		}
	})
	if err != nil && !faulty && !errors.Is(err, fs.ErrNotExist) {
		m.t.Errorf("Verify: %v", err)
	}
}

// start opens a store, which may fail if the disk does.
func (m *model) start(dir string) {
	m.dir = dir
	faulty := m.disk.fails()
	s, err := Open(m.dir, m.opt)
	if err != nil && !faulty {
		m.t.Fatalf("Open: %v", err)
	}
	if err == nil {
		m.Store = s
		return
	}
	if errors.Is(err, ErrLocked) {
		m.t.Errorf("Open: %v", err)
	}
	m.disk.heal()
	m.open()
}

// leaveAll ends every read and handle, as an unmount does.
func (m *model) leaveAll() {
	m.Interrupt()
	m.later.Wait()
	m.closeAll()
}

func (m *model) closeAll() {
	if m.early != nil {
		m.early.Close()
		m.early = nil
	}
	for _, h := range m.handles {
		h.leave()
		_ = h.Close()
	}
	m.handles = nil
}
