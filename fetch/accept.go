package fetch

import (
	"errors"
	"fmt"

	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// accept decides what an answer means for the download. Without an error the
// body's bytes are those that f is to bring, from f.Start on.
func (d *Download) accept(f *flight, a answer, ifRange string) error {
	fits, err := d.fit(f, a, ifRange)
	if fits || err != nil {
		return err
	}
	if err := d.replace(f, a.validator); err != nil {
		return err
	}
	if d.restless() {
		return fmt.Errorf("%w: another file at every request", ErrBadResponse)
	}
	fits, err = d.fit(f, a, ifRange)
	if err == nil && !fits || errors.Is(err, errDistrusted) {
		return errAnother // a catalogue told of another size meanwhile, or the condition was the old one's
	}
	return err
}

// fit has f bring what the answer holds, if it goes on what is held.
func (d *Download) fit(f *flight, a answer, ifRange string) (fits bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.holdsLocked(f.file); err != nil {
		return false, err
	}
	switch known := d.validator; {
	case !continues(known, a, ifRange), a.validator.Size >= 0 && !d.have.Valid(a.validator.Size):
		return false, nil
	case a.whole && ifRange != "" && known.Proves(a.validator):
		return false, errDistrusted
	}
	return true, d.settle(f, a)
}

// replace drops what is held of a version that is no more, and has f go on with
// the new one.
func (d *Download) replace(f *flight, v validator.Validator) error {
	d.entry.Lock()
	defer d.entry.Unlock()
	d.mu.Lock()
	if err := d.holdsLocked(f.file); err != nil {
		d.mu.Unlock()
		return err
	}
	d.change(v, f)
	f.file = d.file
	d.mu.Unlock()
	return d.unlink(false)
}

// restless reports whether the remote changed so often that there is no use in
// going on, and lets the next attempt have as many changes again.
func (d *Download) restless() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.flips < maxChanges {
		return false
	}
	d.flips = maxFlips + 1
	return true
}

// settle takes over what the answer tells of the file. d.mu is held.
func (d *Download) settle(f *flight, a answer) error {
	known := d.validator
	d.validator = d.validator.Merge(a.validator)
	if d.state != Failed {
		d.err = nil
	}
	d.sizeless = d.validator.Size < 0
	if a.typ != "" {
		d.typ = a.typ
	}
	if a.whole {
		d.noRanges = true
	}
	if known != d.validator || a.whole {
		d.touched()
		d.announce()
	}
	if d.allHeld() {
		d.finish()
	}
	defer d.benefit(f) // which may rank f by what is left of it
	if a.body.Empty() || (a.body.Start != 0 && d.streams()) || (a.whole && d.probed()) {
		return errAnswered // what is still wanted is planned anew
	}
	if d.streams() && d.have.Contains(a.body) {
		return fmt.Errorf("%w: only what was sent before came, up to %d", ErrUnreachable, a.body.End)
	}
	d.narrow(f, a)
	return nil
}

// narrow makes f bring what the body of an answer holds of it; one from the start
// is brought by f alone. d.mu is held.
func (d *Download) narrow(f *flight, a answer) {
	if a.whole || d.streams() {
		d.ground(f, errNeedless)
		d.store.limits.Pin(&f.turn)
		f.Start = 0
	}
	if a.whole {
		f.End = a.body.End
	}
	f.reach = a.body.End
	if d.validator.Size >= 0 {
		f.reach = min(f.reach, d.validator.Size)
	}
	f.End = min(f.End, f.reach)
}

// continues reports whether what an answer to a request with ifRange holds may
// be put together with what is held of v. Where v has no strong validator, that
// is for a comparison of the bytes to find out.
func continues(v validator.Validator, a answer, ifRange string) bool {
	switch {
	case !v.Same(a.validator), v.Size >= 0 && a.body.End > v.Size && a.body.End != ranges.Unbounded:
		return false
	case v.Proves(a.validator), a.body.Empty():
		return true
	case !v.Strong():
		told := (v.Size < 0) == (a.validator.Size < 0)                    // else the end may be another,
		return !v.Known() || !a.whole || told || v.Size >= 0 && !a.framed // or one that a cut only feigns
	}
	return ifRange != "" && !a.whole
}
