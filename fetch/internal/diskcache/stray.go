package diskcache

import (
	"cmp"
	"slices"
)

// dropStrays removes the generations at p that the record does not name: a process
// was killed before it had removed them.
func (p Place) dropStrays() error {
	r, err := ReadRecord(p.RecordPath())
	if err != nil {
		return nil // of no record, or of one that cannot be read now, all are kept
	}
	named := ""
	if len(r.Held) > 0 {
		named = p.DataPath(r.Data)
	}
	return p.dropAllBut(named)
}

// dropStrays removes the generations that a scan has found and the entry does not know,
// and returns how many bytes are left. A killed process left them, or they came back
// with a folder that had been taken away. An eviction drops the current generation
// alone, and would leave them uncounted.
func (e *Entry) dropStrays(found onDisk) (left int64) {
	e.Lock()
	defer e.Unlock()
	strays := without(slices.Clone(found.paths), e.current.path())
	if !e.loaded || len(strays) == 0 || e.dir.owned() != nil {
		return found.bytes
	}
	err := e.dropStrayRecordLocked()
	e.dir.complain(e.Name, cmp.Or(err, e.files.Remove(strays...)))
	return e.allocated()
}

// dropStrayRecordLocked removes a record that names another generation than the current
// one, which has no record yet.
func (e *Entry) dropStrayRecordLocked() error {
	r, err := ReadRecord(e.RecordPath())
	if err != nil || len(r.Held) == 0 || r.Data == e.current.generation {
		return nil
	}
	return e.removeRecord()
}

// complain logs why data that no record names could not be removed, if err is not nil.
func (d *Dir) complain(name string, err error) {
	if err != nil {
		d.opt.Logger.Warn("cannot drop data that no record names", "name", name, "err", err)
	}
}
