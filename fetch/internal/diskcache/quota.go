package diskcache

import (
	"context"
	"fmt"
	"math"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/bytesize"
	"github.com/tunesfs/tunesfs/internal/diskspace"
)

// batch is how much more than needed is evicted at a time, so that a full cache does
// not look for victims at every write.
const batch = 64 << 20

// MaxVictims is how many entries are evicted at a time where fewer would be enough
// but for batch: of heads that would be thousands.
const MaxVictims = 256

// MaxSpare is how much may be written after the free space was asked for and
// before it is asked for again.
const MaxSpare = 4 << 20

// MakeSpace makes room for n more bytes, within Options.MaxBytes and with
// Options.MinFree left on the disk. It evicts what was used least recently, and
// fails with fault.ErrNoSpace where that is not enough. It calls full with that error,
// if full is not nil, before the next call of MakeSpace looks for entries to evict. It
// ends early with ctx, and its cause. Without an error the room is reserved: Release
// must follow once the bytes count as held, or will not be written.
func (d *Dir) MakeSpace(ctx context.Context, n int64, full func(error)) error {
	d.reserved.Add(n)
	err := d.makeSpace(ctx, n, full)
	if err != nil {
		d.Release(n)
	}
	return err
}

// Release gives up n bytes of room that MakeSpace has reserved.
func (d *Dir) Release(n int64) { d.reserved.Add(-n) }

// makeSpace is MakeSpace for n bytes that are reserved already.
func (d *Dir) makeSpace(ctx context.Context, n int64, full func(error)) error {
	if d.shortfall(n) <= 0 {
		return nil
	}
	select {
	case d.making <- struct{}{}:
		defer func() { <-d.making }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	need := d.shortfall(n)
	if need <= 0 {
		return nil // another call has just made room
	}
	goal := need + batch
	if d.opt.MaxBytes > 0 {
		goal = need + min(batch, d.opt.MaxBytes/16)
	}
	need -= d.evictOldest(ctx, need, goal)
	need = min(need, d.shortfall(n)) // more may have been counted of a victim than it held
	switch {
	case need <= 0:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	err := fmt.Errorf("%w: %s more are needed", fault.ErrNoSpace, bytesize.Format(need))
	if full != nil {
		full(err)
	}
	return err
}

// evictOldest evicts what was used least recently, and returns how many bytes
// that were: goal if there are so many, need if that takes many victims.
func (d *Dir) evictOldest(ctx context.Context, need, goal int64) (freed int64) {
	for i, name := range d.Oldest() {
		if freed >= goal || freed >= need && i >= MaxVictims || ctx.Err() != nil {
			break
		}
		freed += d.Evict(name)
	}
	return freed
}

// shortfall returns how many bytes have to be evicted before n, which are reserved, may
// be written.
func (d *Dir) shortfall(n int64) int64 {
	var need int64
	if d.opt.MaxBytes > 0 {
		need = d.Held() + d.reserved.Load() - d.opt.MaxBytes
	}
	if d.opt.MinFree > 0 && d.spare.Add(-n) <= 0 {
		free := freeBytes(d.path) - d.opt.MinFree - n
		d.spare.Store(min(free, MaxSpare))
		need = max(need, -free)
	}
	return need
}

// Evict drops the bytes of an entry unless they are in use, and returns how many
// they were.
func (d *Dir) Evict(name string) (freed int64) {
	if d.opt.InUse(name) {
		return d.opt.Evict(name, "")
	}
	r, err := ReadRecord(d.place(name).RecordPath())
	switch {
	case Damaged(err):
		return d.DropOrphan(name)
	case err != nil:
		return 0
	}
	return d.opt.Evict(name, r.Key)
}

// freeBytes returns the space left on the file system of dir; where it cannot
// be told it is not what limits.
func freeBytes(dir string) int64 {
	space, err := diskspace.Of(dir)
	if err != nil {
		return math.MaxInt64
	}
	return space.Free
}
