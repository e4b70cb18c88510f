package fetch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// scan finds out what is on disk from earlier sessions, and makes room if that
// is too much.
func (s *Store) scan() {
	folders, err := filepath.Glob(filepath.Join(s.dir, "[0-9a-f][0-9a-f]"))
	if err != nil {
		return
	}
	for _, folder := range folders {
		if s.ctx.Err() != nil {
			return
		}
		s.scanFolder(folder)
	}
	if err := s.makeRoom(s.ctx, 0); err != nil && s.ctx.Err() == nil {
		s.log.Warn("the cache is larger than it may be", "err", err)
	}
}

func (s *Store) scanFolder(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("cannot read a cache folder", "err", err)
	}
	found := make(map[string]*onDisk)
	for _, e := range entries {
		name, isData := diskcache.CutData(e.Name())
		info, err := e.Info()
		if err != nil || !diskcache.ValidName(name) {
			continue
		}
		if found[name] == nil {
			found[name] = new(onDisk)
		}
		if isData {
			found[name].add(info)
		}
	}
	for name, f := range found {
		if s.ctx.Err() == nil {
			s.account(name, f)
		}
	}
}

// onDisk is what a folder has of the data of one entry.
type onDisk struct {
	generations int
	bytes       int64
	used        time.Time
}

func (f *onDisk) add(info fs.FileInfo) {
	f.generations++
	f.bytes += diskcache.Allocated(info)
	if info.ModTime().After(f.used) {
		f.used = info.ModTime()
	}
}

// account counts what a scan has found of an entry, once that is no more than it
// needs.
func (s *Store) account(name string, f *onDisk) {
	if f.generations > 1 {
		f.bytes = s.dropStrays(s.placeOf(name))
	}
	if f.bytes > 0 {
		s.usage.Seen(name, f.bytes, f.used)
	} else {
		s.tidy(name)
	}
}

// dropStrays removes the generations that no record names, unless a download has
// the entry, and returns how many bytes are left.
func (s *Store) dropStrays(p diskcache.Place) (left int64) {
	if s.beginDrop(p.Name) {
		defer s.endDrop(p.Name)
		if err := p.DropStrays(); err != nil {
			s.log.Warn("cannot drop data that no record names", "name", p.Name, "err", err)
		}
	}
	return p.Allocated()
}

// tidy removes what an earlier session left of a download of which nothing is
// held, if that is worth nothing.
func (s *Store) tidy(name string) {
	p := s.placeOf(name)
	if unneeded(diskcache.ReadRecord(p.RecordPath())) {
		s.dropOrphan(p)
	}
}
