package diskcache

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// Each calls do for every record in a folder, whether or not a process has it open.
// damage is nil if nothing is wrong with the entry; else it is Damaged, matches
// fault.ErrTooNew, or says why the entry cannot be read.
func Each(ctx context.Context, files durable.Files, dir string, do func(p Place, r Record, damage error) error) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		name, isRecord := strings.CutSuffix(filepath.Base(path), ".json")
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist) && path != dir:
			return nil // removed by the process that has it open
		case err != nil:
			return err
		case !isRecord || !ValidName(name):
			return nil
		}
		files.Base = dir
		p := Place{files: files, Dir: dir, Name: name}
		r, err := ReadRecord(p.RecordPath())
		if err == nil {
			_, err = recordedFile(&p, nil, nil, r).check()
		}
		return do(p, r, err)
	})
}

// Verify compares the data of a complete file with its digest. Where there is none it
// makes one of data that nothing says was changed. It returns r with what it found out,
// which the caller may save.
func (p Place) Verify(ctx context.Context, r Record) (Record, error) {
	f, err := p.files.Open(p.DataPath(r.Data), os.O_RDONLY)
	if err != nil {
		return r, err
	}
	defer func() { _ = f.Close() }()
	before, err := stampOf(f)
	if err != nil {
		return r, err
	}
	sum := cmp.Or(r.Sum, r.Digest)
	altered := r.Stamp != nil && *r.Stamp != before
	data := digest.Bounded{Ctx: ctx, Reader: io.NewSectionReader(f, 0, r.File.Size)}
	switch {
	case digest.Known(sum):
		err = digest.Check(data, sum)
	case altered:
		return r, ErrAltered
	default:
		sum, err = digest.Of(data, digest.Own)
	}
	if err != nil {
		return r, err
	}
	if r.Sum = sum; altered {
		r.Stamp = &before
	}
	return r, nil
}

// Remove removes all that there is of an entry, durably.
func (p Place) Remove() error {
	return errors.Join(p.Clear(true), p.files.Remove(p.ActivePath(), p.SessionPath()))
}

// Unchanged reports whether the record at p still is r, as far as it says which data it
// is of: another process may have replaced or removed it.
func (p Place) Unchanged(r Record) bool {
	now, err := ReadRecord(p.RecordPath())
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && Damaged(err) // r could not be read either
	}
	return now.Key == r.Key && now.State == r.State && now.Data == r.Data
}

// RemoveData removes the data that a record at p names, durably. A process that has the
// folder open drops the rest.
func (p Place) RemoveData(r Record) error {
	if err := p.files.Remove(p.DataPath(r.Data)); err != nil {
		return err
	}
	return syncRemoved(p.files, filepath.Dir(p.RecordPath()))
}

// Used returns when the data that a record at p names was last used, or any data
// where the record says nothing; the zero time where there is none.
func (p Place) Used(r Record) time.Time {
	if info, err := p.files.Lstat(p.DataPath(r.Data)); err == nil {
		return r.lastUsed(info.ModTime())
	}
	paths, _ := p.dataPaths() // where they cannot be listed they are not known to be used
	for _, path := range paths {
		if info, err := p.files.Lstat(path); err == nil {
			return info.ModTime()
		}
	}
	return time.Time{}
}
