//go:build linux

package clients

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A log of two handles of one file.
const logText = `time=2026-01-02T03:04:05.000Z level=DEBUG msg=mounted dir=/m
time=2026-01-02T03:04:05.000Z level=DEBUG msg="a track is opened" handle=1 path="/Kinds/01 - \"A\".mp3" thread=7
time=2026-01-02T03:04:05.500Z level=DEBUG msg="a track is read" handle=1 off=0 asked=100 got=100 took=200ms
time=2026-01-02T03:04:06.000Z level=DEBUG msg="a track is opened" handle=2 path="/Kinds/01 - \"A\".mp3" thread=7
time=2026-01-02T03:04:06.100Z level=DEBUG msg="a track is read" handle=2 off=200000 asked=100 got=0 took=1ms
time=2026-01-02T03:04:07.000Z level=DEBUG msg="a track is closed" handle=1
`

func TestParseLog(t *testing.T) {
	handles, err := parseLog(strings.NewReader(logText))
	if err != nil || len(handles) != 2 {
		t.Fatal(handles, err)
	}
	const name = `01 - "A".mp3`
	h := handles[0]
	if h.name != name || h.closed != 2*time.Second || !slices.Equal(h.reads, []read{{300 * time.Millisecond, 200 * time.Millisecond, 0, 100, 100}}) {
		t.Errorf("%+v", h)
	}
	if got := wanted(handles, map[string]int64{name: 200_050})[name]; !slices.Equal(got, ranges.Set{{Start: 0, End: block}, {Start: 3 * block, End: 200_050}}) {
		t.Errorf("it needs %v", got)
	}
}

func TestBeyond(t *testing.T) {
	var h handle
	for i, off := range []int64{0, head, 3 * head, 10 * head, 0, head, 3 * head} {
		at := time.Duration(i) * time.Second
		h.reads = append(h.reads, read{at, time.Second, off, head / 2, head / 2})
	}
	for name, c := range map[string]struct{ end, before, want int }{
		"no structure":          {0, 4, 2},
		"a little of it":        {head / 2, 4, 3},
		"more":                  {2 * head, 5, 4},
		"too soon":              {2 * head, 3, 0},
		"once more":             {0, 9, 6},
		"once more, and not so": {2 * head, 9, 4},
		"all is structure":      {11 * head, 9, 0},
	} {
		structure := ranges.Set{}.Add(ranges.Range{End: int64(c.end)})
		at, ok := h.beyond(structure, time.Time{}.Add(time.Duration(c.before)*time.Second+1))
		if got := at.Sub(h.opened); ok != (c.want > 0) || got != time.Duration(c.want)*time.Second {
			t.Errorf("%s: beyond after %v, %v; want %d s", name, got, ok, c.want)
		}
	}
}

func TestTable(t *testing.T) {
	l := list{rows: map[string]string{"cp": "| cp 2 | new |"}}
	old := "| program | kind |\n| rsync 3.5.0 | old |\n| cp 1 | old |\n| gone 1 | old |\n"
	if got, want := l.text(old), "| cp 2 | new |\n| rsync 3.5.0 | old |\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMerge(t *testing.T) {
	got := merge([]read{{0, 1, 0, 10, 10}, {1, 1, 10, 10, 10}, {2, 1, 20, 10, 10}, {3, 1, 30, 10, 10}}, ranges.Set{{Start: 0, End: 25}})
	if want := []read{{0, 2, 0, 20, 20}, {2, 1, 20, 10, 10}, {3, 1, 30, 10, 10}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
