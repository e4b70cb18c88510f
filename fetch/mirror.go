package fetch

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

// A mirror is where the redirects of a location led to when bytes came from
// there. The rest is asked for at the same place: the next redirect may lead to
// another copy, whose validators differ although its bytes do not.

// mirrored returns where to ask for what loc stands for.
func (d *Download) mirrored(loc Location) Location {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mirror.URL != "" {
		return d.mirror
	}
	return loc
}

// keepMirror notes where the answer to a request for loc on f's behalf came from,
// if that is a mirror: another version that has shown there is to be had there.
func (d *Download) keepMirror(f *flight, loc Location, last *http.Request) {
	m := loc
	if last.Response != nil {
		m = Location{URL: last.URL.String(), mirror: true}
		if from, err := url.Parse(loc.URL); err == nil && httprule.MayCarry(last.URL, from) {
			m.Header = loc.Header
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if m.mirror && d.holdsLocked(f.file) == nil && d.mirror.URL != m.URL {
		d.mirror = m
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

// recordable returns what of a location may be written to disk, and whether
// that is enough to ask there again.
func (l Location) recordable() (public string, exact bool) {
	public, exact = httprule.Public(l.URL)
	return public, exact && len(l.Header) == 0 && l.Content == nil
}
