package watch

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// A watch shows each change of the downloads of some mounts.
type watch struct {
	View
	mu    sync.Mutex  // held to write
	sieve sieve       // guarded by mu
	died  atomic.Bool // a mount has died, and that was reported
}

// Watch writes a line for each change until all mounts are gone or a signal comes.
func (s View) Watch(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, unix.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends it also where a write hangs
	all, err := s.Mounts()
	if err != nil {
		return err
	}
	w := &watch{View: s, sieve: sieve{}}
	group, inner := errgroup.WithContext(ctx)
	for _, m := range all {
		group.Go(func() error { return w.follow(inner, m.Dir) })
	}
	err = group.Wait()
	switch {
	case ctx.Err() != nil:
		return nil
	case err == nil && w.died.Load():
		return messages.ErrReported
	}
	return err
}

// write writes downloads while no other mount does.
func (w *watch) write(list []download) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Sparse {
		list = w.sieve.pass(list)
	}
	return w.View.write(list)
}

// report tells of a mount that fails. The watch of the others goes on.
func (w *watch) report(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	messages.Report(w.Errs, err)
}
