package diskcache

import (
	"context"
	"errors"
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
		case err != nil:
			return err
		case e.IsDir() || !isRecord || !ValidName(name):
			return nil
		}
		p := Place{files: files, Dir: dir, Name: name}
		r, err := ReadRecord(p.RecordPath())
		if err == nil {
			_, err = recordedFile(&p, nil, nil, r).check()
		}
		return do(p, r, err)
	})
}

// Verify compares the data of a complete file with its digest, and records that
// where it was not.
func (p Place) Verify(ctx context.Context, r Record) error {
	f, err := os.Open(p.DataPath(r.Data))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	data := digest.Bounded{Ctx: ctx, Reader: f}
	if r.Sum != "" {
		return digest.Check(data, r.Sum)
	}
	if r.Sum = r.Digest; digest.Known(r.Digest) {
		err = digest.Check(data, r.Digest)
	} else {
		r.Sum, err = digest.Of(data, digest.Own)
	}
	if err != nil {
		return err
	}
	return r.Save(p)
}

// Remove removes all that there is of an entry, durably.
func (p Place) Remove() error {
	return errors.Join(p.Clear(true), p.files.Remove(p.ActivePath(), p.SessionPath()))
}

// Used returns when the data that a record at p names was last used, or any data
// where the record says nothing; the zero time where there is none.
func (p Place) Used(r Record) time.Time {
	if info, err := os.Stat(p.DataPath(r.Data)); err == nil {
		return info.ModTime()
	}
	paths, _ := p.dataPaths() // where they cannot be listed they are not known to be used
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			return info.ModTime()
		}
	}
	return time.Time{}
}
