package httprule

import (
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// maxDowngrades is how many hosts are known to lead into the clear.
const maxDowngrades = 64

// Downgrades tells of hosts that lead from https to http, of each of the first 64 once, and
// once that there are more. The zero value is ready to use.
type Downgrades struct {
	mu   sync.Mutex // guards what follows
	said map[string]bool
	full bool // the log says that there are more hosts than are told of
}

// Warn logs that a redirect of first leads from https to http, if it does so for the
// first time. Where too many hosts do, it logs that.
func (d *Downgrades) Warn(log *slog.Logger, req, first *http.Request) {
	isNew, isTooMany := d.note(first.URL.Host)
	switch {
	case isNew:
		log.Warn("a redirect leads from https to http: others on the way can read and change what comes",
			"from", first.URL.Host, "to", req.URL.Host)
	case isTooMany:
		log.Warn("redirects of more hosts lead from https to http: the log names no more of them", "from", first.URL.Host)
	}
}

// note notes a host. isNew is whether it was not known and there is room for it, isTooMany
// whether it is the first for which there is none.
func (d *Downgrades) note(host string) (isNew, isTooMany bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.said == nil {
		d.said = map[string]bool{}
	}
	switch {
	case d.said[host]:
	case len(d.said) < maxDowngrades:
		d.said[host], isNew = true, true
	case !d.full:
		d.full, isTooMany = true, true
	}
	return isNew, isTooMany
}

// LearntSecret reports whether a redirect leads to an address that may hold a secret, or one
// of the requests via before it did: AddsSecret is true of it.
func LearntSecret(req *http.Request, via []*http.Request) bool {
	first := via[0].URL
	return AddsSecret(req.URL, first) ||
		slices.ContainsFunc(via[1:], func(r *http.Request) bool { return AddsSecret(r.URL, first) })
}

// AddsSecret reports whether an address that redirects of first led to may hold a secret
// that first does not: a user, or another query.
func AddsSecret(to, first *url.URL) bool {
	return to.User != nil || to.RawQuery != "" && to.RawQuery != first.RawQuery
}
