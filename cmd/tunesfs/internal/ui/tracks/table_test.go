package tracks

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

var testStates = []string{Idle, Queued, Downloading, Paused, Failed, Complete}

// testDownload returns a download of a path.
func testDownload(path, state string, held int64) client.Download {
	return client.Download{ID: "id-" + path, Path: path, State: state, Size: 1_200_000, Held: held, Rate: client.Unknown}
}

// However downloads change, the sums and the rows are those of all that are known.
func TestDownloads(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	table, now := newDownloads(""), time.Unix(0, 0)
	for step := range 3000 {
		for range random.IntN(5) {
			d := testDownload(fmt.Sprint(random.IntN(40)), testStates[random.IntN(len(testStates))], random.Int64N(1_200_000))
			if d.State == Downloading {
				d.Rate = random.Int64N(1000) - 1
			}
			switch random.IntN(30) {
			case 0:
				table.replace([]client.Download{d}, now)
			case 1:
				table.reconcile(client.Facts{ID: d.ID, State: d.State, Size: d.Size, Held: d.Held}, table.changes-random.IntN(2))
			default:
				table.apply(d, now)
			}
		}
		table.compact()
		want, rows := Total{}, 0
		for _, d := range table.byID {
			want.add(d.Download, +1)
			if d.State != Idle {
				rows++
			}
		}
		if table.total != want || len(table.rows) != rows {
			t.Fatalf("step %d: %+v and %d rows, want %+v and %d", step, table.total, len(table.rows), want, rows)
		}
		seen := map[string]bool{}
		for _, d := range table.rows {
			if d.State == Idle || seen[d.ID] || table.byID[d.ID] != d {
				t.Fatalf("step %d: %s is listed as %s", step, d.ID, d.State)
			}
			seen[d.ID] = true
		}
	}
}

// The oldest of the downloads that have ended are forgotten when there are many.
func TestDownloadsBounded(t *testing.T) {
	for _, state := range []string{Idle, Complete} {
		table, forgot, last := newDownloads(""), false, ""
		for i := range 3 * maxEnded {
			last = fmt.Sprint(i)
			table.apply(testDownload(last, Downloading, 1), time.Time{})
			table.apply(testDownload(last, state, 0), time.Time{})
			forgot = table.compact() || forgot
		}
		if n := max(len(table.byID), len(table.at), len(table.rows)); n > maxEnded || !forgot {
			t.Errorf("%s: %d are known", state, n)
		}
		if table.find("", last) == nil || table.find("", "0") != nil {
			t.Errorf("%s: the last ones are forgotten, or the first ones are not", state)
		}
		want := Total{}
		for _, d := range table.rows {
			want.add(d.Download, +1)
		}
		if table.total != want {
			t.Errorf("%s: %+v, want %+v", state, table.total, want)
		}
	}
}

// Rows and sums are of the downloads in one folder.
func TestDownloadsWithin(t *testing.T) {
	table := newDownloads("bach")
	for _, path := range []string{"bach/a", "abba/b", "bach"} {
		table.apply(testDownload(path, Downloading, 1), time.Time{})
	}
	moved := testDownload("bach/a", Downloading, 1)
	for _, c := range []struct {
		path string
		want int
	}{{"abba/a", 1}, {"bach/c", 2}} {
		moved.Path = c.path
		table.apply(moved, time.Time{})
		table.compact()
		if len(table.rows) != c.want || table.total.Downloading != c.want {
			t.Errorf("%s: %d rows, %+v", c.path, len(table.rows), table.total)
		}
	}
	if table.find("", "abba/b") == nil {
		t.Error("a download elsewhere is not known")
	}
}

// Of a download that comes with many paths the last is known.
func TestDownloadMoves(t *testing.T) {
	table := newDownloads("")
	d := testDownload("a", Downloading, 1)
	for i := range 100 {
		d.Path = fmt.Sprint(i)
		table.apply(d, time.Time{})
	}
	if len(table.at) != 1 || table.find("", "99") == nil {
		t.Errorf("%v are known", table.at)
	}
}

func TestTotal(t *testing.T) {
	var sum Total
	if got := sum.String(); got != "no downloads" {
		t.Error(got)
	}
	d := testDownload("a", Downloading, 600_000)
	d.Rate = 100_000
	sum.add(d, +1)
	sum.add(testDownload("b", Complete, 1_200_000), +1)
	if got, want := sum.String(), "50.0% of 1.2 MB  100 KB/s  0:06 left  1 downloading, 1 complete"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The facts that are kept are bounded.
func TestFactsBounded(t *testing.T) {
	c := newFactCache()
	for i := range 10 * maxFacts {
		c.put(client.Facts{Path: fmt.Sprint(i)}, false)
		if c.get("0") == nil {
			t.Fatalf("what is asked for again and again is forgotten after %d", i)
		}
	}
	if n := len(c.recent) + len(c.older); n > 2*maxFacts {
		t.Errorf("%d facts are kept", n)
	}
}
