package listing

import (
	"fmt"
	"syscall"
	"time"
)

// errReset ends a call that the lister no longer wants. Those who wait for a page fail by
// it; all others wait for the next call.
var errReset = fmt.Errorf("the folder lists something else: %w", syscall.EAGAIN)

// Reset makes the lister as one that has asked for nothing yet: the folder lists something
// else from now on, for which Calls ask already. Calls that are under way no longer count.
// The view leaves memory also where it is pinned.
func (l *Lister) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.resets++
	l.view, l.dropped, l.pending, l.paging = nil, nil, nil, nil
	l.err, l.owed, l.pace, l.begun = nil, false, pace{}, time.Time{}
	l.views.put(l, nil)
}
