package fs

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// testFreshness brings a file into each state, has what is held of it be as fresh as a
// row says, and opens it.
func testFreshness(t *testing.T, table table) {
	var rows []string
	for _, row := range table.rows {
		rows = append(rows, row[0])
		for i, cell := range row[1:] {
			for state := range strings.SplitSeq(table.head[i+1], ", ") {
				if cell != "-" {
					t.Run(row[0]+"/"+state, func(t *testing.T) { testOpen(t, row[0], state, cell) })
				}
			}
		}
	}
	if want := []string{"confirmed", "unconfirmed", "contradicted", "hearsay"}; !slices.Equal(rows, want) {
		t.Errorf("the rows are %q, want %q", rows, want)
	}
}

const freshName = "a.mp3"

// A freshTrial is a mount with one track, of which something is held.
type freshTrial struct {
	*world
	gate chan struct{} // closed when the server lets go
}

func testOpen(t *testing.T, freshness, state, cell string) {
	w := newShelf(t)
	w.opt.NoProgress = time.Hour // however long the trial takes
	if state == "queued" {
		w.opt.Connections = 1
	}
	tr := &freshTrial{w, make(chan struct{})}
	for _, name := range []string{freshName, "b.mp3"} {
		w.addFile(fetchtest.File{Name: name, Content: fetchtest.Random(1, trialSize)})
		w.shelf.list(name, trialSize, firstTime)
	}
	w.mount()
	w.sh(`ls "$M"`)
	if freshness == "hearsay" {
		w.origin.Fault(fetchtest.Of("b.mp3"), holdFrom(tr.gate))
		w.origin.Fault(fetchtest.Of(freshName), fetchtest.HoldAt(fetchtest.BeforeHead, tr.gate))
	} else {
		w.sh(`head -c 1000 "$M/` + freshName + `" >/dev/null`)
		w.origin.Fault(fetchtest.Always, holdFrom(tr.gate))
	}
	tr.enter(state)
	before := w.origin.Stats().Requests
	switch freshness {
	case "unconfirmed":
		w.refresh()
	case "contradicted":
		w.shelf.list(freshName, trialSize, laterTime)
		w.refresh()
	}
	asks := strings.HasPrefix(cell, "asks")
	if asks {
		tr.release()
	}
	want := "-"
	if cell == "EBUSY" {
		want = cell
	}
	if got := w.tries(self, "open", freshName); got != want {
		t.Errorf("open: %s, want %s", got, want)
	}
	n := w.origin.Stats().Requests - before
	underWay := freshness == "hearsay" && (state == "queued" || state == "downloading") // the download's own request asks
	if asks && n == 0 && !underWay || !asks && n > 0 {
		t.Errorf("%d requests, want: %s", n, cell)
	}
	if !asks {
		tr.release()
	}
}

// release makes the server send everything.
func (tr *freshTrial) release() {
	tr.origin.Heal()
	close(tr.gate)
}

func (tr *freshTrial) control(name, verb string) {
	tr.t.Helper()
	if got := tr.tries(self, "setxattr", name, xattrs.Control, verb); got != "-" {
		tr.t.Fatalf("%s: %s", verb, got)
	}
}

func (tr *freshTrial) enter(state string) {
	tr.t.Helper()
	switch state {
	case "idle":
	case "queued":
		tr.control("b.mp3", "start")
		tr.sh(`head -c 300000 "$M/b.mp3" >/dev/null`)
		tr.control(freshName, "start")
		tr.awaits(fetch.Queued)
	case "downloading", "paused":
		tr.control(freshName, "start")
		tr.awaits(fetch.Downloading)
		if state == "paused" {
			tr.control(freshName, "pause")
			return
		}
		tr.must(tr.origin.Wait(tr.ctx(), func(s fetchtest.Stats) bool { return s.Active > 0 })) // which is not the open's
	case "failed":
		tr.origin.Heal()
		tr.origin.Fault(fetchtest.Always, fetchtest.Status(400))
		tr.control(freshName, "start")
		tr.awaits(fetch.Failed)
		tr.origin.Heal()
		tr.sh(`sleep 1.1`) // in which the error would come again
	case "complete":
		tr.origin.Heal()
		tr.sh(`cat "$M/` + freshName + `" >/dev/null`)
		tr.awaits(fetch.Complete)
	}
}

// awaits waits until the track is in a state.
func (tr *freshTrial) awaits(want fetch.State) {
	tr.t.Helper()
	tr.awaitKey(freshName, want)
}
