package fs

import (
	"context"
	"errors"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// probing is how many sizes of a folder are asked for at a time; the store
// bounds its connections.
const probing = 128

// firstSize is how long the sizes of a folder wait for the first of them.
const firstSize = time.Second

// probed is more than asking for a size brings of a file where the server tells,
// in bytes.
const probed = 64 << 10

// askSize waits for the size of a download.
func (f *FS) askSize(ctx context.Context, d *fetch.Download) (int64, syscall.Errno) {
	ctx, cancel := f.until(ctx)
	defer cancel()
	size, err := d.Size(ctx)
	if err != nil && f.closing() {
		err = fetch.ErrClosed
	}
	if err != nil {
		f.sizeFailed(d.Key(), err)
	}
	return size, toErrno(err)
}

// sizesWanted is called when the size of one track is waited for. If a folder
// that shows it was opened a moment ago, somebody like ls -l is about to ask for
// those of all its tracks one by one, so they are asked for together, once for
// each listing.
func (f *FS) sizesWanted(one *catalog.Track) {
	for _, d := range f.listed() {
		if time.Since(time.Unix(0, d.opened.Load())) > justOpened || d.shows(one.ID) == nil {
			continue
		}
		v, _ := d.lister.current()
		if v.sized.CompareAndSwap(false, true) {
			f.tasks.start(func() { f.askSizes(one, d.visible()) })
		}
	}
}

// askSizes asks for one size first: where a server does not tell, asking makes
// it a download, and nobody has asked for all of those. A size that is long in
// coming holds back the others no longer than firstSize.
func (f *FS) askSizes(one *catalog.Track, tracks []*catalog.Track) {
	var all errgroup.Group
	all.SetLimit(probing)
	defer func() { _ = all.Wait() }() // each has logged what it could not learn
	came := make(chan struct{})
	learn := func(t *catalog.Track) {
		all.Go(func() error {
			f.learnSize(t)
			if t == one {
				close(came)
			}
			return nil
		})
	}
	learn(one)
	patience, cancel := context.WithTimeout(f.ctx, firstSize)
	defer cancel()
	select {
	case <-came:
	case <-patience.Done():
	}
	if isUntold(f.store.Download(remote(one)).Status()) {
		return
	}
	for _, t := range tracks {
		if f.closing() {
			return
		}
		if t.ID != one.ID {
			learn(t)
		}
	}
}

// isUntold reports whether asking for a size has brought the file instead.
func isUntold(st fetch.Status) bool {
	return st.Held > probed || st.Held > 0 && st.Size < 0
}

// learnSize asks for a size that is not known. The download keeps it.
func (f *FS) learnSize(t *catalog.Track) {
	d := f.store.Download(remote(t))
	if d.Status().Size >= 0 {
		return
	}
	if _, err := d.Size(f.ctx); err != nil {
		f.sizeFailed(t.ID, err)
	}
}

// sizeFailed logs why a size cannot be had, once for each track: whoever asks
// for attributes gets only an error number.
func (f *FS) sizeFailed(key string, err error) {
	if f.closing() || isPassing(err) {
		return
	}
	if _, told := f.sizeless.LoadOrStore(key, true); !told {
		f.log.Warn("cannot learn a size", "id", key, "error", words(err))
	}
}

// isPassing reports whether an error comes of what a user did, not of the file.
func isPassing(err error) bool {
	for _, e := range []error{context.Canceled, fetch.ErrCanceled, fetch.ErrBusy, fetch.ErrClosed} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
