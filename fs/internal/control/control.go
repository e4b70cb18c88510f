// Package control owns the commands that users give: in which order they reach a
// download, and when a folder's are all carried out.
//
// It must never know the kernel's protocol, a listing, or which tracks a folder
// shows: the caller says which downloads a command is for.
//
// Open control.go first; orders.go keeps commands in order.
package control

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

const (
	// atOnce is how many downloads an order for a folder reaches at a time.
	atOnce = 8

	// closedLately is how long after close(2) a handle may still seem to be open:
	// the kernel tells of it when that has returned.
	closedLately = 500 * time.Millisecond
)

// A Control gives downloads their commands. Make it with [New].
type Control struct {
	life    *lifetime.Lifetime
	log     *slog.Logger
	leaving func() <-chan struct{}
	orders  orders
}

// New returns a control. leaving returns a channel that is closed when the next
// open handle is closed.
func New(life *lifetime.Lifetime, log *slog.Logger, leaving func() <-chan struct{}) *Control {
	c := &Control{life: life, log: log, leaving: leaving}
	c.orders.init()
	return c
}

// Do carries out a command for one download; when it returns, the promise of the
// command holds. Commands for one download come one after another.
func (c *Control) Do(ctx context.Context, d *fetch.Download, command fetch.Command) error {
	if c.life.Closing() {
		return fetch.ErrClosed
	}
	unlock, err := c.wait(ctx, d)
	if err != nil {
		return err
	}
	defer unlock()
	c.orders.one(d.Key())
	return c.send(ctx, d, command, d.Control)
}

// wait waits until no other command for a download is carried out.
func (c *Control) wait(ctx context.Context, d *fetch.Download) (unlock func(), err error) {
	ctx, leave := c.life.Until(ctx)
	defer leave()
	_, unlock, err = c.orders.keys.Lock(ctx, d.Key())
	return unlock, err
}

// send gives a download a command by give. A complete file that is open is evicted if
// its last handle was closed a moment ago.
func (c *Control) send(ctx context.Context, d *fetch.Download, command fetch.Command,
	give func(context.Context, fetch.Command) error,
) error {
	late := time.NewTimer(closedLately)
	defer late.Stop()
	for {
		closed := c.leaving()
		err := give(ctx, command)
		if command != fetch.Evict || !errors.Is(err, fetch.ErrBusy) || d.Status().State != fetch.Complete {
			return err
		}
		select {
		case <-closed:
		case <-late.C:
			return err
		case <-ctx.Done():
			return err
		case <-c.life.Done():
			return err
		}
	}
}

// Settled waits until every order for a folder up to now is carried out.
func (c *Control) Settled(ctx context.Context, q *Queue) error {
	last := c.orders.lastOf(q)
	if last == nil {
		return nil
	}
	ctx, leave := c.life.Until(ctx)
	defer leave()
	select {
	case <-last:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// IsPending reports whether an order for a folder is not carried out yet.
func (c *Control) IsPending(q *Queue) bool {
	last := c.orders.lastOf(q)
	if last == nil {
		return false
	}
	select {
	case <-last:
		return false
	default:
		return true
	}
}

// A Folder is a folder that a command is for.
type Folder struct {
	Queue   *Queue
	Prepare func()          // as for InOrder
	Keys    func() []string // of all tracks that the folder holds

	// Targets returns the downloads that the command may do something to. Those that isTold
	// reports may have got a command a moment ago.
	Targets func(isTold func(key string) bool) map[string]*fetch.Download
}

// All carries out a command for a whole folder in the background.
func (c *Control) All(f Folder, command fetch.Command) {
	e := effectOf(command)
	joined := func(n Order) {
		if e == stops {
			c.orders.cover(n, f.Keys())
		}
	}
	c.inOrder(f.Queue, e, f.Prepare, joined, func(n Order) {
		var all errgroup.Group
		all.SetLimit(atOnce)
		for _, d := range activeFirst(f.Targets(c.orders.isTold)) {
			if c.orders.isStopped(n) {
				break
			}
			all.Go(func() error {
				c.CarryOut(n, d, command)
				return nil
			})
		}
		_ = all.Wait() // each has logged its failure
	})
}

// activeFirst returns downloads, those first that move bytes or wait for that.
func activeFirst(found map[string]*fetch.Download) []*fetch.Download {
	list := make([]*fetch.Download, 0, len(found))
	var others []*fetch.Download
	for _, d := range found {
		switch d.Status().State {
		case fetch.Downloading, fetch.Queued:
			list = append(list, d)
		default:
			others = append(others, d)
		}
	}
	return append(list, others...)
}

// InOrder does work for a folder in the background, after the orders before it.
// prepare may take long: it holds up no order for another folder.
func (c *Control) InOrder(q *Queue, prepare func(), work func(Order)) {
	c.inOrder(q, changes, prepare, func(Order) {}, work)
}

// Stop has the orders for a folder up to now begin no more downloads.
func (c *Control) Stop(q *Queue) { c.orders.stop(q) }

// inOrder is InOrder for an order of an effect. joined is called when the order is ready.
func (c *Control) inOrder(q *Queue, e effect, prepare func(), joined, work func(Order)) {
	n := c.orders.begin(q, e)
	started := c.life.Start(func() {
		pass(n.ahead)
		prepare()
		turn, all := c.orders.join(n)
		defer c.orders.end(n, all)
		joined(n)
		pass(turn)
		work(n)
	})
	if !started {
		c.orders.join(n)
		n.before = nil // the mount ends: nothing waits for those before it
		c.orders.end(n, nil)
	}
}

// CarryOut gives a download the command of an order, unless a later command came
// first. Once the mount closes no download begins, but one that a user wants
// stopped is stopped.
func (c *Control) CarryOut(n Order, d *fetch.Download, command fetch.Command) {
	ctx := context.WithoutCancel(c.life.Context())
	_, unlock, err := c.orders.keys.Lock(ctx, d.Key())
	if err != nil {
		return
	}
	defer unlock()
	if !c.orders.overtake(n, d.Key()) || n.effect == begins && c.life.Closing() {
		return
	}
	if err := c.send(ctx, d, command, d.ControlAmong); err != nil {
		c.log.Warn("cannot control a download", "command", command.String(), "id", d.Key(), "error", err)
	}
}
