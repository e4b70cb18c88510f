package fs

import "sync"

// handles are the tracks that are open. The kernel tells of the end of each, but
// not of those that were closed just before the mount went: what it had not sent
// by then it forgets.
type handles struct {
	mu   sync.Mutex // guards open
	open map[*trackHandle]struct{}
}

func (h *handles) add(one *trackHandle) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == nil {
		h.open = map[*trackHandle]struct{}{}
	}
	h.open[one] = struct{}{}
}

func (h *handles) remove(one *trackHandle) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, one)
}

// close closes what is left. No request may come any more.
func (h *handles) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for one := range h.open {
		_ = one.reader.Close() // it never fails
	}
	clear(h.open)
}
