package fetch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// An Entry is what a store's folder holds of one download.
type Entry struct {
	Status
	Used time.Time // when it was last opened or written

	// Unproved, which Verify tells, is a complete file of which no digest had
	// been made to compare it with. One is made then, of what it is now.
	Unproved bool

	// Err of Status says what is wrong with the entry: nil if nothing is, else
	// it matches ErrTooNew, or says how it is damaged or why it cannot be read.
}

// Damaged reports whether Err says that the entry is not whole, and not merely that
// this could not be found out.
func (e Entry) Damaged() bool { return diskcache.Damaged(e.Err) }

// List returns the entries in a store's folder, whether or not a process has it
// open. What changes meanwhile is shown as it was.
func List(dir string) ([]Entry, error) {
	var list []Entry
	err := eachEntry(context.Background(), durable.Files{}, dir, func(_ diskcache.Place, _ diskcache.Record, e Entry) error {
		list = append(list, e)
		return nil
	})
	return list, err
}

// Verify reads every complete file in a store's folder, compares it with its
// digest, or makes one where there is none, and tells report of each entry as it
// goes; damaged ones are dropped, so that the next read fetches them anew.
// It fails with ErrLocked while a process has the store open.
func Verify(ctx context.Context, dir string, report func(Entry)) error {
	return verify(ctx, durable.Files{}, dir, report)
}

func verify(ctx context.Context, files durable.Files, dir string, report func(Entry)) error {
	return Exclusively(dir, func() error {
		return eachEntry(ctx, files, dir, func(p diskcache.Place, r diskcache.Record, e Entry) error {
			if e.Err == nil && e.State == Complete {
				e.Unproved = r.Sum == "" && !digest.Known(r.Digest)
				e.Err = verifyFile(ctx, p, r)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			report(e)
			if e.Damaged() {
				return errors.Join(p.Clear(true), p.Files.Remove(p.ActivePath(), p.SessionPath()))
			}
			return nil
		})
	})
}

// verifyFile compares a complete file with its digest, and records that where it
// was not.
func verifyFile(ctx context.Context, p diskcache.Place, r diskcache.Record) error {
	f, err := os.Open(p.DataPath(r.Data))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if r.Sum != "" {
		return digest.Check(digest.Bounded{Ctx: ctx, Reader: f}, r.Sum)
	}
	if r.Sum = r.Digest; digest.Known(r.Digest) {
		err = digest.Check(digest.Bounded{Ctx: ctx, Reader: f}, r.Digest)
	} else {
		r.Sum, err = digest.Of(digest.Bounded{Ctx: ctx, Reader: f}, digest.Own)
	}
	if err != nil {
		return err
	}
	return r.Save(p)
}

// eachEntry calls do for every record in the folder, with what is wrong with it
// as the entry's Err.
func eachEntry(ctx context.Context, files durable.Files, dir string, do func(diskcache.Place, diskcache.Record, Entry) error) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		name, isRecord := strings.CutSuffix(filepath.Base(path), ".json")
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		case e.IsDir() || !isRecord || !diskcache.ValidName(name):
			return nil
		}
		p := diskcache.Place{Files: files, Dir: dir, Name: name}
		r, entry := inspect(p)
		return do(p, r, entry)
	})
}

func inspect(p diskcache.Place) (diskcache.Record, Entry) {
	r, err := diskcache.ReadRecord(p.RecordPath())
	if err == nil {
		err = p.Check(r)
	}
	e := Entry{Used: p.Used(r), Status: Status{Key: r.Key, Size: r.File.Size, Held: r.Held.Len(), Err: err,
		Modified: r.File.ModTime(), Type: r.Type, URL: r.URL}}
	for s := Idle; s <= Complete; s++ {
		if s.String() == r.State {
			e.State = s
		}
	}
	return r, e
}
