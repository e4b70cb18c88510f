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
// of the store, of readers and of downloads, and ends for good where it fails or somebody
// gives a command.
type Prefetch struct {
	r      *Reader   // whose window is what is wanted
	beside *Download // whose transfers it does not make way for; or nil

	more chan struct{} // holds an element when end has changed
	done chan struct{} // closed by Close
	once sync.Once

	end int64 // how far into the file is wanted; guarded by Download.mu
}

// Prefetch begins a Prefetch, which wants nothing yet. It does not make way for the
// transfers of beside, if that is not nil. Close must follow.
func (d *Download) Prefetch(beside *Download) *Prefetch {
	p := &Prefetch{r: &Reader{d: d, size: -1, early: true, buffering: make(chan struct{}, 1)}, beside: beside,
		more: make(chan struct{}, 1), done: make(chan struct{})}
	_ = d.readAgain() // else nothing is fetched
	d.mu.Lock()
	if d.state == Idle {
		d.addReaderLocked(p.r)
	}
	d.mu.Unlock()
	if !d.store.spawn(p.run) {
		p.leave()
	}
	return p
}

// Want has the file be fetched up to end, if that is beyond what was wanted before.
func (p *Prefetch) Want(end int64) {
	d := p.r.d
	d.mu.Lock()
	grown := end > p.end
	p.end = max(p.end, end)
	d.mu.Unlock()
	if !grown {
		return
	}
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
	d := p.r.d
	but := []any{d}
	if p.beside != nil {
		but = append(but, p.beside)
	}
	for {
		others, changed := d.store.traffic.Others(but...)
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
		case <-d.store.ctx.Done():
			return
		}
	}
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

// proceed has what is wanted be fetched, and reports whether there is any use in that.
func (p *Prefetch) proceed() bool {
	d := p.r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, wanted := d.readers[p.r]; !wanted || d.failure.err != nil || d.failure.untouchableLocked() != nil {
		return false // it is Idle no more, or failed, or its bytes were dropped
	}
	end := d.content.clip(ranges.Range{Start: 0, End: p.end}).End
	if d.content.streams() && end < d.content.validator.Size {
		return true // a part of it cannot be had
	}
	p.r.window = plan.Window{End: end}
	if !d.content.held.Contains(p.r.window.Ahead()) {
		d.scheduleLocked()
	}
	return true
}

// rest stops what is under way for nobody else.
func (p *Prefetch) rest() {
	d := p.r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	p.restLocked()
}

func (p *Prefetch) restLocked() {
	d := p.r.d
	p.r.window.Forget()
	if d.isEarlyLocked() {
		d.transfers.cancelOthers(nil, errNeedless)
	}
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

// endEarlyLocked takes back the handles of every Prefetch: the download is Idle no more, or
// its bytes were dropped.
func (d *Download) endEarlyLocked() {
	for r := range d.readers {
		if r.early {
			r.window.Forget()
			delete(d.readers, r)
		}
	}
}

// isEarlyLocked reports whether nobody reads, waits or has given a command.
func (d *Download) isEarlyLocked() bool {
	if d.state != Idle || len(d.waiters.list) > 0 {
		return false
	}
	for r := range d.readers {
		if !r.early {
			return false
		}
	}
	return len(d.readers) > 0
}
