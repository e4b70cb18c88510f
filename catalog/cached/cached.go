// Package cached wraps any catalog.Source and adds what every service needs. It
// owns the listings in memory and on disk, their refreshes and pages, the calls
// that several callers share, and the file names that stay bound to their
// tracks. It makes text and addresses of a service harmless.
//
// It must never know which service it wraps, nor speak HTTP, nor mount anything.
//
// Open cached.go first: a search or a folder goes from there to memory.go, then
// to disk.go, then through tasks.go to the service. keep.go keeps what that sends,
// pages.go adds pages, refresher.go renews listings in the background, names.go gives
// the names, and sequence.go numbers the listings.
package cached

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// Options say what is kept and for how long. The zero value of every field has a
// sane meaning.
type Options struct {
	// Dir is a folder for the last listing of every search and folder, for
	// the time without network and for names that last. It is made when it
	// is needed and belongs to one Source at a time. One that is a link, or that
	// another user can change, is not used. "" keeps nothing.
	Dir string

	TTL     time.Duration // how long a listing is fresh; 0 is an hour
	Timeout time.Duration // of a call to the service; 0 is a minute
	Logger  *slog.Logger  // hears of what no caller does; nil: slog.Default

	// MaxMemory is about how many bytes all listings in memory may take but for the
	// newest; 0 is 64 MiB.
	MaxMemory int

	// MaxDisk is how many bytes all listings in Dir may take; 0 is 256 MiB. Those of
	// folders go before those of searches, and of each kind the one that was used
	// least recently goes first. A listing that alone is larger is not kept in Dir.
	MaxDisk int64
}

// A Source keeps what another one found. It makes equal calls
// once, keeps errors never, and gives names: Name of every track and folder is
// set, unique within its listing, and stays the same over refreshes and
// restarts. Text and addresses that no service should send are made harmless.
//
// A listing that is older than the TTL is served as it is and renewed behind;
// if that fails, the old one stays. So only the first listing of something
// waits for the service, and who leaves that wait does not end the call. What
// is in memory costs less than a microsecond to serve.
//
// Of a [catalog.Pager]'s listing the first page is served at once; SearchMore and
// ListMore add to it page by page. What was added once is renewed with it.
//
// The listings returned are shared: they must not be changed.
type Source struct {
	src     catalog.Source
	ttl     time.Duration
	log     *slog.Logger
	tasks   *tasks
	memory  *memory
	disk    disk
	numbers sequence
	refresh *refresher

	mu     sync.Mutex   // guards byHand
	byHand map[key]bool // that a user has asked for, and the service has not sent yet
}

var _ catalog.Source = (*Source)(nil)

// A key names a listing.
type key struct {
	folder bool // else a search
	arg    string
}

func (k key) String() string {
	if k.folder {
		return "folder " + k.arg
	}
	return "search " + k.arg
}

// fetching names the one call at a time that changes what is kept of k.
func (k key) fetching() string { return "fetch " + k.String() }

// idleTTL is how long a listing without readers stays in memory after it is no
// longer fresh.
const idleTTL = 24 * time.Hour

// New returns a Source that keeps the listings of src. It has to be closed.
func New(src catalog.Source, opt Options) *Source {
	opt = opt.withDefaults()
	c := &Source{
		src:    src,
		ttl:    opt.TTL,
		log:    opt.Logger,
		tasks:  newTasks(opt.Timeout, opt.Logger),
		memory: newMemory(opt.TTL+idleTTL, opt.MaxMemory),
		disk:   newDisk(opt.Dir, &quota{max: opt.MaxDisk}),
		byHand: map[key]bool{},
	}
	c.numbers.disk = c.disk
	c.refresh = &refresher{tasks: c.tasks, memory: c.memory, log: opt.Logger, renew: c.renew}
	return c
}

func (opt Options) withDefaults() Options {
	if opt.TTL <= 0 {
		opt.TTL = time.Hour
	}
	if opt.Timeout <= 0 {
		opt.Timeout = time.Minute
	}
	if opt.MaxMemory <= 0 {
		opt.MaxMemory = 64 << 20
	}
	if opt.MaxDisk <= 0 {
		opt.MaxDisk = 256 << 20
	}
	if opt.Logger == nil {
		opt.Logger = slog.Default()
	}
	return opt
}

// Close ends all calls, whose callers get ErrClosed, and waits for them. Only
// what is in memory can be had from then on.
func (c *Source) Close() error {
	c.tasks.close()
	return nil
}

// Search returns what a query finds, from what is kept if it is there.
func (c *Source) Search(ctx context.Context, query string) (catalog.Listing, error) {
	return c.get(ctx, key{arg: query})
}

// List returns what a folder holds, from what is kept if it is there.
func (c *Source) List(ctx context.Context, folder string) (catalog.Listing, error) {
	return c.get(ctx, key{folder: true, arg: folder})
}

// Refresh asks the service what a query finds now, whatever is kept of it. If
// that fails, what is kept stays.
func (c *Source) Refresh(ctx context.Context, query string) (catalog.Listing, error) {
	return c.now(ctx, key{arg: query})
}

// RefreshFolder asks the service what a folder holds now, as Refresh does for a
// query.
func (c *Source) RefreshFolder(ctx context.Context, folder string) (catalog.Listing, error) {
	return c.now(ctx, key{folder: true, arg: folder})
}

func (c *Source) now(ctx context.Context, k key) (catalog.Listing, error) {
	c.setByHand(k, true)
	defer c.setByHand(k, false)
	e, err := c.fetch(ctx, k)
	if err != nil {
		return catalog.Listing{}, err
	}
	return e.listing, nil
}

// Recall returns the number that the Sequence of a listing counts for which a file tells
// from elsewhere than Options.Dir: itself, but below those of all listings that the
// service sends from now on.
func (c *Source) Recall(sequence uint64) uint64 { return c.numbers.recall(sequence) }

// RecallSearch returns the last listing of a query from what is kept, however old, and
// false where nothing is. It asks no service.
func (c *Source) RecallSearch(query string) (catalog.Listing, bool) { return c.last(key{arg: query}) }

// RecallList is RecallSearch for what a folder holds.
func (c *Source) RecallList(folder string) (catalog.Listing, bool) {
	return c.last(key{arg: folder, folder: true})
}

// SearchFailure returns why what is kept of a query could not be renewed when that was
// tried last, in the background, or nil. It asks nothing.
func (c *Source) SearchFailure(query string) error { return c.refresh.failure(key{arg: query}) }

// ListFailure is SearchFailure for what a folder holds.
func (c *Source) ListFailure(folder string) error {
	return c.refresh.failure(key{folder: true, arg: folder})
}

// Locate asks the service where a track is now. The response is not kept. One
// that is not http or https is ErrInvalidURL.
func (c *Source) Locate(ctx context.Context, id string) (catalog.Location, error) {
	l, err := share(ctx, c.tasks, "locate "+id, func(ctx context.Context) (catalog.Location, error) {
		l, err := c.src.Locate(ctx, id)
		if err == nil {
			err = catalog.CheckURL(l.URL)
		}
		return l, err
	})
	l.Header = l.Header.Clone() // shared with those who asked at the same time
	return l, err
}

func (c *Source) get(ctx context.Context, k key) (catalog.Listing, error) {
	e := c.memory.get(k)
	if e == nil {
		var err error
		if e, err = c.first(ctx, k); err != nil {
			return catalog.Listing{}, err
		}
	}
	if e.isIdle(time.Now()) {
		c.disk.use(k)
	}
	if e.expired() {
		c.refresh.want(k)
	}
	return e.listing, nil
}

// first returns what is not in memory: from disk, else from the service.
func (c *Source) first(ctx context.Context, k key) (*entry, error) {
	return share(ctx, c.tasks, "first "+k.String(), func(ctx context.Context) (*entry, error) {
		if e := c.kept(k); e != nil {
			return c.memory.add(k, e), nil
		}
		return c.fetch(ctx, k)
	})
}

// renew fetches a listing unless someone just did.
func (c *Source) renew(k key) error {
	if e := c.memory.get(k); e != nil && !e.expired() {
		return nil
	}
	_, err := c.fetch(c.tasks.ctx, k)
	return err
}

// fetch asks the service and keeps what it says, for all who want that now.
func (c *Source) fetch(ctx context.Context, k key) (*entry, error) {
	return share(ctx, c.tasks, k.fetching(), func(ctx context.Context) (*entry, error) { return c.fetchNow(ctx, k) })
}

// fetchNow is fetch for a caller that already shares its call.
func (c *Source) fetchNow(ctx context.Context, k key) (*entry, error) {
	l, err := c.ask(ctx, k)
	if err != nil {
		return nil, err
	}
	l.Expires = time.Now().Add(c.ttl)
	e, err := c.keep(ctx, k, l)
	if err == nil {
		c.refresh.renewed(k)
	}
	return e, err
}
