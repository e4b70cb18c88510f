package httprule

import (
	"log/slog"
	"net/http"
	"sync"
)

// maxDowngrades is how many hosts are known to lead into the clear.
const maxDowngrades = 64

// Downgrades tells of hosts that lead from https to http, of each once. The zero value
// is ready to use.
type Downgrades struct {
	mu   sync.Mutex // guards said
	said map[string]bool
}

// Warn logs that a redirect of first leads from https to http, if it does so for the
// first time.
func (d *Downgrades) Warn(log *slog.Logger, req, first *http.Request) {
	if d.isNew(first.URL.Host) {
		log.Warn("a redirect leads from https to http: others on the way can read and change what comes",
			"from", first.URL.Host, "to", req.URL.Host)
	}
}

// isNew notes a host, and reports whether it was not known.
func (d *Downgrades) isNew(host string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.said == nil {
		d.said = map[string]bool{}
	}
	if d.said[host] || len(d.said) >= maxDowngrades {
		return false
	}
	d.said[host] = true
	return true
}
