package fetch

import (
	"cmp"
	"os"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

func (s *Store) placeOf(name string) diskcache.Place {
	return diskcache.Place{Files: s.opt.files, Dir: s.dir, Name: name}
}

// data returns the data file with a reference for the caller, and opens it if
// it is not. It fails with errDropped if bytes were dropped since drops, or
// have to be because the cache was emptied behind our back.
func (d *Download) data(drops uint64) (*diskcache.File, error) {
	if f, err := d.openFile(drops); f != nil || err != nil {
		return f, err
	}
	if !d.store.enter() {
		return nil, ErrClosed // the folder may be another's by now
	}
	defer d.store.wg.Done()
	d.disk.Lock() // keeps drop from unlinking what is opened here
	defer d.disk.Unlock()
	if f, err := d.openFile(drops); f != nil || err != nil {
		return f, err
	}
	have, err := d.verify()
	if err != nil {
		return nil, err
	}
	f, err := diskcache.OpenData(d.place, have)
	if err != nil {
		return nil, fault.Disk(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.file = f
	return f.Ref(), nil
}

// verify returns what is held, and drops it if the data file, which is not open,
// is not there or too short. d.disk is held.
func (d *Download) verify() (ranges.Set, error) {
	d.mu.Lock()
	have := d.have
	d.mu.Unlock()
	_, err := diskcache.CheckData(d.place.DataPath(), have)
	switch {
	case err == nil:
		return have, nil
	case !diskcache.Damaged(err):
		return nil, fault.Disk(err)
	}
	d.store.log.Warn("cache entry is gone", "key", d.key, "err", err)
	return nil, cmp.Or(d.lose(), errDropped)
}

// openFile returns the data file if it is open already, else nil.
func (d *Download) openFile(drops uint64) (*diskcache.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.drops != drops:
		return nil, errDropped
	case d.file == nil:
		return nil, nil
	}
	return d.file.Ref(), nil
}

// used notes that someone opened the download, for the order in which bytes are
// dropped; the data file's time tells the next session.
func (d *Download) used(f *diskcache.File) {
	now := time.Now()
	if d.store.usage.Touch(d.place.Name, now) {
		_ = os.Chtimes(f.Name(), time.Time{}, now) // a wrong order harms nobody
	}
}
