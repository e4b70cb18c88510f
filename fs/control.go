package fs

import (
	"context"
	"hash/maphash"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/fetch"
)

// controlled is how many downloads an order for a folder reaches at a time.
const controlled = 8

// orders keeps users' words in order: orders for folders are carried out in the
// background one after another, and never after a later word for one track.
type orders struct {
	seed maphash.Seed
	keys [64]sync.Mutex // held while the download of a key is controlled

	mu     sync.Mutex // guards what follows
	count  uint64
	open   int
	single map[string]uint64 // number of the last word for one track, by key
	last   chan struct{}     // closed when the last order for a folder is done
}

// An order is one word for a folder.
type order struct {
	number uint64
	before <-chan struct{} // closed when the order before it is done
	done   chan struct{}
}

func (o *orders) init() {
	o.seed = maphash.MakeSeed()
	o.single = map[string]uint64{}
	o.last = make(chan struct{})
	close(o.last)
}

func (o *orders) lock(key string) *sync.Mutex {
	mu := &o.keys[maphash.String(o.seed, key)%uint64(len(o.keys))]
	mu.Lock()
	return mu
}

// one notes a word for one track.
func (o *orders) one(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	if o.open > 0 {
		o.single[key] = o.count
	}
}

func (o *orders) begin() order {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	o.open++
	n := order{o.count, o.last, make(chan struct{})}
	o.last = n.done
	return n
}

func (o *orders) end(n order) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open--; o.open == 0 {
		clear(o.single)
	}
	close(n.done)
}

// overtaken reports whether a word for one track came after an order.
func (o *orders) overtaken(n order, key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.single[key] > n.number
}

// control carries out a word for one download; what it promises holds when it
// returns.
func (f *FS) control(ctx context.Context, d *fetch.Download, c fetch.Command) syscall.Errno {
	if f.closing() {
		return toErrno(fetch.ErrClosed)
	}
	defer f.orders.lock(d.Key()).Unlock()
	f.orders.one(d.Key())
	return toErrno(d.Control(ctx, c))
}

// obeyed waits until every order for a folder up to now is carried out.
func (f *FS) obeyed(ctx context.Context) error {
	ctx, leave := f.until(ctx)
	defer leave()
	f.orders.mu.Lock()
	last := f.orders.last
	f.orders.mu.Unlock()
	select {
	case <-last:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// controlAll carries out a word for all that a folder holds, in the background.
func (f *FS) controlAll(d *folder, c fetch.Command) {
	f.inOrder(func(n order) {
		var all errgroup.Group
		all.SetLimit(controlled)
		for _, download := range f.targets(d, c) {
			all.Go(func() error {
				f.carryOut(n, download, c)
				return nil
			})
		}
		_ = all.Wait() // each has logged what it could not do
	})
}

// inOrder does work in the background, after the orders before it.
func (f *FS) inOrder(work func(order)) {
	n := f.orders.begin()
	started := f.tasks.start(func() {
		defer f.orders.end(n)
		<-n.before
		work(n)
	})
	if !started {
		f.orders.end(n)
	}
}

// carryOut does not begin downloads once the mount closes, but what a user wants
// stopped is stopped.
func (f *FS) carryOut(n order, d *fetch.Download, c fetch.Command) {
	defer f.orders.lock(d.Key()).Unlock()
	begins := c == fetch.Start || c == fetch.Resume
	if f.orders.overtaken(n, d.Key()) || begins && f.closing() {
		return
	}
	if err := d.Control(context.WithoutCancel(f.ctx), c); err != nil {
		f.log.Warn("cannot control a download", "command", c.String(), "id", d.Key(), "error", err)
	}
}

// targets returns what a folder holds that a command can do something to: its
// tracks, those of its sub-folders as far as they were listed, and, of the
// root, everything that is active.
func (f *FS) targets(d *folder, c fetch.Command) map[string]*fetch.Download {
	found := map[string]*fetch.Download{}
	active := f.activeStates()
	onlyActive := c == fetch.Pause || c == fetch.Resume
	for _, inner := range f.within(d) {
		for _, t := range inner.visible() {
			if _, ok := active[t.ID]; ok || !onlyActive {
				found[t.ID] = f.store.Download(remote(t))
			}
		}
	}
	if d == &f.root.folder {
		for _, a := range f.store.Active() {
			found[a.Key()] = a
		}
	}
	return found
}

// within returns a folder, listed if it can be, and the listed ones below it.
func (f *FS) within(d *folder) []*folder {
	if d == &f.root.folder {
		return f.listed()
	}
	v, err := d.lister.await(f.ctx)
	if err != nil {
		f.log.Warn("cannot list a folder to control it", "path", d.path, "error", err)
		return nil
	}
	all := []*folder{d}
	for i := range v.listing.Folders {
		sub := f.folder(d, &v.listing.Folders[i])
		if known, _ := sub.lister.current(); known != nil {
			all = append(all, f.within(sub)...)
		}
	}
	return all
}

// abandonAll cancels, in the background, the downloads of a removed folder that
// no other folder shows.
func (f *FS) abandonAll(removed *folder) {
	f.inOrder(func(n order) {
		for _, t := range removed.visible() {
			if d := f.abandoned(t); d != nil {
				f.carryOut(n, d, fetch.Cancel)
			}
		}
	})
}
