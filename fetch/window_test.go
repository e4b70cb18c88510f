package fetch

import "testing"

func TestWindow(t *testing.T) {
	type read struct{ off, n int64 }
	for name, c := range map[string]struct {
		size  int64
		reads []read
		ahead Range
		meant bool
	}{
		"first read":                {10 * mb, []read{{0, 4096}}, Range{4096, 4096 + minWindow}, false},
		"in sequence":               {10 * mb, []read{{0, 128 << 10}, {128 << 10, 64 << 10}}, Range{192 << 10, 384 << 10}, false},
		"meant after 256 KiB":       {10 * mb, []read{{0, 128 << 10}, {128 << 10, 128 << 10}}, Range{256 << 10, 512 << 10}, true},
		"out of order":              {10 * mb, []read{{0, 64 << 10}, {128 << 10, 64 << 10}, {64 << 10, 64 << 10}}, Range{192 << 10, 320 << 10}, false},
		"a small jump goes on":      {10 * mb, []read{{0, 200 << 10}, {300 << 10, 56 << 10}}, Range{356 << 10, 612 << 10}, true},
		"a seek starts anew":        {10 * mb, []read{{0, 200 << 10}, {5 * mb, 64 << 10}}, Range{5*mb + 64<<10, 5*mb + 128<<10}, false},
		"a seek back starts anew":   {10 * mb, []read{{5 * mb, 200 << 10}, {0, 64 << 10}}, Range{64 << 10, 128 << 10}, false},
		"small reads leave the end": {10 * mb, []read{{0, 4096}, {4096, 4096}, {8192, 4096}}, Range{12288, 4096 + minWindow}, false},
		"until half of it is read":  {10 * mb, []read{{0, 4096}, {4096, 32 << 10}}, Range{36 << 10, 36<<10 + minWindow}, false},
		"reading again is no run":   {10 * mb, []read{{0, 100 << 10}, {0, 100 << 10}, {0, 100 << 10}}, Range{100 << 10, 200 << 10}, false},
		"head and tail":             {10 * mb, []read{{0, 64 << 10}, {10*mb - 128, 128}}, Range{10 * mb, 10*mb + minWindow}, false},
		"a small file":              {smallFile, []read{{0, 1}}, Range{1, 1 + minWindow}, true},
		"a small file, seen only":   {smallFile, nil, Range{}, false},
		"size unknown":              {-1, []read{{0, 64 << 10}}, Range{64 << 10, 128 << 10}, false},
		"the window has its bound":  {-1, []read{{0, 64 * mb}}, Range{64 * mb, 68 * mb}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var w window
			for _, r := range c.reads {
				w.read(Range{r.off, r.off + r.n})
			}
			if w.ahead() != c.ahead || w.meant(c.size) != c.meant {
				t.Errorf("ahead %v, meant %v; want %v, %v", w.ahead(), w.meant(c.size), c.ahead, c.meant)
			}
		})
	}
}
