package fs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// A trial is a mount with one track, SOS, in some state.
type trial struct {
	*world
	gate   chan struct{} // closed when the server lets go
	before stand
}

// A stand is what the attributes of the track say.
type stand struct {
	state string
	held  int64
}

const (
	trialSize = 2_000_000
	heldFrom  = 4000      // below looked
	missingAt = 1_000_000 // beyond heldAt
	looked    = 16 << 10  // held after a stat
)

// newTrial brings SOS into a state, with some bytes held.
func newTrial(t *testing.T, state string) *trial {
	t.Helper()
	w := newWorld(t, trialSize)
	w.opt.NoProgress = time.Hour // however long the trial takes
	if state == "queued" {
		w.opt.Connections = 1
	}
	tr := &trial{world: w, gate: make(chan struct{})}
	tr.keepBack()
	w.mount()
	w.sh(`mkdir "$A"`) // and not ls, after which a stat would ask for all the sizes
	tr.enter(state)
	tr.before = tr.stand()
	if tr.before.state != state || tr.before.held == 0 {
		t.Fatalf("the track is %+v, not %s", tr.before, state)
	}
	return tr
}

// keepBack makes the server well, but for all beyond heldAt.
func (tr *trial) keepBack() {
	tr.origin.Heal()
	tr.origin.Fault(fetchtest.Always, holdFrom(tr.gate))
}

// release makes the server send everything.
func (tr *trial) release() {
	tr.origin.Heal()
	close(tr.gate)
}

func (tr *trial) enter(state string) {
	tr.t.Helper()
	const start = `setfattr -n user.tunesfs.control -v start `
	look := fmt.Sprintf(`stat "$S" >/dev/null; until [ "$(getfattr --absolute-names --only-values -n user.tunesfs.downloaded "$S")" = %d ]; do sleep 0.01; done`, looked)
	switch state {
	case "idle":
		tr.sh(sos + look)
	case "queued":
		tr.sh(sos + look)
		tr.sh(start + `"$A/ABBA - Waterloo.m4a"; head -c 300000 "$A/ABBA - Waterloo.m4a" >/dev/null`)
		tr.sh(sos + start + `"$S"`)
		tr.await(3, fetch.Queued)
	case "downloading", "paused":
		tr.sh(sos + start + `"$S"; head -c 300000 "$S" >/dev/null`)
		if state == "paused" {
			tr.sh(sos + `setfattr -n user.tunesfs.control -v pause "$S"`)
		}
	case "failed":
		tr.sh(sos + look)
		tr.origin.Heal()
		tr.origin.Fault(fetchtest.Always, fetchtest.Status(400))
		tr.sh(sos + start + `"$S"`)
		tr.await(3, fetch.Failed)
	case "complete":
		tr.release()
		tr.sh(sos + `cat "$S" >/dev/null`)
		tr.await(3, fetch.Complete)
	}
}

func (tr *trial) stand() stand {
	tr.t.Helper()
	const get = `getfattr --absolute-names --only-values -n user.tunesfs.`
	text := tr.sh(sos + get + `state "$S"; echo; ` + get + `downloaded "$S"`)
	state, held, _ := strings.Cut(text, "\n")
	n, err := strconv.ParseInt(held, 10, 64)
	tr.must(err)
	return stand{state, n}
}

// stands checks how the track stands now.
func (tr *trial) stands(held int64, states ...string) {
	tr.t.Helper()
	if now := tr.stand(); now.held != held || !slices.Contains(states, now.state) {
		tr.t.Errorf("it was %+v, now it is %+v, not %s with %d bytes", tr.before, now, states, held)
	}
}

// says does an operation that must end with an error number, or - for none.
func (tr *trial) says(verb, want string) {
	tr.t.Helper()
	if got := tr.tries(self, "setxattr", sosPath, xattrs.Control, verb); got != want {
		tr.t.Errorf("%s: %s, want %s", verb, got, want)
	}
}

// reads reads some bytes, which must be right.
func (tr *trial) reads(off int64) {
	tr.t.Helper()
	tr.sh(sos + fmt.Sprintf(`timeout 10 dd if="$S" of=got bs=1000 skip=%d count=4 status=none`, off/1000))
	got, err := os.ReadFile(filepath.Join(tr.tmp, "got"))
	tr.must(err)
	if err := fetchtest.Check(tr.origin.Content("SOS.m4a"), off, got); err != nil || len(got) != 4000 {
		tr.t.Errorf("%d bytes, %v", len(got), err)
	}
}

// falls waits until something is so at the origin.
func (tr *trial) falls(quiet func() bool) {
	tr.t.Helper()
	tr.must(tr.origin.Wait(tr.ctx(), func(fetchtest.Stats) bool { return quiet() }))
}

// waits checks that a read does not end by itself.
func (tr *trial) waits(off int64) {
	tr.t.Helper()
	tr.expect(sos+fmt.Sprintf(`timeout 0.3 dd if="$S" bs=1000 skip=%d count=4 status=none; echo $?`, off/1000), "124")
}

// testStates brings a track into each state, does each operation, and looks at
// what has become of it.
func testStates(t *testing.T, table table) {
	var operations, states []string
	for _, row := range table.rows {
		operations = append(operations, row[0])
		for i, cell := range row[1:] {
			for state := range strings.SplitSeq(table.head[i+1], ", ") {
				if row[0] == table.rows[0][0] {
					states = append(states, state)
				}
				t.Run(row[0]+"/"+state, func(t *testing.T) { testCell(t, state, row[0], cell) })
			}
		}
	}
	if want := []string{"read of held bytes", "read of missing bytes", "start", "pause", "resume", "cancel", "evict"}; !slices.Equal(operations, want) {
		t.Errorf("the operations are %q, want %q", operations, want)
	}
	if want := []string{"idle", "queued", "downloading", "paused", "failed", "complete"}; !slices.Equal(states, want) {
		t.Errorf("the states are %q, want %q", states, want)
	}
}

func testCell(t *testing.T, state, operation, cell string) {
	tr := newTrial(t, state)
	off := map[string]int64{"read of held bytes": heldFrom, "read of missing bytes": missingAt}[operation]
	for part := range strings.SplitSeq(cell, "; ") {
		read, isRead := readOutcomes[part]
		verb, isVerb := verbOutcomes[part]
		switch {
		case off > 0 && isRead:
			read(tr, off)
		case off == 0 && isVerb:
			verb(tr, operation)
		default:
			t.Errorf("nobody knows how to check that %s is %q", operation, part)
		}
	}
}
