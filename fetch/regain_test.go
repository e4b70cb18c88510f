package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

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
