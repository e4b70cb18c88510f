package slots

import (
	"testing"
	"time"
)

// link is a simple model: every connection brings perConn, all together no more
// than total.
type link struct {
	perConn, total float64 // bytes a second
	rtt            time.Duration
}

// fetchOver runs a scaler over a link until missing bytes have come, and
// returns the most connections that were wanted and how many at the end.
func fetchOver(s *Scaler, l link, missing int64) (most, last int, took time.Duration) {
	return fetchFrom(s, time.Unix(0, 0), l, missing)
}

const mb = 1 << 20

func fetchFrom(s *Scaler, start time.Time, l link, missing int64) (most, last int, took time.Duration) {
	now := start
	const step = 10 * time.Millisecond
	for missing > 0 {
		now = now.Add(step)
		n := max(s.Connections, 1)
		came := int64(min(float64(n)*l.perConn, l.total) * step.Seconds())
		missing -= came
		for range n {
			if s.Arrived(now, came/int64(n), n, l.rtt) {
				s.Raise(now, missing, l.rtt)
			}
		}
		most, last = max(most, s.Connections), s.Connections
	}
	return most, last, now.Sub(start)
}

func TestScaler(t *testing.T) {
	const inf = 1e12
	for name, c := range map[string]struct {
		link       link
		missing    int64
		most, last [2]int // from, to
	}{
		"one is enough for a small file":         {link{1e6, inf, 50 * time.Millisecond}, 300_000, [2]int{0, 1}, [2]int{0, 1}},
		"a preview gets a few":                   {link{1e6, inf, 50 * time.Millisecond}, 1_000_000, [2]int{1, 3}, [2]int{1, 3}},
		"a slow connection gets company at once": {link{1e6, inf, 50 * time.Millisecond}, 20 * mb, [2]int{40, 64}, [2]int{40, 64}},
		"a fast link stays at one":               {link{500e6, inf, time.Millisecond}, 10_000 * mb, [2]int{0, 1}, [2]int{0, 1}},
		"a shared link goes back to one":         {link{2e6, 2e6, 50 * time.Millisecond}, 50 * mb, [2]int{2, 64}, [2]int{1, 1}},
		"a shared link goes back to four":        {link{1e6, 4e6, 50 * time.Millisecond}, 100 * mb, [2]int{5, 64}, [2]int{4, 4}},
		"many are kept where they bring much":    {link{1e6, inf, 50 * time.Millisecond}, 2000 * mb, [2]int{40, 64}, [2]int{32, 64}},
	} {
		t.Run(name, func(t *testing.T) {
			var s Scaler
			most, last, took := fetchOver(&s, c.link, c.missing)
			if most < c.most[0] || most > c.most[1] || last < c.last[0] || last > c.last[1] {
				t.Errorf("at most %d, at last %d connections in %v; want %v, %v", most, last, took, c.most, c.last)
			}
		})
	}
}

// TestScalerTriesAgainLater has a link that others use become free, and then used
// again: the number follows before long, upwards and downwards.
func TestScalerTriesAgainLater(t *testing.T) {
	var s Scaler
	rtt := 50 * time.Millisecond
	now := time.Unix(0, 0)
	for i, c := range []struct {
		link     link
		from, to int
	}{{link{1e6, 2e6, rtt}, 2, 2}, {link{1e6, 1e12, rtt}, 32, 64}, {link{1e6, 1e6, rtt}, 1, 1}, {link{1e6, 4e6, rtt}, 4, 4}} {
		most, last, took := fetchFrom(&s, now, c.link, int64(min(c.link.total, 32e6)*75))
		now = now.Add(took)
		if last < c.from || last > c.to {
			t.Errorf("link %d: at most %d, at last %d connections, want %d to %d", i, most, last, c.from, c.to)
		}
	}
}

// TestScalerSlowStart begins with a connection that is slow at first: what many
// carry is mistaken for much, but not for long.
func TestScalerSlowStart(t *testing.T) {
	s := Scaler{Connections: 1, active: 1, PerConnection: 2e5, rate: 2e5} // a tenth of what it brings then
	if most, last, _ := fetchOver(&s, link{2e6, 2e6, 50 * time.Millisecond}, 100*mb); last != 1 {
		t.Errorf("at most %d, at last %d connections", most, last)
	}
}

func TestScalerNear(t *testing.T) {
	for name, c := range map[string]struct {
		per  float64
		rtt  time.Duration
		want int64
	}{
		"unknown": {0, time.Second, defaultNear},
		"slow":    {10e3, 100 * time.Millisecond, minNear},
		"fast":    {100e6, 100 * time.Millisecond, maxNear},
		"between": {5e6, 100 * time.Millisecond, 1_000_000},
	} {
		s := Scaler{PerConnection: c.per}
		if got := s.Near(c.rtt); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
