package plan

import (
	"testing"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

func TestWindow(t *testing.T) {
	type read struct{ off, n int64 }
	for name, c := range map[string]struct {
		most  int64
		reads []read
		ahead ranges.Range
	}{
		"first read":                {MaxWindow, []read{{0, 4096}}, ranges.Range{Start: 4096, End: 4096 + minWindow}},
		"in sequence":               {MaxWindow, []read{{0, 128 << 10}, {128 << 10, 64 << 10}}, ranges.Range{Start: 192 << 10, End: 384 << 10}},
		"as much as was read":       {MaxWindow, []read{{0, 128 << 10}, {128 << 10, 128 << 10}}, ranges.Range{Start: 256 << 10, End: 512 << 10}},
		"out of order":              {MaxWindow, []read{{0, 64 << 10}, {128 << 10, 64 << 10}, {64 << 10, 64 << 10}}, ranges.Range{Start: 192 << 10, End: 320 << 10}},
		"a small jump goes on":      {MaxWindow, []read{{0, 200 << 10}, {300 << 10, 56 << 10}}, ranges.Range{Start: 356 << 10, End: 612 << 10}},
		"a seek starts anew":        {MaxWindow, []read{{0, 200 << 10}, {5 * mb, 64 << 10}}, ranges.Range{Start: 5*mb + 64<<10, End: 5*mb + 128<<10}},
		"a seek back starts anew":   {MaxWindow, []read{{5 * mb, 200 << 10}, {0, 64 << 10}}, ranges.Range{Start: 64 << 10, End: 128 << 10}},
		"small reads leave the end": {MaxWindow, []read{{0, 4096}, {4096, 4096}, {8192, 4096}}, ranges.Range{Start: 12288, End: 4096 + minWindow}},
		"until half of it is read":  {MaxWindow, []read{{0, 4096}, {4096, 32 << 10}}, ranges.Range{Start: 36 << 10, End: 36<<10 + minWindow}},
		"reading again is no run":   {MaxWindow, []read{{0, 100 << 10}, {0, 100 << 10}, {0, 100 << 10}}, ranges.Range{Start: 100 << 10, End: 200 << 10}},
		"head and tail":             {MaxWindow, []read{{0, 64 << 10}, {10*mb - 128, 128}}, ranges.Range{Start: 10 * mb, End: 10*mb + minWindow}},
		"size unknown":              {MaxWindow, []read{{0, 64 << 10}}, ranges.Range{Start: 64 << 10, End: 128 << 10}},
		"no more than is wanted":    {16 << 10, []read{{0, 200 << 10}}, ranges.Range{Start: 200 << 10, End: 216 << 10}},
		"nothing more is wanted":    {0, []read{{0, 200 << 10}}, ranges.Range{Start: 200 << 10, End: 200 << 10}},
		"the window has its bound":  {MaxWindow, []read{{0, 64 * mb}}, ranges.Range{Start: 64 * mb, End: 68 * mb}},
	} {
		t.Run(name, func(t *testing.T) {
			var w Window
			for _, r := range c.reads {
				w.Read(ranges.Range{Start: r.off, End: r.off + r.n}, c.most)
			}
			if w.Ahead() != c.ahead {
				t.Errorf("ahead %v, want %v", w.Ahead(), c.ahead)
			}
		})
	}
}
