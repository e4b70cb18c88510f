package minimise

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/internal/torture/history"
)

// A Try carries out a case once. It returns the trace of the run if that failed in the
// way that is sought, and nil otherwise. It is called by several at once.
type Try func(ctx context.Context, c Case) (trace []history.Event, err error)

// An effort is how many tries a case gets, and how often it has to fail in them: no two
// runs are the same.
type effort struct{ tries, enough int }

var (
	thorough = effort{tries: 5, enough: 2}
	quick    = effort{tries: 3, enough: 2}
)

// together is how many tries are made at once: each mostly waits.
const together = 2

// fails returns the trace of a run in which c failed, nil if it fails too seldom.
func (s *search) fails(c Case) ([]history.Event, error) {
	if len(c.Plan.Steps) == 0 {
		return nil, nil
	}
	failed, left := 0, s.effort.tries
	var trace []history.Event
	for failed+left >= s.effort.enough && s.ctx.Err() == nil {
		n := min(together, left)
		traces, err := s.tryTogether(c, n)
		if err != nil {
			return nil, endOr(s.ctx, err)
		}
		left -= n
		if failed += len(traces); len(traces) > 0 {
			trace = traces[0]
		}
		if failed >= s.effort.enough {
			return trace, nil
		}
	}
	return nil, nil
}

// tryTogether makes n tries at once and returns the traces of those that failed.
func (s *search) tryTogether(c Case, n int) ([][]history.Event, error) {
	var (
		mu     sync.Mutex
		traces [][]history.Event // guarded by mu
		group  errgroup.Group
	)
	for range n {
		group.Go(func() error {
			trace, err := s.try(s.ctx, c)
			if err != nil || trace == nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			traces = append(traces, trace)
			return nil
		})
	}
	return traces, group.Wait()
}
