package client

import "time"

// rateWindow is the least time over which a rate is measured: the mount reports progress
// twice a second.
const rateWindow = time.Second

// rates measures how fast downloads arrive.
type rates struct {
	known map[string]pace // of those that are downloading, by id; MaxNames at most
}

// A pace is how far one download was at a time, and how fast.
type pace struct {
	since time.Time
	held  int64
	rate  int64
}

func newRates() *rates { return &rates{known: map[string]pace{}} }

// reset forgets all downloads.
func (r *rates) reset() { clear(r.known) }

// of returns the rate of a download that has changed now.
func (r *rates) of(d Download, now time.Time) int64 {
	if d.State != "downloading" {
		delete(r.known, d.ID)
		return 0
	}
	p, ok := r.known[d.ID]
	took := now.Sub(p.since)
	switch {
	case !ok && len(r.known) >= MaxNames:
		return Unknown
	case !ok, d.Held < p.held, took < 0:
		p = pace{now, d.Held, Unknown}
	case took >= rateWindow:
		p = pace{now, d.Held, int64(float64(d.Held-p.held) / took.Seconds())}
	default:
		return p.rate
	}
	r.known[d.ID] = p
	return p.rate
}
