package diskcache

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// marks are the empty files that tell the next session of a download without
// its record being read: by path, whether each is known to be there or not, so
// that a record is not written with more syncs than it needs.
type marks map[string]bool

// add makes the mark at path durable if it is wanted. One that another program has
// removed is made again.
func (m *marks) add(files durable.Files, path string, wanted bool) error {
	if there := (*m)[path]; !wanted || there && !isGone(files, path) {
		return nil
	}
	if err := files.MakeDir(filepath.Dir(path)); err != nil {
		return err
	}
	f, err := files.Create(path)
	switch {
	case errors.Is(err, fs.ErrExist):
		err = nil // whatever lies there is a mark
	case err == nil:
		err = errors.Join(f.Close(), files.Step(durable.Step{Kind: "made", Path: path}))
	}
	if err == nil {
		err = files.SyncDir(filepath.Dir(path))
	}
	if err == nil {
		m.note(path, true)
	}
	return err
}

// isGone reports whether nothing lies at path.
func isGone(files durable.Files, path string) bool {
	_, err := files.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// remove takes the mark at path away if it is not wanted. A mark too many does
// no harm, so nothing is synced.
func (m *marks) remove(files durable.Files, path string, unwanted bool) error {
	if there, known := (*m)[path]; !unwanted || known && !there {
		return nil
	}
	err := files.Remove(path)
	if err == nil {
		m.note(path, false)
	}
	return err
}

// mayHave reports whether there may be a mark at path.
func (m *marks) mayHave(path string) bool {
	there, known := (*m)[path]
	return there || !known
}

func (m *marks) note(path string, there bool) {
	if *m == nil {
		*m = make(marks)
	}
	(*m)[path] = there
}
