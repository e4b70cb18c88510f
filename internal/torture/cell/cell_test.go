package cell

import (
	"bytes"
	"slices"
	"testing"
)

// Every cut of a content scans as one run, or as a short stray that is its own.
func TestScanFindsEveryCut(t *testing.T) {
	v := Version{7, 3}
	b := v.bytes(0, 70)
	for from := range 70 {
		for to := from + 1; to <= 70; to++ {
			runs, strays := Scan(b[from:to], int64(from))
			at := int64(from)
			for _, r := range runs {
				if r.Version != v || r.From > at && len(strays) == 0 {
					t.Fatalf("%d to %d: %v", from, to, r)
				}
			}
			for _, s := range strays {
				if !s.Short || !s.Is(v) {
					t.Fatalf("%d to %d: %+v", from, to, s)
				}
			}
			if len(strays) == 0 && (len(runs) != 1 || runs[0].From != int64(from) || runs[0].To != int64(to)) {
				t.Fatalf("%d to %d: %v", from, to, runs)
			}
		}
	}
}

func TestScanFindsStrays(t *testing.T) {
	v, other := Version{1, 1}, Version{1, 2}
	right := v.bytes(0, 64)
	for name, c := range map[string]struct {
		b    []byte
		at   int64
		says string
	}{
		"zeros":       {slices.Concat(right[:16], make([]byte, 16), right[32:]), 16, "zeros"},
		"shifted":     {slices.Concat(right[:16], right[32:48], right[32:]), 16, "file 1 version 1 offset 32"},
		"mixed tail":  {slices.Concat(right[:32], other.bytes(32, 9)), 32, "no cell"},
		"flipped bit": {slices.Concat(right[:20], []byte{right[20] ^ 1}, right[21:]), 16, "no cell"},
	} {
		t.Run(name, func(t *testing.T) {
			_, strays := Scan(c.b, 0)
			if len(strays) != 1 || strays[0].At != c.at || strays[0].Says != c.says {
				t.Errorf("%+v", strays)
			}
		})
	}
	runs, strays := Scan(slices.Concat(right[:32], other.bytes(32, 16)), 0)
	if want := []Run{{v, 0, 32}, {other, 32, 48}}; !slices.Equal(runs, want) || strays != nil {
		t.Errorf("two versions: %v, %v", runs, strays)
	}
}

func TestContentEnds(t *testing.T) {
	c := Content{Version{1, 1}, 20}
	b := make([]byte, 32)
	if n, err := c.ReadAt(b, 0); n != 20 || err == nil || !bytes.Equal(b[:20], c.bytes(0, 20)) {
		t.Error(n, err)
	}
	if n, err := c.ReadAt(b, 40); n != 0 || err == nil {
		t.Error(n, err)
	}
}
