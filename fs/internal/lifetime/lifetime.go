// Package lifetime owns the end of a mount: the one context that ends with the
// mount, and the goroutines that must have ended before it is over.
//
// It must never know what a mount shows or who uses it: no node, no listing, no
// download. Whatever ends besides comes as a function.
//
// Open lifetime.go first; tasks.go owns the goroutines.
package lifetime

import (
	"context"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
)

// A Lifetime begins before a mount does and ends with it. Make it with [New].
type Lifetime struct {
	ctx    context.Context
	cancel context.CancelFunc
	tasks  tasks

	// Set by Watch, before the first request.
	aborted   func() bool
	interrupt func()
}

// New returns a lifetime that has begun.
func New() *Lifetime {
	l := &Lifetime{aborted: func() bool { return false }, interrupt: func() {}}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// Watch says how to find out whether the kernel aborted the connection, and
// what ends the waits that do not depend on the context. The caller sets both
// before the first request.
func (l *Lifetime) Watch(aborted func() bool, interrupt func()) {
	l.aborted, l.interrupt = aborted, interrupt
}

// Context returns the context that ends when the mount closes.
func (l *Lifetime) Context() context.Context { return l.ctx }

// Done returns a channel that is closed when the mount closes.
func (l *Lifetime) Done() <-chan struct{} { return l.ctx.Done() }

// Closing reports whether the mount is about to end.
func (l *Lifetime) Closing() bool { return l.ctx.Err() != nil }

// Close ends the context, and with it every wait.
func (l *Lifetime) Close() {
	l.cancel()
	l.interrupt()
}

// Sleep waits for d, and reports whether the mount still lasts then. The mount's end
// cuts the wait short.
func (l *Lifetime) Sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.Done():
		return false
	}
}

// CheckAborted closes the lifetime if the kernel aborted the connection. A
// request calls it before it waits: go-fuse cancels only the requests that it
// has begun to serve, and may hold others that it has read.
func (l *Lifetime) CheckAborted() {
	if !l.Closing() && l.aborted() {
		l.Close()
	}
}

// Until returns a context that ends with ctx, and with the mount, when its cause
// is [fetch.ErrClosed]. Once the mount has ended, it ends before Until returns, so that
// nothing begins that could still succeed.
func (l *Lifetime) Until(ctx context.Context) (context.Context, context.CancelFunc) {
	l.CheckAborted()
	ctx, cancel := context.WithCancelCause(ctx)
	if l.Closing() {
		cancel(fetch.ErrClosed)
	}
	stop := context.AfterFunc(l.ctx, func() { cancel(fetch.ErrClosed) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// Start runs fn in a goroutine of its own and reports whether it did: it does
// not after Wait was called.
func (l *Lifetime) Start(fn func()) bool { return l.tasks.start(fn) }

// Wait ends the context, keeps new goroutines from starting, and returns when
// the last one has ended.
func (l *Lifetime) Wait() {
	l.cancel()
	l.tasks.close()
}
