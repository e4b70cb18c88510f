package fetch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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
	held := make(map[string]int64)
	for _, e := range entries {
		name, kind, _ := strings.Cut(e.Name(), ".")
		info, err := e.Info()
		if err != nil || !diskcache.ValidName(name) {
			continue
		}
		held[name] += 0
		if kind == "data" {
			held[name] = diskcache.Allocated(info)
			s.usage.Seen(name, held[name], info.ModTime())
		}
	}
	for name, n := range held {
		if n == 0 && s.ctx.Err() == nil {
			s.tidy(name)
		}
	}
}

// tidy removes what an earlier session left of a download of which nothing is
// held, if that is worth nothing.
func (s *Store) tidy(name string) {
	p := s.placeOf(name)
	r, err := diskcache.ReadRecord(p.RecordPath())
	switch {
	case diskcache.Damaged(err):
		s.dropOrphan(p)
	case err == nil && r.Worthless():
		if err := s.Download(Remote{Key: r.Key, Size: -1}).persist(); err != nil { // somebody may want it by now
			s.log.Warn("cannot remove a record", "key", r.Key, "err", err)
		}
	}
}
