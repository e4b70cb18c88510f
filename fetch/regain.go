package fetch

import (
	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// regain lets transfers go on into what others took over from them and did not
// bring: it needs no request. That is, if there are as many as should be; else
// another one brings it. d.mu is held.
func (d *Download) regain() {
	if d.state != Downloading || len(d.flights) < d.connections() {
		return
	}
	for _, f := range d.flights {
		f.End = plan.Extend(f.Range, f.reach, d.have, d.flying(), d.crumb())
	}
}

// crumb returns how many bytes come in the time that a request takes. d.mu is
// held.
func (d *Download) crumb() int64 { return int64(d.scale.PerConnection * d.rtt.Seconds()) }

// flying returns what transfers still have to bring. d.mu is held.
func (d *Download) flying() []ranges.Range {
	var flying []ranges.Range
	for _, f := range d.flights {
		flying = append(flying, f.Range)
	}
	return flying
}
