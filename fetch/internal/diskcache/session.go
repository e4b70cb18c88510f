package diskcache

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// EndSession drops what an earlier session that kept nothing left behind; a
// session that keeps takes it over.
func (d *Dir) EndSession() error {
	return d.eachMark(SessionDir, func(p Place) error {
		if d.opt.Session {
			if err := p.Clear(true); err != nil {
				return err // the mark stays, to try again by
			}
		}
		return p.files.Remove(p.SessionPath())
	})
}

// EachActive calls do for the record of each download that is to go on, or with the
// error that it cannot be read with.
func (d *Dir) EachActive(do func(Place, Record, error)) error {
	return d.eachMark(ActiveDir, func(p Place) error {
		r, err := ReadRecord(p.RecordPath())
		if errors.Is(err, fs.ErrNotExist) {
			return p.files.Remove(p.ActivePath())
		}
		do(p, r, err)
		return nil
	})
}

func (d *Dir) eachMark(sub string, do func(Place) error) error {
	if d.owned() != nil {
		return nil // the marks are another process's
	}
	entries, err := d.opt.Files.ReadDir(filepath.Join(d.path, sub))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // the folder may have been taken away
		return err
	}
	for _, e := range entries {
		if !ValidName(e.Name()) {
			continue
		}
		if err := do(d.place(e.Name())); err != nil {
			return err
		}
	}
	return nil
}
