package plan

import (
	"testing"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

func TestWindow(t *testing.T) {
	type read struct{ off, n int64 }
	for name, c := range map[string]struct {
		size  int64
		reads []read
		ahead ranges.Range
		meant bool
	}{
		"first read":                {10 * mb, []read{{0, 4096}}, ranges.Range{Start: 4096, End: 4096 + minWindow}, false},
		"in sequence":               {10 * mb, []read{{0, 128 << 10}, {128 << 10, 64 << 10}}, ranges.Range{Start: 192 << 10, End: 384 << 10}, false},
		"meant after 256 KiB":       {10 * mb, []read{{0, 128 << 10}, {128 << 10, 128 << 10}}, ranges.Range{Start: 256 << 10, End: 512 << 10}, true},
		"out of order":              {10 * mb, []read{{0, 64 << 10}, {128 << 10, 64 << 10}, {64 << 10, 64 << 10}}, ranges.Range{Start: 192 << 10, End: 320 << 10}, false},
		"a small jump goes on":      {10 * mb, []read{{0, 200 << 10}, {300 << 10, 56 << 10}}, ranges.Range{Start: 356 << 10, End: 612 << 10}, true},
		"a seek starts anew":        {10 * mb, []read{{0, 200 << 10}, {5 * mb, 64 << 10}}, ranges.Range{Start: 5*mb + 64<<10, End: 5*mb + 128<<10}, false},
		"a seek back starts anew":   {10 * mb, []read{{5 * mb, 200 << 10}, {0, 64 << 10}}, ranges.Range{Start: 64 << 10, End: 128 << 10}, false},
		"small reads leave the end": {10 * mb, []read{{0, 4096}, {4096, 4096}, {8192, 4096}}, ranges.Range{Start: 12288, End: 4096 + minWindow}, false},
		"until half of it is read":  {10 * mb, []read{{0, 4096}, {4096, 32 << 10}}, ranges.Range{Start: 36 << 10, End: 36<<10 + minWindow}, false},
		"reading again is no run":   {10 * mb, []read{{0, 100 << 10}, {0, 100 << 10}, {0, 100 << 10}}, ranges.Range{Start: 100 << 10, End: 200 << 10}, false},
		"head and tail":             {10 * mb, []read{{0, 64 << 10}, {10*mb - 128, 128}}, ranges.Range{Start: 10 * mb, End: 10*mb + minWindow}, false},
		"a small file":              {smallFile, []read{{0, 1}}, ranges.Range{Start: 1, End: 1 + minWindow}, true},
		"a small file, seen only":   {smallFile, nil, ranges.Range{}, false},
		"size unknown":              {-1, []read{{0, 64 << 10}}, ranges.Range{Start: 64 << 10, End: 128 << 10}, false},
		"the window has its bound":  {-1, []read{{0, 64 * mb}}, ranges.Range{Start: 64 * mb, End: 68 * mb}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var w Window
			for _, r := range c.reads {
				w.Read(ranges.Range{Start: r.off, End: r.off + r.n})
			}
			if w.Ahead() != c.ahead || w.Meant(c.size) != c.meant {
				t.Errorf("ahead %v, meant %v; want %v, %v", w.Ahead(), w.Meant(c.size), c.ahead, c.meant)
			}
		})
	}
}
