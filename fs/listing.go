package fs

import (
	"context"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// A listCall asks the library for a listing.
type listCall func(context.Context) (catalog.Listing, error)

// calls are what a folder asks the library.
type calls struct {
	list  listCall
	more  listCall // the same with the next page
	fresh listCall // the same anew, whatever is kept of it
}

// A lister keeps what a folder lists: asked for in the background, at most one
// call for the listing and one for a page at a time, unless it is to be anew, and
// kept when a later call fails.
type lister struct {
	fs    *FS
	calls calls
	swap  func(old, now *view) // told of every new view

	mu      sync.Mutex // guards what follows
	view    *view      // nil before the first listing
	err     error      // why the last call failed; nil if it did not
	begun   time.Time  // when the latest call that did not fail was begun
	pending *listAttempt
	paging  *listAttempt // for the next page
	behind  bool         // pages are read behind the readers' backs
}

// A listAttempt is one call.
type listAttempt struct {
	started time.Time
	done    chan struct{} // closed when it has ended
}

// current returns the last listing, nil if there was none, and why the last
// call failed.
func (l *lister) current() (*view, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view, l.err
}

// ask makes a call unless one is under way, and returns the one that is.
func (l *lister) ask(call listCall) *listAttempt {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pending == nil {
		l.pending = l.begin(call)
	}
	return l.pending
}

// page asks for the next page unless that is under way.
func (l *lister) page() *listAttempt {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paging == nil {
		l.paging = l.begin(l.calls.more)
	}
	return l.paging
}

// refresh asks for the listing anew, whatever is under way. Whoever opens the
// folder next waits for that a little.
func (l *lister) refresh() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = l.begin(l.calls.fresh)
}

func (l *lister) begin(call listCall) *listAttempt {
	a := &listAttempt{started: time.Now(), done: make(chan struct{})}
	if !l.fs.life.Start(func() { l.run(a, call) }) {
		l.err = fetch.ErrClosed
		close(a.done)
	}
	return a
}

func (l *lister) run(a *listAttempt, call listCall) {
	defer close(a.done)
	listing, err := call(l.fs.life.Context())
	var now *view
	if err == nil {
		now = newView(listing)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch a {
	case l.pending:
		l.pending = nil
	case l.paging:
		l.paging = nil
	}
	l.note(a, err)
	old := l.view
	if err != nil || old != nil && !old.listing.Fetched.Before(listing.Fetched) {
		return
	}
	l.view = now
	l.swap(old, now)
	if tell := l.fs.cfg.LongListing; tell != nil && len(listing.Tracks) >= longListing {
		l.fs.life.Start(tell)
	}
}

// note keeps why a call failed, unless one that was begun later did not. l.mu is
// held.
func (l *lister) note(a *listAttempt, err error) {
	switch {
	case err == nil:
		l.err = nil
		if a.started.After(l.begun) {
			l.begun = a.started
		}
	case !a.started.Before(l.begun):
		l.err = err
	}
}

// longListing is how many tracks make a listing so long that the main program
// is told.
const longListing = 20_000

// open waits for the listing on behalf of someone who opens the folder: for the
// first, however long it takes, or for a newer one than there is if that comes
// at once. current then has it.
func (l *lister) open(ctx context.Context) error {
	if v, _ := l.current(); v != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, relisting)
		defer cancel()
	}
	_, err := l.outcome(ctx, l.ask(l.calls.list))
	return err
}

// peek is open for someone who looks up a name: it is content with the last
// listing, and waits for the first a short while only, from when that was asked
// for. After a failure only open tries again.
func (l *lister) peek(ctx context.Context, while time.Duration) error {
	a, _, err := l.first()
	if a == nil {
		return err
	}
	ctx, cancel := context.WithDeadline(ctx, a.started.Add(while))
	defer cancel()
	_, err = l.outcome(ctx, a)
	return err
}

// isSlow reports whether there is no listing yet, and none comes at once.
func (l *lister) isSlow(ctx context.Context) bool {
	a, _, _ := l.first()
	if a == nil {
		return false
	}
	ctx, cancel := context.WithDeadline(ctx, a.started.Add(relisting))
	defer cancel()
	return l.wait(ctx, a) != nil
}

// await returns the last listing, or the first once it is there.
func (l *lister) await(ctx context.Context) (*view, error) {
	a, v, err := l.first()
	if a == nil {
		return v, err
	}
	return l.outcome(ctx, a)
}

// first returns the call that is to bring the first listing, made if there was
// none; no call, but the listing or the error, if there is one already.
func (l *lister) first() (*listAttempt, *view, error) {
	l.mu.Lock()
	v, err, a := l.view, l.err, l.pending
	l.mu.Unlock()
	if v != nil || err != nil && a == nil {
		return nil, v, err
	}
	return l.ask(l.calls.list), nil, nil
}

// outcome waits for a call and returns the listing there is then, or the error.
func (l *lister) outcome(ctx context.Context, a *listAttempt) (*view, error) {
	waited := l.wait(ctx, a)
	v, err := l.current()
	switch {
	case v != nil:
		return v, nil
	case waited != nil:
		return nil, waited
	}
	return nil, err
}

// wait waits for a call to end.
func (l *lister) wait(ctx context.Context, a *listAttempt) error {
	l.fs.life.CheckAborted()
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.fs.life.Done():
		return fetch.ErrClosed
	}
}
