package fetch

import (
	"context"
	"fmt"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// A turn of making room drops more than is needed, so that a full cache does not
// look for victims at every write: batch bytes more, but once there is enough no
// more than so many victims, since of heads batch would be thousands.
const (
	batch   = 64 << 20
	victims = 256
)

// spareMost is how much may be written after the free space was asked for and
// before it is asked for again.
const spareMost = 4 << 20

// makeRoom sees that n more bytes may be written: within Options.MaxBytes, with
// Options.MinFree left on the disk. It drops what was used least recently,
// never what is open, under way or paused, and fails with ErrNoSpace where that
// is not enough. It ends early with ctx, and its cause.
func (s *Store) makeRoom(ctx context.Context, n int64) error {
	if s.lacking(n) <= 0 {
		return nil
	}
	select {
	case s.making <- struct{}{}:
		defer func() { <-s.making }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	need := s.lacking(n)
	if need <= 0 {
		return nil // another has just made room
	}
	goal := need + batch
	if s.opt.MaxBytes > 0 {
		goal = need + min(batch, s.opt.MaxBytes/16)
	}
	need -= s.reclaimOldest(ctx, need, goal)
	need = min(need, s.lacking(n)) // of what went, more may have been counted than was held
	switch {
	case need <= 0:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w: %s more are needed", ErrNoSpace, FormatSize(need))
}

// reclaimOldest drops what was used least recently, and returns how many bytes
// that were: goal if there are so many, need if that takes many victims.
func (s *Store) reclaimOldest(ctx context.Context, need, goal int64) (freed int64) {
	for i, name := range s.usage.Oldest() {
		if freed >= goal || freed >= need && i >= victims || ctx.Err() != nil {
			break
		}
		freed += s.reclaim(name)
	}
	return freed
}

// lacking returns how many bytes must go before n may be written.
func (s *Store) lacking(n int64) int64 {
	var need int64
	if s.opt.MaxBytes > 0 {
		need = s.usage.Held() + n - s.opt.MaxBytes
	}
	if s.opt.MinFree > 0 && s.spare.Add(-n) <= 0 {
		free := diskcache.FreeBytes(s.dir) - s.opt.MinFree - n
		s.spare.Store(min(free, spareMost))
		need = max(need, -free)
	}
	return need
}
