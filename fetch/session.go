package fetch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// endSession drops what an earlier session that kept nothing left behind; a
// session that keeps takes it over.
func (s *Store) endSession() error {
	return s.eachMark(diskcache.SessionDir, func(p diskcache.Place) error {
		if !s.opt.Session {
			return p.Files.Remove(p.SessionPath())
		}
		if err := p.Clear(true); err != nil {
			return err // the mark stays, to try again by
		}
		return p.Files.Remove(p.SessionPath())
	})
}

// goOn loads the downloads that are marked as active and sets those under way
// that are not paused.
func (s *Store) goOn() error {
	return s.eachMark(diskcache.ActiveDir, func(p diskcache.Place) error {
		r, err := diskcache.ReadRecord(p.RecordPath())
		if errors.Is(err, fs.ErrNotExist) {
			return p.Files.Remove(p.ActivePath())
		}
		if err != nil {
			s.log.Warn("cannot go on with a download", "record", p.RecordPath(), "err", err)
			return nil
		}
		d := s.Download(Remote{Key: r.Key, Size: -1, Digest: r.Digest})
		d.mu.Lock()
		defer d.mu.Unlock()
		d.scheduleLocked()
		return nil
	})
}

func (s *Store) eachMark(sub string, do func(diskcache.Place) error) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, sub))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // the folder may have been taken away
		return err
	}
	for _, e := range entries {
		if !diskcache.ValidName(e.Name()) {
			continue
		}
		if err := do(s.placeOf(e.Name())); err != nil {
			return err
		}
	}
	return nil
}
