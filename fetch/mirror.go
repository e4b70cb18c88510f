package fetch

import (
	"errors"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// A mirror is where the redirects of a location led to when bytes came from
// there. The rest is asked for at the same place: the next redirect may lead to
// another copy, whose validators differ although its bytes do not.

// mirrored returns where to ask for what loc stands for, and whether redirects led
// there.
func (d *Download) mirrored(loc Location) (at Location, redirected bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mirror.URL != "" {
		return d.mirror, true
	}
	return loc, false
}

// keepMirror notes where redirects led to for a response on f's behalf, if they did:
// another version that has shown there is to be had there.
func (d *Download) keepMirror(f *flight, target Location) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if target.URL != "" && f.drops == d.drops && d.mirror.URL != target.URL {
		d.mirror = target
		d.touched()
	}
}

// astray reports whether err, of a request at a mirror, means that the location
// has to be asked again: a refusal at once, silence only the second time, for
// another mirror may cost what is held.
func (d *Download) astray(at Location, err error, tries int) bool {
	var status *fault.StatusError
	refused := errors.As(err, &status) && status.Expired()
	if !refused && (tries == 0 || !errors.Is(err, ErrUnreachable)) {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mirror.URL == at.URL {
		d.mirror = Location{}
		d.touched()
	}
	return true
}

// Warm keeps a connection to the server open while it is in use, ready for the next
// request: until five minutes after the last request or call of Warm. It returns at
// once, and nothing is asked of the server. It does nothing for a file that is
// complete or came with its location, while its location is unknown, for a transport
// that is not the store's own, and where a proxy is in between.
func (d *Download) Warm() {
	d.mu.Lock()
	loc, complete := d.location, d.state == Complete
	d.mu.Unlock()
	if at, _ := d.mirrored(loc); at.URL != "" && !complete {
		d.store.origin.KeepAlive(d.store.ctx, at)
	}
}
