package fetch

import (
	"context"
	"slices"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// transfers are some transfers of one download.
type transfers []*transfer

// without returns all but one, in a slice of their own: another goroutine may be
// going through the old one.
func (all transfers) without(t *transfer) transfers {
	var rest transfers
	for _, o := range all {
		if o != t {
			rest = append(rest, o)
		}
	}
	return rest
}

// cancelOthers ends all but one with a cause; nil spares none.
func (all transfers) cancelOthers(but *transfer, cause error) {
	for _, t := range all {
		if t != but {
			t.stop(cause)
		}
	}
}

// wait waits for all to end, or for ctx. The caller does not hold Download.mu.
func (all transfers) wait(ctx context.Context) error {
	for _, t := range all {
		select {
		case <-t.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// queuedLocked reports whether every transfer waits for its slot.
func (all transfers) queuedLocked() bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(t *transfer) bool { return !t.waits })
}

// movingLocked returns how many have a connection.
func (all transfers) movingLocked() (n int) {
	for _, t := range all {
		if !t.queued {
			n++
		}
	}
	return n
}

// bringLocked reports whether any is there for bytes, and not for the server's word.
func (all transfers) bringLocked() bool {
	return slices.ContainsFunc(all, func(t *transfer) bool { return !t.validates })
}

// rangesLocked returns the ranges that they still have to bring.
func (all transfers) rangesLocked() []ranges.Range {
	var list []ranges.Range
	for _, t := range all {
		list = append(list, t.Range)
	}
	return list
}
