package fetch

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/clock"
)

const (
	// sizeTimeout is how long a caller waits for a size that the host should tell: the
	// time in a queue does not count while the host answers others.
	sizeTimeout = sizeChecks * sizeCheck
	sizeCheck   = 5 * time.Second
	sizeChecks  = 4

	// failingFiles is how many files of a host have to fail before it rests.
	failingFiles = 3

	// hostRest is how long the sizes of a host's other files fail at once after that.
	hostRest = 30 * time.Second

	// maxGuarded is how many hosts are remembered.
	maxGuarded = 1024
)

// A sizeGuard remembers the hosts of which no sizes can be had. A host that answers is
// forgotten. The zero value is ready to use.
type sizeGuard struct {
	mu    sync.Mutex // guards what follows
	hosts map[string]*guardedHost
	news  chan struct{} // closed when a host begins to rest; nil while no caller waits
}

// A guardedHost is what is known of the sizes of one host.
type guardedHost struct {
	signs  uint64              // counts signs of life
	failed map[string]struct{} // keys of files that have failed since; at most failingFiles
	err    error               // of the last attempt since
	until  time.Time           // the host rests
}

// fail notes that the size of a file could not be learnt, and reports whether the host
// begins to rest.
func (h *guardedHost) fail(key string, err error, now time.Time) (rests bool) {
	if len(h.failed) < failingFiles {
		if h.failed == nil {
			h.failed = make(map[string]struct{}, failingFiles)
		}
		h.failed[key] = struct{}{}
	}
	if h.err = err; len(h.failed) < failingFiles || now.Before(h.until) {
		return false
	}
	h.until = now.Add(hostRest)
	return true
}

// refusal returns why a size is not asked for at now; nil if it may be.
func (h *guardedHost) refusal(now time.Time) error {
	if !now.Before(h.until) {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrHostFailing, h.err)
}

// with calls do for a host. One without a name, of a file that was not located, is
// not remembered.
func (g *sizeGuard) with(host string, do func(*guardedHost)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.hosts[host]
	if h == nil {
		h = &guardedHost{}
		if host != "" {
			if g.hosts == nil || len(g.hosts) >= maxGuarded {
				g.hosts = make(map[string]*guardedHost)
			}
			g.hosts[host] = h
		}
	}
	do(h)
}

// answered notes a sign of life: a response that is not the host's failure, or bytes.
func (g *sizeGuard) answered(host string) {
	g.with(host, func(h *guardedHost) { *h = guardedHost{signs: h.signs + 1} })
}

// attempted notes how a request for a file of a host ended, before its body.
func (g *sizeGuard) attempted(host string, err error) {
	switch {
	case isHostFailure(err):
		g.with(host, func(h *guardedHost) { h.err = err })
	case err == nil, errors.Is(err, ErrDenied), errors.Is(err, ErrNotFound), errors.Is(err, ErrBadResponse):
		g.answered(host)
	}
}

// failed notes that the size of a file of a host could not be learnt.
func (g *sizeGuard) failed(host, key string, err error) {
	if host == "" || !isHostFailure(err) || errors.Is(err, ErrHostFailing) {
		return
	}
	g.with(host, func(h *guardedHost) {
		if h.fail(key, err, time.Now()) && g.news != nil {
			close(g.news)
			g.news = nil
		}
	})
}

// refusal returns why no size is asked of a host now; nil if it may be.
func (g *sizeGuard) refusal(host string) (err error) {
	g.with(host, func(h *guardedHost) { err = h.refusal(time.Now()) })
	return err
}

// state returns how often a host has shown a sign of life, and why the last attempt
// since then failed.
func (g *sizeGuard) state(host string) (signs uint64, err error) {
	g.with(host, func(h *guardedHost) { signs, err = h.signs, h.err })
	return signs, err
}

// next returns a channel that is closed when a host begins to rest.
func (g *sizeGuard) next() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.news == nil {
		g.news = make(chan struct{})
	}
	return g.news
}

// isHostFailure reports whether err says that a host does not work: by a status of 500
// or more, silence, or no connection.
func isHostFailure(err error) bool {
	return fault.Temporary(err) && (errors.Is(err, ErrUnreachable) || errors.Is(err, ErrTimeout))
}

// A sizeWait bounds how long one caller waits for a size.
type sizeWait struct {
	timer  *clock.Stopwatch
	due    chan struct{} // holds an element when it is time for a check
	isDue  bool          // it was taken out
	silent int           // checks in a row that found nothing to wait for
	signs  uint64        // of the host, at the last check
}

// newSizeWait begins a wait. signs is the count of the host's signs of life.
func newSizeWait(signs uint64) *sizeWait {
	w := &sizeWait{due: make(chan struct{}, 1), signs: signs}
	w.timer = clock.AfterFunc(sizeCheck, func() { w.due <- struct{}{} })
	return w
}

func (w *sizeWait) stop() {
	if w != nil {
		w.timer.Stop()
	}
}

// check counts a check, and reports whether the wait is over: the file was not merely
// queued at a host that answers others.
func (w *sizeWait) check(queued bool, signs uint64) (over bool) {
	if queued && signs != w.signs {
		w.silent = 0
	} else {
		w.silent++
	}
	w.signs = signs
	return w.silent >= sizeChecks
}

// sizeTimedOut is the error of a wait that is over; last is why an attempt failed, or
// the wait for another file.
func sizeTimedOut(last error) error {
	if errors.Is(last, ErrTimeout) {
		return last
	}
	return fmt.Errorf("%w for %v: %w", ErrTimeout, sizeTimeout, cmp.Or(last, ErrUnreachable))
}
