package fetch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	// validateTimeout is how long a version that nothing contradicts is held back for
	// the server's word.
	validateTimeout = 2 * time.Second

	// maxFull is how often a full cache may end the request of an open, or for a size,
	// before that fails.
	maxFull = 3

	// firstWindow is what the first read of a file from its start is taken to ask for:
	// no reader of tags is to cost more than the block that it reads of.
	firstWindow = 64 << 10
)

// Validate sees that a Reader opened after it reads the version that the server has.
// It asks the server where only a catalog has told the size, with the request that
// brings the first bytes, and where a listing contradicts what is held. It asks for
// two seconds at most where nothing contradicts that, but the last confirmation is too
// old (see Options.TTL and Remote.Refreshed). Everywhere else it waits for nothing.
//
// It fails with ctx's error, with ErrBusy for a paused download that a listing
// contradicts, with ErrClosed, or with why the server could not be asked.
func (d *Download) Validate(ctx context.Context) error {
	_ = d.readAgain() // or what it says would be taken over after the server was asked
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &waiter{}
	added := false
	defer func() { d.leaveLocked(w) }()
	for {
		trust := validation{d}.trustLocked()
		if trust == unconfirmed {
			if err := (validation{d}).inTimeLocked(ctx); err != nil || (validation{d}).trustLocked() == unconfirmed {
				return err
			}
			continue // a listing may have contradicted it in the end
		}
		if settled, err := (validation{d}).settledLocked(trust); settled {
			return err
		}
		validation{d}.forgiveLocked(w)
		if w.err != nil {
			return w.err
		}
		if !added {
			if err := (validation{d}).beginLocked(w); err != nil {
				return err
			}
			added = true
		}
		w.validates = trust == contradicted || d.content.listedEmpty()
		w.Range = ranges.Range{}
		if !w.validates {
			w.Range = d.content.clip(ranges.Range{Start: 0, End: firstWindow})
		}
		if err := d.waitForLocked(ctx, w); err != nil {
			return err
		}
	}
}

// A validation is the question whether the server still has the version that is held
// of a download.
type validation struct{ *Download }

// inTimeLocked asks the server. A question that is not answered in time counts as
// asked, and its answer for the next open. It does not ask a server that left a
// question without an answer a moment ago.
func (v validation) inTimeLocked(ctx context.Context) error {
	host := v.source.host()
	if v.state == Paused || v.state == Failed || v.store.silence.has(host, time.Now()) {
		return nil
	}
	w := &waiter{validates: true}
	v.waiters.add(w)
	defer func() { v.leaveLocked(w) }()
	limited, cancel := context.WithTimeout(ctx, validateTimeout)
	defer cancel()
	for w.err == nil && v.state != Failed && v.trustLocked() == unconfirmed {
		switch err := v.waitForLocked(limited, w); {
		case err != nil && limited.Err() != nil && ctx.Err() == nil:
			v.unansweredLocked(host, ErrTimeout)
		case err != nil:
			return err
		}
	}
	return nil
}

// settledLocked reports whether there is no server to wait for, and why the download
// cannot be opened all the same, if so.
func (v validation) settledLocked(trust trust) (settled bool, err error) {
	switch {
	case trust == confirmed, trust == hearsay && (v.content.validator.Size < 0 || v.state == Paused):
		return true, nil
	case v.state == Paused:
		return true, fmt.Errorf("%w: paused while the catalog tells of another version", ErrBusy)
	}
	return false, nil
}

// beginLocked has w wait for the server's word.
func (v validation) beginLocked(w *waiter) error {
	if err := v.refusedLocked(); err != nil {
		return err
	}
	v.waiters.add(w)
	return nil
}

// refusedLocked returns why the server is not to be asked now. Its word takes no space: a
// disk that failed a moment ago is no reason.
func (v validation) refusedLocked() error {
	err := v.Download.refusedLocked()
	if v.failure.broken != nil || !unkept(err) {
		return err
	}
	return v.transitionLocked(evRetry)
}

// forgiveLocked has w wait on where the disk failed it, a few times.
func (v validation) forgiveLocked(w *waiter) {
	if unkept(w.err) && w.full < maxFull && v.failure.broken == nil {
		w.err = nil
		w.full++
		_ = v.transitionLocked(evRetry) // never refused
	}
}

// trustLocked returns how far what is held can be trusted now. A stream that is under
// way compares its bytes with those that are held: no question interrupts it.
func (v validation) trustLocked() trust {
	t := v.content.trust(v.listed, time.Now(), v.store.opt.TTL)
	if t == unconfirmed && v.content.streams() && !v.content.complete() && v.transfers.bringLocked() {
		return confirmed
	}
	return t
}

// unansweredLocked notes that err came in place of the server's word.
func (v validation) unansweredLocked(host string, err error) {
	if v.content.contradicted(v.listed) || v.content.listedEmpty() {
		v.failLocked(err)
		return
	}
	v.content.unanswered(v.listed, time.Now())
	v.recorder.markDirtyLocked()
	if errors.Is(err, ErrUnreachable) || errors.Is(err, ErrTimeout) {
		v.store.silence.note(host, time.Now())
	}
}

// dueLocked reports whether the server has to be asked, and is not yet.
func (v validation) dueLocked() bool {
	trust := v.trustLocked()
	empty := v.content.listedEmpty()
	if trust == hearsay && !empty || trust == confirmed || v.state == Paused || v.state == Failed {
		return false
	}
	for _, t := range v.transfers {
		if t.validates {
			return false
		}
	}
	if v.state == Downloading && (trust == contradicted || empty) {
		return true
	}
	for _, w := range v.waiters.list {
		if w.validates && w.err == nil {
			return true
		}
	}
	return false
}

// hearLocked takes in where a listing says that the file is, and what it claims of it.
func (v validation) hearLocked(r Remote) {
	moved := v.source.suggest(r.Location, r.Listing >= v.listed.Listing)
	v.source.expect(r.Type)
	if moved && len(v.content.held) == 0 {
		v.source.redirect = Location{}
	}
	before, was := v.listed, v.content.contradicted(v.listed)
	v.listed = v.listed.Next(r.claim())
	heard := v.content.hear(v.listed)
	other := v.content.contradicted(v.listed)
	if heard || moved && v.state != Idle || other != was || other && before != v.listed {
		v.recorder.markDirtyLocked()
	}
}

// outdateLocked reports whether the newest claim contradicts what is held. A complete
// file is one no more then.
func (v validation) outdateLocked() bool {
	other := v.content.contradicted(v.listed)
	if other && v.state == Complete {
		_ = v.transitionLocked(evChanged) // never refused
	}
	return other
}

// hint takes in what a listing says of the file. What is shown of it may change by
// that, and a complete file may be one no more. It reports whether the revision did.
func (d *Download) hint(r Remote) (changed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	revision := d.revision
	size, modified := d.content.shown(d.listed)
	validation{d}.hearLocked(r)
	other := validation{d}.outdateLocked()
	if d.content.complete() && d.state != Complete && !d.summing && !d.failure.recent() {
		d.finishLocked()
	}
	if s, m := d.content.shown(d.listed); (size >= 0 || !modified.IsZero()) && (s != size || !m.Equal(modified)) {
		d.revision = d.store.revisions.Add(1)
		d.notifyLocked()
	}
	if other || d.state == Downloading && len(d.transfers) == 0 { // its record may have been read a moment ago
		d.scheduleLocked()
	}
	d.retainLocked()
	return d.revision != revision
}
