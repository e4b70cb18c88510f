package diskcache

import "time"

// DropOrphan removes data that no record tells of, left by a process that was
// killed, or that is of no use by its record, and returns how much it was. A
// download that begins in between waits.
func (d *Dir) DropOrphan(name string) (freed int64) {
	if d.owned() != nil || !d.beginDrop(name) {
		return 0
	}
	defer d.endDrop(name)
	p := d.place(name)
	if !unneeded(ReadRecord(p.RecordPath())) {
		return 0 // a download has had it since
	}
	_, record := d.usage.of(name)
	freed = p.allocated() + record
	if err := p.Clear(false); err != nil {
		d.opt.Logger.Warn("cannot drop data without a record", "name", name, "err", err)
		return 0
	}
	d.usage.set(name, 0, time.Time{})
	d.usage.unrecord(name)
	return freed
}

// unneeded reports whether a record, or the lack of one, that was read with err
// says of its data that it is of no use.
func unneeded(r Record, err error) bool {
	return Damaged(err) || err == nil && r.Worthless()
}

// beginDrop reports whether an entry that no download has may be dropped. If so,
// endDrop must follow. The drop is noted before InUse is asked, and a download is
// there before it calls awaitDrop: one of the two sees the other.
func (d *Dir) beginDrop(name string) bool {
	d.mu.Lock()
	if d.orphans[name] != nil {
		d.mu.Unlock()
		return false
	}
	d.orphans[name] = make(chan struct{})
	d.mu.Unlock()
	if d.opt.InUse(name) {
		d.endDrop(name)
		return false
	}
	return true
}

func (d *Dir) endDrop(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.orphans[name])
	delete(d.orphans, name)
}

// awaitDrop waits until nothing is dropped at a name that a download has now.
func (d *Dir) awaitDrop(name string) {
	d.mu.Lock()
	dropped := d.orphans[name]
	d.mu.Unlock()
	if dropped != nil {
		<-dropped
	}
}
