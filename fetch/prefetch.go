package fetch

import (
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// calm is how long no other transfer must have been under way for a Prefetch to go on.
const calm = time.Second

// A Prefetch has a file fetched for a reader to come, as far as it is told to. The
// download stays Idle, or is Complete in the end. It makes way for every other transfer
// of the store, of readers and of downloads. A failure ends it for good. A pause, a cancel
// or an evict since its user began has it rest until somebody opens the file, or says start
// or resume.
type Prefetch struct {
	r      *Reader   // whose window is what is wanted
	beside *Download // whose transfers it does not make way for; or nil
	since  time.Time // when its user began
	began  time.Time

	more chan struct{} // holds an element after Want
	done chan struct{} // closed by Close
	once sync.Once

	end int64 // how far into the file is wanted; guarded by Download.mu
}

// Prefetch begins a Prefetch, which wants nothing yet. It does not make way for the
// transfers of beside, if that is not nil, but rests while that is paused. Commands that came
// since its user began, at since, hold. Close must follow.
func (d *Download) Prefetch(beside *Download, since time.Time) *Prefetch {
	r := &Reader{d: d, size: -1, early: true, buffering: make(chan struct{}, 1)}
	p := &Prefetch{r: r, beside: beside, since: since, began: time.Now(), more: make(chan struct{}, 1), done: make(chan struct{})}
	_ = d.readAgain() // else nothing is fetched
	_ = d.store.spawn(p.run)
	return p
}

// Download returns that of the file.
func (p *Prefetch) Download() *Download { return p.r.d }

// Want has the file be fetched up to end, if that is beyond what was wanted before. In any
// case a Prefetch that rests looks whether it may go on.
func (p *Prefetch) Want(end int64) {
	d := p.r.d
	d.mu.Lock()
	p.end = max(p.end, end)
	d.mu.Unlock()
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// Close ends it. What is held stays, and nothing more is fetched. It may be called again.
func (p *Prefetch) Close() { p.once.Do(func() { close(p.done) }) }

// run fetches while nobody else does.
func (p *Prefetch) run() {
	defer p.leave()
	for {
		others, changed := p.others()
		if others {
			p.rest()
		} else if !p.proceed() {
			return
		}
		select {
		case <-changed:
			if others && !p.calmsDown() {
				return
			}
		case <-p.more:
		case <-p.done:
			return
		case <-p.r.d.store.ctx.Done():
			return
		}
	}
}

// others reports whether to make way. changed is closed when that may be otherwise.
func (p *Prefetch) others() (others bool, changed <-chan struct{}) {
	d := p.r.d
	if p.beside == nil {
		return d.store.traffic.Others(d)
	}
	others, changed = d.store.traffic.Others(d, p.beside)
	return others || p.beside.Status().State == Paused, changed // a pause ends transfers, so it is noticed
}

// calmsDown waits for a moment, and reports whether to go on after it.
func (p *Prefetch) calmsDown() bool {
	timer := time.NewTimer(calm)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.done:
		return false
	case <-p.r.d.store.ctx.Done():
		return false
	}
}

// proceed has what is wanted be fetched, and reports whether there is any use in that, now
// or later.
func (p *Prefetch) proceed() bool {
	d := p.r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.state == Complete || d.failure.untouchableLocked() != nil:
		return false
	case d.state != Idle || d.quiet.After(p.since) || d.failure.recent():
		return true
	case d.failure.err != nil && !d.failure.at.Before(p.began): // or a transfer makes another attempt
		return len(d.transfers) > 0
	}
	if _, known := d.readers[p.r]; !known {
		d.addReaderLocked(p.r)
	}
	p.r.window = plan.Window{End: p.reachLocked()}
	if !d.content.held.Contains(p.r.window.Ahead()) {
		d.scheduleLocked()
	}
	return true
}

// reachLocked returns how far into the file to fetch. Of one that comes as a whole alone no
// part can be had.
func (p *Prefetch) reachLocked() int64 {
	c := p.r.d.content
	end := c.clip(ranges.Range{Start: 0, End: p.end}).End
	if whole := c.validator.Size >= 0 && end == c.validator.Size || end == ranges.Unbounded; c.streams() && !whole {
		return 0
	}
	return end
}

// rest stops what is under way for nobody else.
func (p *Prefetch) rest() {
	d := p.r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	p.restLocked()
}

func (p *Prefetch) restLocked() {
	p.r.window.Forget()
	p.r.d.shortenLocked()
}

// lead is how much more than readers want next comes over a connection that a Prefetch
// began: one of them may soon want all.
const lead = 256 << 10

// shortenLocked ends what nobody but a Prefetch wanted.
func (d *Download) shortenLocked() {
	switch {
	case d.isEarlyLocked():
		d.transfers.cancelOthers(nil, errNeedless)
	case d.state == Idle && !d.content.streams():
		for _, t := range d.transfers {
			t.End = min(t.End, min(t.wantedLocked(), t.End)+lead)
		}
	}
}

// wantedLocked returns where the last byte of the transfer's range ends that anybody waits
// for or reads next.
func (t *transfer) wantedLocked() int64 {
	end := t.Start
	for _, w := range t.d.waiters.list {
		if w.Start < t.End {
			end = max(end, min(w.End, t.End))
		}
	}
	for r := range t.d.readers {
		if ahead := r.window.Ahead(); ahead.Start < t.End {
			end = max(end, min(ahead.End, t.End))
		}
	}
	return end
}

// leave ends what is under way, and takes the handle back.
func (p *Prefetch) leave() {
	d := p.r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	p.restLocked()
	delete(d.readers, p.r)
	d.rankLocked()
	d.recorder.restLocked()
}

// endEarlyLocked takes back the handles of every Prefetch: the download is Idle no more, its
// bytes were dropped, or somebody wants it to rest.
func (d *Download) endEarlyLocked() {
	for r := range d.readers {
		if r.early {
			r.window.Forget()
			delete(d.readers, r)
		}
	}
}

// endPrefetchLocked has every Prefetch that has a user rest until the file is opened, or a command says
// otherwise. It returns the transfers that it has stopped: nobody reads what they bring.
func (d *Download) endPrefetchLocked() transfers {
	d.quiet = time.Now()
	d.endEarlyLocked()
	if d.content.streams() && len(d.readers) > 0 {
		return nil // it could not go on later
	}
	var stopped transfers
	for _, t := range d.transfers {
		if t.End = t.wantedLocked(); t.Empty() {
			t.stop(errStopped)
			stopped = append(stopped, t)
		}
	}
	return stopped
}

// isEarlyLocked reports whether a Prefetch alone wants bytes: nobody has read, waits or has
// given a command.
func (d *Download) isEarlyLocked() bool {
	if d.state != Idle || len(d.waiters.list) > 0 {
		return false
	}
	early := false
	for r := range d.readers {
		if !r.early && r.window != (plan.Window{}) {
			return false
		}
		early = early || r.early
	}
	return early
}
