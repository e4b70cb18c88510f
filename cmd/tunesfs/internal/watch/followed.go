package watch

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
)

// A followed mount is one of those that are watched.
type followed struct {
	watch   *watch
	dir     string
	folder  string // which is shown, or a track; empty for all
	pending bool   // a path was named, and the mount has not told its kind yet
	place   func(folder string, list []client.Download) []client.Download
}

// errGone ends the watch of a mount that is no longer there.
var errGone = errors.New("the mount is gone")

// follow watches the mount at dir until that is gone or ctx ends.
func (w *watch) follow(ctx context.Context, dir string) error {
	mount, err := client.Open(ctx, dir, client.Options{})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	f := &followed{watch: w, dir: dir, pending: w.Path != "", place: func(folder string, list []client.Download) []client.Download {
		return mount.PlaceWithin(ctx, folder, list)
	}}
	err = mount.Follow(ctx, func(e client.Event) {
		if err := f.take(e); err != nil {
			cancel(err)
		}
	})
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) && !errors.Is(cause, errGone) {
		err = cause
	}
	return errors.Join(err, mount.Close())
}

// take takes in an event. The mount tells of each download after a Reset.
func (f *followed) take(e client.Event) error {
	switch e.Kind {
	case client.Hung:
		f.watch.report(fmt.Errorf("%s %w", mounted.Name(f.dir), mounted.ErrNoAnswer))
		return nil
	case client.Gone:
		if _, still := mounted.At(f.dir); still {
			f.watch.died.Store(true)
			f.watch.report(mounted.ExplainDead(f.dir, unix.ENOTCONN))
		}
		return errGone
	case client.Unfollowed:
		return e.Err
	}
	if f.pending {
		if err := f.lookAt(); err != nil || f.pending {
			return err
		}
	}
	if e.Kind != client.Changed {
		return nil
	}
	return f.watch.write(within(f.dir, f.folder, f.place(f.folder, e.Downloads)))
}

// lookAt finds out which folder or track was named. A track is shown first as it is now.
func (f *followed) lookAt() error {
	track, err := f.watch.askTrack(f.dir)
	if err == nil || errors.Is(err, errNoTrack) {
		var late error
		if f.folder, late = f.watch.askBelow(f.dir); late != nil {
			err = late
		}
	}
	f.pending = errors.Is(err, mounted.ErrNoAnswer)
	switch {
	case f.pending, errors.Is(err, errNoTrack):
		return nil
	case err != nil:
		return err
	}
	return f.watch.write([]download{track})
}
