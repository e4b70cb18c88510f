package origin

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

func TestParseContentRange(t *testing.T) {
	for value, want := range map[string]struct {
		r     ranges.Range
		total int64
	}{
		"bytes 0-9/100":    {ranges.Range{Start: 0, End: 10}, 100},
		"bytes 99-99/100":  {ranges.Range{Start: 99, End: 100}, 100},
		"bytes 5-9/*":      {ranges.Range{Start: 5, End: 10}, -1},
		"bytes */100":      {ranges.Range{}, 100},
		"bytes */0":        {ranges.Range{}, 0},
		"bytes 00-09/0100": {ranges.Range{Start: 0, End: 10}, 100},
	} {
		r, total, err := parseContentRange(value)
		if r != want.r || total != want.total || err != nil {
			t.Errorf("%q: %v of %d, %v; want %v of %d", value, r, total, err, want.r, want.total)
		}
	}
	for _, bad := range []string{
		"", "bytes", "bytes ", "bytes 0-9", "bytes 0-9/", "bytes 9-0/100", "bytes 0-100/100", "bytes -9/100",
		"bytes 0-/100", "bytes */*", "bytes 0-9/-1", "bytes +0-9/100", "items 0-9/100", "bytes 0-9/100,20",
		"bytes 0-9223372036854775807/*", "bytes 0-9223372036854775808/*", "bytes 0 - 9/100", "Bytes: 0-9/100",
	} {
		if _, _, err := parseContentRange(bad); !errors.Is(err, fault.ErrBadResponse) {
			t.Errorf("%q: %v, want fault.ErrBadResponse", bad, err)
		}
	}
}

func FuzzParseContentRange(f *testing.F) {
	f.Add("bytes 0-9/100")
	f.Add("bytes */0")
	f.Fuzz(func(t *testing.T, value string) {
		r, total, err := parseContentRange(value)
		if err != nil {
			return
		}
		if r.Start < 0 || r.End < r.Start || (total >= 0 && r.End > total) {
			t.Fatalf("%q gives %v of %d", value, r, total)
		}
		text := fmt.Sprintf("bytes %d-%d/%d", r.Start, r.End-1, total)
		if again, _, err := parseContentRange(text); total >= 0 && !r.Empty() && (err != nil || again != r) {
			t.Fatalf("%q reads as %v, written again %q as %v, %v", value, r, text, again, err)
		}
	})
}
