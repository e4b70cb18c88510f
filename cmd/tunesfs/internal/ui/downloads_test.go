package ui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// However downloads change, the sums and the rows are those of all that are known.
func TestDownloads(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	table, now := newDownloads(), time.Unix(0, 0)
	for step := range 3000 {
		for range random.IntN(5) {
			d := track(fmt.Sprint(random.IntN(40)), states[random.IntN(len(states))], random.Int64N(1_200_000))
			if d.State == downloading {
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
		want, rows := total{}, 0
		for _, d := range table.byID {
			want.add(d.Download, +1)
			if d.State != idle {
				rows++
			}
		}
		if table.total != want || len(table.rows) != rows {
			t.Fatalf("step %d: %+v and %d rows, want %+v and %d", step, table.total, len(table.rows), want, rows)
		}
		seen := map[string]bool{}
		for _, d := range table.rows {
			if d.State == idle || seen[d.ID] || table.byID[d.ID] != d {
				t.Fatalf("step %d: %s is listed as %s", step, d.ID, d.State)
			}
			seen[d.ID] = true
		}
	}
}

// The oldest of the downloads that have ended are forgotten when there are many.
func TestDownloadsBounded(t *testing.T) {
	for _, state := range []string{idle, complete} {
		table, forgot, last := newDownloads(), false, ""
		for i := range 3 * maxEnded {
			last = fmt.Sprint(i)
			table.apply(track(last, downloading, 1), time.Time{})
			table.apply(track(last, state, 0), time.Time{})
			forgot = table.compact() || forgot
		}
		if n := max(len(table.byID), len(table.at), len(table.rows)); n > maxEnded || !forgot {
			t.Errorf("%s: %d are known", state, n)
		}
		if table.find("", last) == nil || table.find("", "0") != nil {
			t.Errorf("%s: the last ones are forgotten, or the first ones are not", state)
		}
		want := total{}
		for _, d := range table.rows {
			want.add(d.Download, +1)
		}
		if table.total != want {
			t.Errorf("%s: %+v, want %+v", state, table.total, want)
		}
	}
}

// Of a download that comes with many paths the last is known.
func TestDownloadMoves(t *testing.T) {
	table := newDownloads()
	d := track("a", downloading, 1)
	for i := range 100 {
		d.Path = fmt.Sprint(i)
		table.apply(d, time.Time{})
	}
	if len(table.at) != 1 || table.find("", "99") == nil {
		t.Errorf("%v are known", table.at)
	}
}

// After a gap a download that is not active any more is neither lost nor counted, and the
// facts of its row say its state.
func TestReset(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3", "b.mp3")
	b.news(track("a.mp3", downloading, 1), track("b.mp3", complete, 1_200_000)).answer()
	b.press("tab")
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Reset}}})
	if b.tracks.total.moving() != 0 || b.count() != 2 {
		t.Errorf("%+v, %d rows", b.tracks.total, b.count())
	}
	read, ok := b.effects[1].(effect.ReadFacts)
	if !ok || len(read.Paths) != 2 {
		t.Fatalf("asks for %+v", b.effects)
	}
	facts := idleFacts(read.Paths)
	for i := range facts {
		facts[i].State, facts[i].Held = complete, 1_200_000
	}
	b.send(effect.FactsRead{Facts: facts, All: read.All, Changes: read.Changes})
	if b.tracks.total.complete != 2 {
		t.Errorf("%+v", b.tracks.total)
	}
}

// Where the facts of a row have failed, its download is still found.
func TestFailedFacts(t *testing.T) {
	b := newBench(t, 80, 24)
	moving := track("a", downloading, 5)
	moving.Path = ""
	b.news(moving).press("tab")
	b.send(effect.FactsRead{Failed: map[string]error{"": client.ErrHung}})
	if s := b.statusOf(b.rowAt(0)); s.State != downloading {
		t.Errorf("it is shown as %q", s.State)
	}
}

// After a gap all downloads that are not active any more are asked for, a few at a time,
// even if they do not show; those that are not there any more go.
func TestResetUnseen(t *testing.T) {
	b := newBench(t, 80, 24)
	var list []client.Download
	for i := range 200 {
		list = append(list, track(fmt.Sprint(i), queued, 0))
	}
	b.news(list...)
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Reset}}})
	for reads := 0; ; reads++ {
		i := slices.IndexFunc(b.effects, func(e effect.Effect) bool { _, ok := e.(effect.ReadFacts); return ok })
		if i < 0 {
			break
		}
		read := b.effects[i].(effect.ReadFacts)
		if reads > 20 || len(read.Paths) > 50 {
			t.Fatalf("asks for %+v", read)
		}
		facts := idleFacts(read.Paths[1:])
		for i := range facts {
			facts[i].State, facts[i].Held = complete, 1_200_000
		}
		b.send(effect.FactsRead{Facts: facts, Failed: map[string]error{read.Paths[0]: client.ErrNotFound}, Changes: read.Changes})
	}
	table := b.tracks
	if table.lost != 0 || table.total.complete < 150 || len(table.rows) != table.total.complete {
		t.Errorf("%d are lost, %d complete, %d rows", table.lost, table.total.complete, len(table.rows))
	}
}

// A mark goes with its row.
func TestMarksGo(t *testing.T) {
	b := newBench(t, 80, 24)
	b.news(track("a", paused, 1), track("b", paused, 1)).press("tab", "v")
	b.news(track("a", idle, 0))
	if _, marks := b.place(); len(marks) != 0 {
		t.Errorf("marked are %v", marks)
	}
	b.press("x").wants(effect.Control{Paths: []string{"b"}, Verb: cancel})
}

// The cursor stays on its download when others go.
func TestCursorStays(t *testing.T) {
	b := newBench(t, 80, 24)
	b.news(track("a", paused, 1), track("b", paused, 1), track("c", paused, 1)).press("tab", "end")
	b.news(track("a", idle, 0))
	if r, _ := b.current(); r.path != "c" || b.count() != 2 {
		t.Errorf("the cursor is on %s", r.path)
	}
	b.press("x").wants(effect.Control{Paths: []string{"c"}, Verb: cancel})
}

// Nothing but a key moves the cursor to another row: those that move come below it.
func TestTopMoves(t *testing.T) {
	b := newBench(t, 80, 24)
	shows := func(want string) {
		t.Helper()
		got := ""
		for i := range b.count() {
			if i == b.transfers.cursor {
				got += ">"
			}
			got += b.rowAt(i).path
		}
		if got != want {
			t.Errorf("it shows %s, want %s", got, want)
		}
	}
	b.news(track("a", downloading, 1), track("b", queued, 0), track("c", queued, 0)).press("tab")
	shows(">abc")
	b.news(track("a", complete, 1_200_000), track("c", downloading, 1)).send(effect.Woken{})
	shows(">acb")
	b.press("down").news(track("b", downloading, 1), track("c", complete, 1_200_000)).send(effect.Woken{})
	shows("a>cb")
	b.press("s")
	shows("ba>c")
	b.press("tab").news(track("a", downloading, 1)).press("tab")
	shows("ba>c")
	b.press("up").news(track("b", complete, 1_200_000)).press("tab", "tab")
	shows(">abc")
	b.news(track("a", complete, 1_200_000)).press("home", "tab").news(track("c", downloading, 1)).press("tab")
	shows(">cab")
}

func TestTotal(t *testing.T) {
	var sum total
	if got := sum.String(); got != "no downloads" {
		t.Error(got)
	}
	d := track("a", downloading, 600_000)
	d.Rate = 100_000
	sum.add(d, +1)
	sum.add(track("b", complete, 1_200_000), +1)
	if got, want := sum.String(), "50.0% of 1.2 MB  100 KB/s  0:06 left  1 downloading, 1 complete"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A download that no byte comes for adds nothing to the speed.
func TestTotalOldRate(t *testing.T) {
	b := newBench(t, 80, 24)
	d := track("a", downloading, 600_000)
	d.Rate = 100_000
	b.news(d)
	for _, c := range []struct {
		after time.Duration
		rate  int64
	}{{oldRate / 2, 100_000}, {oldRate / 2, 0}, {0, 0}} {
		b.time = b.time.Add(c.after)
		if b.send(effect.Woken{}); b.tracks.total.rate != c.rate {
			t.Errorf("the speed is %d, want %d", b.tracks.total.rate, c.rate)
		}
	}
	if s := b.statusOf(row{path: "a"}); b.rateText(s) != "waits for bytes" {
		t.Errorf("the row says %q", b.rateText(s))
	}
	b.news(d)
	if b.tracks.total.rate != 100_000 {
		t.Error("the speed does not come back")
	}
}
