package fetch

import "github.com/tunesfs/tunesfs/internal/ranges"

// regain lets transfers go on into what others took over from them and did not
// bring: it needs no request. That is, if there are as many as should be; else
// another one brings it. d.mu is held.
func (d *Download) regain() {
	if d.state != Downloading || len(d.flights) < d.connections() {
		return
	}
	for _, f := range d.flights {
		f.End = extend(f.Range, f.reach, d.have, d.flying(), d.crumb())
	}
}

// crumb returns how many bytes come in the time that a request takes. d.mu is
// held.
func (d *Download) crumb() int64 { return int64(d.scale.per * d.rtt.Seconds()) }

// flying returns what transfers still have to bring. d.mu is held.
func (d *Download) flying() []ranges.Range {
	var flying []ranges.Range
	for _, f := range d.flights {
		flying = append(flying, f.Range)
	}
	return flying
}

// extend returns how far a transfer of r that reaches further can go: up to where
// another one begins, or bytes that are held. Over no more of those than a crumb
// it goes on: another request would cost as much.
func extend(r ranges.Range, reach int64, have ranges.Set, flying []ranges.Range, crumb int64) int64 {
	rest := ranges.Range{Start: r.End, End: reach}
	for _, f := range flying {
		if !f.Empty() && f.Start >= r.End {
			rest.End = min(rest.End, f.Start)
		}
	}
	for _, h := range have {
		if h.End > r.End && h.Len() > crumb {
			rest.End = min(rest.End, h.Start)
		}
	}
	if gaps := have.Missing(rest); len(gaps) > 0 {
		return gaps[len(gaps)-1].End
	}
	return r.End
}
