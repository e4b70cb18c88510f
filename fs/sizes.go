package fs

import (
	"context"
	"errors"
	"io"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// askSize waits for the size of a download.
func (f *FS) askSize(ctx context.Context, d *fetch.Download) (int64, error) {
	ctx, cancel := f.life.Until(ctx)
	defer cancel()
	size, err := d.Size(ctx)
	if err != nil && f.life.Closing() {
		err = fetch.ErrClosed
	}
	if err != nil {
		f.sizeFailed(d.Key(), err)
	}
	return size, err
}

// showEmpty reports whether a track whose size cannot be had may be shown as empty,
// so that ls and getfattr work. Its next open tries again, and fails as the size
// did: no copy of it is empty. Programs take the size of an open file for true.
func (t *trackNode) showEmpty(err error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if isPassing(err) && !errors.Is(err, fetch.ErrHostFailing) || len(t.readers) > 0 {
		return false
	}
	t.sizeless = err
	return true
}

// askAgain asks again for the size of a track that was shown as empty, and returns
// why it cannot be had. That the server does not tell it is no reason: then reads
// stream.
func (t *trackNode) askAgain(ctx context.Context) error {
	t.mu.Lock()
	known := t.sizeless == nil || t.size.Load() >= 0
	t.mu.Unlock()
	if known {
		return nil
	}
	var failed error
	if t.download.Status().State == fetch.Failed { // which a probe leaves alone
		_, failed = t.fs.askSize(ctx, t.download)
	} else {
		limited, cancel := t.fs.life.Until(ctx)
		defer cancel()
		one := func(yield func(*fetch.Download) bool) { yield(t.download) }
		t.fs.store.Probe(limited, one, func(_ *fetch.Download, err error) { failed = err })
	}
	switch {
	case errors.Is(failed, fetch.ErrUntold):
		return nil
	case errors.Is(failed, fetch.ErrHostFailing):
		return t.fs.readable(ctx, t.download)
	}
	return failed
}

// readable returns why a download cannot be read. Reads ask a server also while sizes
// of its files fail at once.
func (f *FS) readable(ctx context.Context, d *fetch.Download) error {
	ctx, cancel := f.life.Until(ctx)
	defer cancel()
	r := d.NewReader()
	defer func() { _ = r.Close() }() // which never fails
	_, err := r.ReadAt(ctx, make([]byte, 1), 0)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// validate waits until a download may be opened.
func (f *FS) validate(ctx context.Context, d *fetch.Download) syscall.Errno {
	ctx, cancel := f.life.Until(ctx)
	defer cancel()
	err := d.Validate(ctx)
	if err != nil && f.life.Closing() {
		err = fetch.ErrClosed
	}
	return toErrno(err)
}

// sizesWanted is called when the size of one track is waited for. If a folder
// that shows it was opened a moment ago, somebody like ls -l is about to ask for
// those of all its tracks one by one, so they are asked for together, once for
// each listing.
func (f *FS) sizesWanted(one *catalog.Track) {
	for _, d := range f.tree.listed() {
		if !f.justOpened(d) || d.shows(one.ID) == nil {
			continue
		}
		v, _ := d.lister.Current()
		if v != nil && v.Sized.CompareAndSwap(false, true) {
			f.life.Start(func() { f.askSizes(one, d.visible()) })
		}
	}
}

// justOpened reports whether a folder was opened a moment ago. The time that both are
// counted from has a monotonic reading: a clock that is set changes nothing.
func (f *FS) justOpened(d *folderNode) bool {
	opened := time.Duration(d.opened.Load())
	return opened != 0 && time.Since(f.started)-opened <= justOpened
}

// askSizes asks for the sizes of tracks, of one of them, which somebody waits
// for, first.
func (f *FS) askSizes(one *catalog.Track, tracks []*catalog.Track) {
	f.store.Probe(f.life.Context(), func(yield func(*fetch.Download) bool) {
		if !yield(f.download(one)) {
			return
		}
		for _, t := range tracks {
			if t.ID != one.ID && !yield(f.download(t)) {
				return
			}
		}
	}, func(d *fetch.Download, err error) { f.sizeFailed(d.Key(), err) })
}

// sizeFailed logs why a size cannot be had, once for each track: whoever asks
// for attributes gets only an error number.
func (f *FS) sizeFailed(key string, err error) {
	if f.life.Closing() || isPassing(err) {
		return
	}
	if _, reported := f.sizeless.Put(key, struct{}{}); !reported {
		f.log.Warn("cannot learn a size", "id", key, "error", errorText(err))
	}
}

// isPassing reports whether an error comes of what a user did, or only of how the
// size was asked for, and not of the file.
func isPassing(err error) bool {
	for _, e := range []error{context.Canceled, fetch.ErrCanceled, fetch.ErrBusy, fetch.ErrUntold, fetch.ErrClosed, fetch.ErrHostFailing} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
