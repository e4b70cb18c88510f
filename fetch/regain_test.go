package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

func TestExtend(t *testing.T) {
	for name, c := range map[string]struct {
		reach  int64
		have   ranges.Set
		flying []ranges.Range
		want   int64
	}{
		"no further than it reaches":       {300, nil, nil, 300},
		"an answer of its own length":      {200, nil, nil, 200},
		"not answered yet":                 {0, nil, nil, 200},
		"up to the next":                   {900, nil, []ranges.Range{{Start: 0, End: 100}, {Start: 100, End: 200}, {Start: 600, End: 700}, {Start: 400, End: 500}}, 400},
		"not where the next begins":        {900, nil, []ranges.Range{{Start: 200, End: 300}}, 200},
		"up to what is held":               {900, ranges.Set{{Start: 0, End: 100}, {Start: 500, End: 800}}, nil, 500},
		"over crumbs":                      {900, ranges.Set{{Start: 200, End: 210}, {Start: 300, End: 310}, {Start: 500, End: 511}}, nil, 500},
		"not over crumbs to no purpose":    {320, ranges.Set{{Start: 310, End: 320}}, nil, 310},
		"not into what is held at the end": {900, ranges.Set{{Start: 200, End: 900}}, nil, 200},
	} {
		if got := extend(ranges.Range{Start: 100, End: 200}, c.reach, c.have, c.flying, 10); got != c.want {
			t.Errorf("%s: to %d, want %d", name, got, c.want)
		}
	}
}

// TestSharedLinkSettles fetches over a link that many connections share, as a
// reader and as a mere download: it tries many, and settles at one, which needs
// hardly a request more.
func TestSharedLinkSettles(t *testing.T) {
	for name, begin := range map[string]func(f *fixture, d *Download){
		"read":       func(f *fixture, _ *Download) { go func() { _ = f.whole("a") }() },
		"downloaded": func(f *fixture, d *Download) { f.control(d, Start) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, Connect: 50 * time.Millisecond, TotalRate: 2_000_000})
				d := f.download("a")
				begin(f, d)
				most := 0
				for range 70 {
					time.Sleep(100 * time.Millisecond)
					most = max(most, f.origin.Stats().Active)
				}
				if most < 8 || f.origin.Stats().Active != 1 {
					t.Errorf("%d connections, at most %d", f.origin.Stats().Active, most)
				}
				before := len(f.origin.Requests())
				f.untilState(d, Complete)
				if n := len(f.origin.Requests()) - before; n > 5 {
					t.Errorf("%d requests after it has settled", n)
				}
				if sent := f.sent(); sent > 50*mb*102/100 {
					t.Errorf("%d bytes were sent for %d", sent, 50*mb)
				}
			}, file("a", 50*mb))
		})
	}
}
