package fetch

import (
	"context"
	"errors"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/clock"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// An Entry is what a store's folder holds of one download.
type Entry struct {
	Status
	Used time.Time // when it was last opened or written; now where the future has it

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
	err := diskcache.Each(context.Background(), durable.Files{}, dir, func(p diskcache.Place, r diskcache.Record, damage error) error {
		list = append(list, newEntry(p, r, damage))
		return nil
	})
	return list, err
}

// Verify reads every complete file in a store's folder, compares it with its
// digest, or makes one where there is none, and tells report of each entry as it
// goes. Damaged ones are dropped, so that the next read fetches them again. While a
// process has the store open, what that changes meanwhile is left out, and no digest
// is made.
func Verify(ctx context.Context, dir string, report func(Entry)) error {
	return verify(ctx, durable.Files{}, dir, report)
}

func verify(ctx context.Context, files durable.Files, dir string, report func(Entry)) error {
	err := Exclusively(dir, func() error { return verifyEach(ctx, files, dir, report, settle) })
	if errors.Is(err, ErrLocked) {
		return verifyEach(ctx, files, dir, report, settleBeside)
	}
	return err
}

// verifyEach verifies every entry. settle carries out on disk what that found.
func verifyEach(ctx context.Context, files durable.Files, dir string, report func(Entry), settle settler) error {
	return diskcache.Each(ctx, files, dir, func(p diskcache.Place, r diskcache.Record, damage error) error {
		e, proved := newEntry(p, r, damage), r
		if e.Err == nil && e.State == Complete {
			e.Unproved = r.Sum == "" && !digest.Known(r.Digest)
			proved, e.Err = p.Verify(ctx, r)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		told, err := settle(p, r, proved, e.Damaged())
		if e.Err == nil {
			e.Err, err = err, nil
		}
		if told {
			report(e)
		}
		return err
	})
}

// A settler carries out on disk what was found of the entry at a place: that it is
// damaged, or more than its record says. told is whether that still counts.
type settler func(p diskcache.Place, r, proved diskcache.Record, damaged bool) (told bool, err error)

// settle is for a folder that no process has open.
func settle(p diskcache.Place, r, proved diskcache.Record, damaged bool) (told bool, err error) {
	switch {
	case damaged:
		err = p.Remove()
	case proved.Sum != r.Sum, proved.Stamp != r.Stamp:
		err = proved.Save(p)
	}
	return true, err
}

// settleBeside is for a folder that another process has open. That one notices when it
// opens the file next that its data is gone.
func settleBeside(p diskcache.Place, r, _ diskcache.Record, damaged bool) (told bool, err error) {
	if !damaged {
		return true, nil
	}
	if !p.Unchanged(r) {
		return false, nil
	}
	if r.Key == "" {
		return true, nil // a record that cannot be read names no data
	}
	return true, p.RemoveData(r)
}

func newEntry(p diskcache.Place, r diskcache.Record, damage error) Entry {
	e := Entry{Used: clock.Past(p.Used(r), time.Now()), Status: Status{Key: r.Key, Size: r.File.Size, Held: r.Held.Len(), Err: damage,
		Modified: r.File.ModTime(), Type: r.Type, URL: r.URL}}
	for s := Idle; s <= Complete; s++ {
		if s.String() == r.State {
			e.State = s
		}
	}
	return e
}

// LockName is the file in a store's folder that the process which has the store
// open holds a lock on. It must not be removed.
const LockName = diskcache.LockName

// Exclusively calls do while no process has the store in dir open, nor can open
// it. It fails with ErrLocked if one has, else with the error of do.
func Exclusively(dir string, do func() error) error { return diskcache.Exclusively(dir, do) }
