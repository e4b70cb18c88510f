package diskcache

import (
	"context"
	"errors"
	"io/fs"
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
	entries, err := d.opt.Files.ReadDir(folder)
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
			f.add(filepath.Join(folder, e.Name()), info)
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
	paths    []string // of the generations
	bytes    int64
	modified time.Time
}

func (f *onDisk) add(path string, info fs.FileInfo) {
	f.paths = append(f.paths, path)
	f.bytes += allocated(info)
	if info.ModTime().After(f.modified) {
		f.modified = info.ModTime()
	}
}

// account counts what a scan has found of an entry, once that is no more than it
// needs.
func (d *Dir) account(name string, f onDisk) {
	if !d.beginDrop(name) {
		d.accountUsed(name, f)
		return
	}
	p := d.place(name)
	if len(f.paths) > 1 && d.owned() == nil {
		d.complain(name, p.dropStrays())
		f.bytes = p.allocated()
	}
	r, taken, err := readRecord(p.RecordPath())
	useless := f.bytes == 0 && unneeded(r, err)
	if !useless { // counted before a download can load it, which may drop it
		d.usage.seen(name, f.bytes, taken, r.lastUsed(f.modified)) // without a record the data tells
	}
	d.endDrop(name)
	if useless {
		d.DropOrphan(name)
	}
}

// accountUsed is account for an entry that a download has, or had a moment ago.
func (d *Dir) accountUsed(name string, f onDisk) {
	if e := d.opt.Loaded(name); e != nil {
		f.bytes = e.dropStrays(f)
	} else {
		d.awaitDrop(name)
		f.bytes = d.place(name).allocated()
	}
	r, taken, err := readRecord(d.place(name).RecordPath()) // without one the data tells
	if f.bytes > 0 || err == nil {
		d.usage.seen(name, f.bytes, taken, r.lastUsed(f.modified))
	}
}
