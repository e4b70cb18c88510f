package fs

import (
	"context"
	"errors"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/fetch"
)

const (
	// controlled is how many downloads an order for a folder reaches at a time.
	controlled = 8

	// closedLately is how long after close(2) a handle may still seem to be open:
	// the kernel tells of it when that has returned.
	closedLately = 500 * time.Millisecond
)

// control carries out a word for one download; what it promises holds when it
// returns.
func (f *FS) control(ctx context.Context, d *fetch.Download, c fetch.Command) syscall.Errno {
	if f.life.Closing() {
		return toErrno(fetch.ErrClosed)
	}
	defer f.orders.lock(d.Key()).Unlock()
	f.orders.one(d.Key())
	return toErrno(f.command(ctx, d, c))
}

// command gives a download a command. A complete file that somebody has open is
// evicted if that was closed a moment ago.
func (f *FS) command(ctx context.Context, d *fetch.Download, c fetch.Command) error {
	late := time.NewTimer(closedLately)
	defer late.Stop()
	for {
		closed := f.handles.Leaving()
		err := d.Control(ctx, c)
		if c != fetch.Evict || !errors.Is(err, fetch.ErrBusy) || d.Status().State != fetch.Complete {
			return err
		}
		select {
		case <-closed:
		case <-late.C:
			return err
		case <-ctx.Done():
			return err
		case <-f.life.Done():
			return err
		}
	}
}

// obeyed waits until every order for a folder up to now is carried out.
func (f *FS) obeyed(ctx context.Context, d *folder) error {
	last := f.orders.lastOf(&d.orders)
	if last == nil {
		return nil
	}
	ctx, leave := f.life.Until(ctx)
	defer leave()
	select {
	case <-last:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// controlAll carries out a word for all that a folder holds, in the background.
func (f *FS) controlAll(d *folder, c fetch.Command) {
	f.inOrder(d, func() { f.list(d) }, func(n order) {
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

// inOrder does work for a folder in the background, after the orders before it.
// prepare may take long: it holds up no order for another folder.
func (f *FS) inOrder(d *folder, prepare func(), work func(order)) {
	n := f.orders.begin(&d.orders)
	started := f.life.Start(func() {
		defer f.orders.end(n)
		pass(n.ahead)
		prepare()
		pass(f.orders.join(n))
		work(n)
	})
	if !started {
		f.orders.join(n)
		f.orders.end(n)
	}
}

// pass waits until a channel is closed, if there is one.
func pass(gate <-chan struct{}) {
	if gate != nil {
		<-gate
	}
}

// carryOut does not begin downloads once the mount closes, but what a user wants
// stopped is stopped.
func (f *FS) carryOut(n order, d *fetch.Download, c fetch.Command) {
	defer f.orders.lock(d.Key()).Unlock()
	begins := c == fetch.Start || c == fetch.Resume
	if !f.orders.overtake(n, d.Key()) || begins && f.life.Closing() {
		return
	}
	if err := f.command(context.WithoutCancel(f.life.Context()), d, c); err != nil {
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
	for _, p := range f.within(d) {
		for _, t := range p.folder.visible() {
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

// list sees that a folder is listed, if it can be.
func (f *FS) list(d *folder) {
	if d == &f.root.folder {
		return
	}
	if _, err := d.lister.Await(f.life.Context()); err != nil {
		f.log.Warn("cannot list a folder to control it", "path", d.path, "error", err)
	}
}

// within returns a folder and those below it, as far as they were listed.
func (f *FS) within(d *folder) []place {
	if d == &f.root.folder {
		return f.places()
	}
	return f.below(place{folder: d})
}
