// Package listing owns the listing that a folder shows: it asks the library for
// it in the background, page by page, keeps the last one when a later call
// fails, and says who waits how long.
//
// It must never know the kernel's protocol, a node or a download. The folder
// tells it how to list, and is told of every new [View].
//
// Open listing.go first; attempt.go has a call and what its outcome says, pace.go
// how often a call that failed is made again, pages.go the pages after the first,
// reset.go starts over, view.go finds names and ids.
package listing

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
	"github.com/tunesfs/tunesfs/internal/clock"
	"github.com/tunesfs/tunesfs/internal/panics"
)

const (
	// RefreshTimeout is how long opening a folder waits for a newer listing than
	// the one it has. A library answers at once from what it keeps.
	RefreshTimeout = 250 * time.Millisecond

	// pageTimeout is how long opening a folder waits, in all, for the pages of its
	// listing after the first.
	pageTimeout = 5 * time.Second

	// longListing is how many tracks make a listing so long that Options.Long is
	// called.
	longListing = 20_000
)

// A Call asks the library for a listing.
type Call func(context.Context) (catalog.Listing, error)

// Calls are what a folder asks the library.
type Calls struct {
	List  Call
	More  Call // the same with the next page
	Fresh Call // the same again, whatever the library keeps of it

	// Failure returns why what the library keeps could not be renewed when it last
	// tried, or nil; it asks nothing. It may be nil.
	Failure func() error

	// Recall returns what the library keeps, if there is something; it asks no service.
	// It may be nil.
	Recall func() (catalog.Listing, bool)
}

// Options are what a Lister is made of.
type Options struct {
	Life  *lifetime.Lifetime
	Calls Calls
	Swap  func(old, now *View) // called with every new view; old may be nil, or hollow where it was dropped
	Long  func()               // called in a goroutine after a listing of 20,000 tracks or more; may be nil

	// Failed is called with why a Refresh failed; it may be nil.
	Failed func(error)

	Logger  *slog.Logger // hears of panics; nil: slog.Default
	Views   *Views       // bounds this view and others together; nil: no bound
	Dropped func()       // called after the view was dropped for that; may be nil
}

// A Lister keeps what a folder lists: asked for in the background, at most one
// call for the listing and one for a page at a time, unless a refresh is asked
// for, and kept when a later call fails. Make it with [New].
type Lister struct {
	life   *lifetime.Lifetime
	log    *slog.Logger
	calls  Calls
	swap   func(old, now *View)
	long   func()
	failed func(error)
	views  *Views
	left   func()

	mu      sync.Mutex // guards what follows
	view    *View      // nil before the first listing, and while it is dropped
	dropped *View      // what is remembered of one that was dropped
	pins    int        // who needs the view in memory
	err     error      // why the last call failed, until the library has news
	begun   time.Time  // when the latest call that brought news was begun
	pace    pace       // of calls for those who look up names
	owed    bool       // a refresh failed, and none was made since
	pending *attempt
	paging  *attempt // for the next page
	behind  bool     // the pages are being read in the background
	resets  uint64   // how often the lister was reset
}

// New returns a lister that has asked for nothing yet.
func New(opt Options) *Lister {
	log := cmp.Or(opt.Logger, slog.Default())
	return &Lister{life: opt.Life, log: log, calls: opt.Calls, swap: opt.Swap, long: opt.Long, failed: opt.Failed,
		views: opt.Views, left: opt.Dropped}
}

// Current returns the last listing, nil if there was none or it was dropped, and why
// the last call failed. A listing that the library had before does not end the error.
func (l *Lister) Current() (*View, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view, l.err
}

// Failure returns why the listing that is shown is not newer, or why there is none: the
// last call failed, or the library could not renew what it keeps. Else it is nil.
func (l *Lister) Failure() error {
	if _, err := l.Current(); err != nil || l.calls.Failure == nil {
		return err
	}
	return l.calls.Failure()
}

// Recall returns what the library keeps of the listing, and false where that is nothing.
func (l *Lister) Recall() (catalog.Listing, bool) {
	if l.calls.Recall == nil {
		return catalog.Listing{}, false
	}
	return l.calls.Recall()
}

// Ask asks for the listing in the background, unless a call is under way.
func (l *Lister) Ask() { l.ask() }

// ask makes a call unless one is under way, and returns the one that is.
func (l *Lister) ask() *attempt {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pending == nil {
		l.pending = l.beginLocked(l.nextLocked())
	}
	return l.pending
}

// page asks for the next page unless that is under way.
func (l *Lister) page() *attempt {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paging == nil {
		l.paging = l.beginLocked(&attempt{call: l.calls.More})
	}
	return l.paging
}

// Refresh asks for the listing again, whatever is under way. The next open of
// the folder waits for that a little.
func (l *Lister) Refresh() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = l.beginLocked(&attempt{call: l.calls.Fresh, fresh: true, byHand: true})
}

// beginLocked makes a call.
func (l *Lister) beginLocked(a *attempt) *attempt {
	a.started, a.runs, a.done, a.resets = time.Now(), clock.Start(), make(chan struct{}), l.resets
	if !l.life.Start(func() { l.run(a) }) {
		a.err, l.err = fetch.ErrClosed, fetch.ErrClosed
		a.end()
	}
	return a
}

// run makes the call and keeps its outcome.
func (l *Lister) run(a *attempt) {
	defer a.end()
	listing, now, err := l.read(a)
	if err != nil && l.life.Closing() {
		err = fetch.ErrClosed // whatever the end of the mount made of the call
	}
	a.err = err
	if err != nil && a.byHand && l.failed != nil && !l.life.Closing() {
		l.failed(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.resets != l.resets {
		a.err = errReset
		return
	}
	l.endLocked(a)
	old := l.lastLocked()
	newer := err == nil && now.follows(old)
	l.noteLocked(a, err, a.fresh || newer && !l.knewLocked(a, listing))
	if err != nil || !newer && l.view != nil {
		return
	}
	l.view, l.dropped = now, nil
	l.views.put(l, now)
	l.swap(old, now)
	if l.long != nil && len(listing.Tracks) >= longListing {
		l.life.Start(l.long)
	}
}

// endLocked notes that a call is no longer under way.
func (l *Lister) endLocked(a *attempt) {
	switch a {
	case l.pending:
		l.pending = nil
	case l.paging:
		l.paging = nil
	}
}

// read makes a call, and views what it brings. A panic of the code that does is an error.
func (l *Lister) read(a *attempt) (listing catalog.Listing, now *View, err error) {
	defer panics.Recover(l.log, "a listing", catalog.ErrBadResponse, &err)
	if listing, err = a.call(l.life.Context()); err == nil {
		now = newView(listing)
	}
	return listing, now, err
}

// Open waits for the listing on behalf of someone who opens the folder: for the
// first, however long it takes, or for a newer one than there is if that comes
// at once. Current then has it.
func (l *Lister) Open(ctx context.Context) error {
	if v, _ := l.Current(); v != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, RefreshTimeout)
		defer cancel()
	}
	_, err := l.outcome(ctx, l.ask())
	return err
}

// Peek is Open for someone who looks up a name: it is content with the last
// listing, and waits for the first a short while only, from when that was asked
// for. After a failure it tries again, at the pace of listings.
func (l *Lister) Peek(ctx context.Context, while time.Duration) error {
	a, _, err := l.first()
	if a == nil {
		return err
	}
	ctx, cancel := clock.WithTimeout(ctx, while-a.runs.Elapsed())
	defer cancel()
	_, err = l.outcome(ctx, a)
	return err
}

// IsSlow reports whether there is no listing yet, and none comes at once.
func (l *Lister) IsSlow(ctx context.Context) bool {
	a, _, _ := l.first()
	if a == nil {
		return false
	}
	ctx, cancel := context.WithDeadline(ctx, a.started.Add(RefreshTimeout))
	defer cancel()
	return l.wait(ctx, a) != nil
}

// Await returns the last listing, or the first once it is there.
func (l *Lister) Await(ctx context.Context) (*View, error) {
	a, v, err := l.first()
	if a == nil {
		return v, err
	}
	return l.outcome(ctx, a)
}
