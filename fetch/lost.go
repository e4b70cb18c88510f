package fetch

// forgetLost compares every download with the cache folder, which was taken away: what
// the disk does not have is dropped, and what is left recorded again.
func (s *Store) forgetLost() {
	for _, d := range s.used() {
		d.forgetLost()
	}
	if s.opt.MaxBytes > 0 || s.opt.MinFree > 0 {
		s.cache.Scan(s.ctx)
	}
}

func (d *Download) forgetLost() {
	d.loading.Do(d.load)
	d.forgetGone()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failure.untouchableLocked() == nil {
		d.recorder.markDirtyLocked()
		d.scheduleLocked()
	}
}

// forgetGone drops the held bytes if their file is gone.
func (d *Download) forgetGone() {
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	held, broken := len(d.content.held) > 0, d.failure.untouchableLocked() != nil
	d.mu.Unlock()
	if held && !broken && d.entry.GoneLocked() {
		d.discardAllLocked()
	}
}

// used returns the downloads that someone still uses.
func (s *Store) used() []*Download {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*Download
	for _, p := range s.downloads {
		if d := p.Value(); d != nil {
			list = append(list, d)
		}
	}
	return list
}
