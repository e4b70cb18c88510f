package diskcache

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Scan finds out what is on disk from earlier sessions, and makes room if that
// is too much.
func (d *Dir) Scan(ctx context.Context) {
	folders, err := filepath.Glob(filepath.Join(d.path, "[0-9a-f][0-9a-f]"))
	if err != nil {
		return
	}
	for _, folder := range folders {
		if ctx.Err() != nil || d.owned() != nil {
			return
		}
		d.scanFolder(ctx, folder)
	}
	if err := d.MakeSpace(ctx, 0, nil); err != nil && ctx.Err() == nil {
		d.opt.Logger.Warn("the cache is larger than it may be", "err", err)
	}
}

func (d *Dir) scanFolder(ctx context.Context, folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.opt.Logger.Warn("cannot read a cache folder", "err", err)
	}
	found := make(map[string]onDisk, len(entries)/2)
	for _, e := range entries {
		name, isData := cutData(e.Name())
		info, err := e.Info()
		if err != nil || !ValidName(name) || isData && e.IsDir() {
			continue
		}
		f := found[name]
		if isData {
			f.add(info)
		}
		found[name] = f
	}
	for name, f := range found {
		if ctx.Err() == nil {
			d.account(name, f)
		}
	}
}

// onDisk is what a folder has of the data of one entry.
type onDisk struct {
	generations int
	bytes       int64
	modified    time.Time
}

func (f *onDisk) add(info fs.FileInfo) {
	f.generations++
	f.bytes += allocated(info)
	if info.ModTime().After(f.modified) {
		f.modified = info.ModTime()
	}
}

// account counts what a scan has found of an entry, once that is no more than it
// needs.
func (d *Dir) account(name string, f onDisk) {
	if f.generations > 1 {
		f.bytes = d.dropStrays(d.place(name))
	}
	switch {
	case f.bytes > 0:
		r, _ := ReadRecord(d.place(name).RecordPath()) // without one the data tells
		d.usage.seen(name, f.bytes, r.lastUsed(f.modified))
	case unneeded(ReadRecord(d.place(name).RecordPath())):
		d.DropOrphan(name)
	}
}

// dropStrays removes the generations that no record names, unless a download has
// the entry, and returns how many bytes are left.
func (d *Dir) dropStrays(p Place) (left int64) {
	if d.owned() == nil && d.beginDrop(p.Name) {
		defer d.endDrop(p.Name)
		if err := p.dropStrays(); err != nil {
			d.opt.Logger.Warn("cannot drop data that no record names", "name", p.Name, "err", err)
		}
	}
	return p.allocated()
}

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
