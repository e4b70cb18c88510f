package diskcache

import (
	"path/filepath"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// tryAgain is how long a folder that another process has is left alone before it is
// tried again.
const tryAgain = time.Second

// An owner knows whether the folder at a path is this process's. Somebody may remove
// or replace it at any time, and another process may open what is there then.
type owner struct {
	mu    sync.Mutex
	lease *lease
	lost  error     // why the folder is not this process's, and cannot be locked; nil if it is
	tried time.Time // when that was last tried
}

// owned fails, as fault.Disk says, unless the folder is this process's. Everything
// that changes the folder by a path asks it first. Where the folder was taken away it
// locks the one that is there now, or a new one, and has the store compare its
// downloads with that.
func (d *Dir) owned() error {
	o := &d.owner
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lost == nil && o.lease.holds(d.path) {
		return nil
	}
	if o.lost != nil && time.Since(o.tried) < tryAgain {
		return o.lost
	}
	o.tried = time.Now()
	before := o.lost
	if !o.lease.holdsFolder(d.path) {
		d.usage.forget() // the next scan counts what is there now
	}
	o.lost = d.renewLeaseLocked()
	if o.lost != nil && before != nil {
		return o.lost
	}
	if o.lost != nil {
		d.opt.Logger.Warn("the cache folder was taken away: nothing is kept", "dir", d.path, "err", o.lost)
	} else {
		d.opt.Logger.Warn("the cache folder was taken away: another is used", "dir", d.path)
	}
	if d.opt.Lost != nil {
		d.opt.Lost()
	}
	return o.lost
}

// TryAgain has the next change of a folder that was taken away look at once whether it
// can be had again: not only after tryAgain.
func (d *Dir) TryAgain() {
	d.owner.mu.Lock()
	defer d.owner.mu.Unlock()
	d.owner.tried = time.Time{}
}

// renewLeaseLocked makes the folder if it is missing, and locks it.
func (d *Dir) renewLeaseLocked() error {
	err := makeSubfolders(d.opt.Files, d.path)
	if err == nil {
		var next *lease
		if next, err = d.owner.lease.renew(d.opt.Files, d.path); err == nil {
			d.owner.lease = next
			makeFolders(d.opt.Files, d.path)
			return nil
		}
	}
	return fault.Disk(err)
}

// tenure tells the times between two losses of the folder apart.
func (d *Dir) tenure() *lease {
	d.owner.mu.Lock()
	defer d.owner.mu.Unlock()
	return d.owner.lease
}

// makeSubfolders makes the folder at path and the two of marks, so that a power cut
// leaves them.
func makeSubfolders(files durable.Files, path string) error {
	for _, sub := range []string{"", ActiveDir, SessionDir} {
		if err := files.MakeDir(filepath.Join(path, sub)); err != nil {
			return err
		}
	}
	return nil
}
