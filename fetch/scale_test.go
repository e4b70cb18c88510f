package fetch

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
func fetchOver(s *scaler, l link, missing int64) (most, last int, took time.Duration) {
	start := time.Unix(0, 0)
	now := start
	const step = 10 * time.Millisecond
	for missing > 0 {
		now = now.Add(step)
		n := max(s.want, 1)
		came := int64(min(float64(n)*l.perConn, l.total) * step.Seconds())
		missing -= came
		for range n {
			if s.arrived(now, came/int64(n), n, l.rtt) {
				s.raise(now, missing, l.rtt)
			}
		}
		most, last = max(most, s.want), s.want
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
	} {
		t.Run(name, func(t *testing.T) {
			var s scaler
			most, last, took := fetchOver(&s, c.link, c.missing)
			if most < c.most[0] || most > c.most[1] || last < c.last[0] || last > c.last[1] {
				t.Errorf("at most %d, at last %d connections in %v; want %v, %v", most, last, took, c.most, c.last)
			}
		})
	}
}

func TestScalerTriesAgainLater(t *testing.T) {
	var s scaler
	shared := link{1e6, 2e6, 50 * time.Millisecond}
	if _, last, _ := fetchOver(&s, shared, 30*mb); last != 2 {
		t.Fatalf("%d connections on a link for two", last)
	}
	s.hold = time.Unix(0, 0) // the time is over, and the link is free
	s.began = time.Unix(0, 0)
	if most, _, _ := fetchOver(&s, link{1e6, 1e12, 50 * time.Millisecond}, 30*mb); most < 16 {
		t.Errorf("%d connections when more would help", most)
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
		s := scaler{per: c.per}
		if got := s.near(c.rtt); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
