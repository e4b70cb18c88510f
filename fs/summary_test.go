package fs

import (
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

func TestSummary(t *testing.T) {
	idle := fetch.Status{Size: 3_000_000}
	unknown := fetch.Status{Size: -1}
	half := fetch.Status{State: fetch.Downloading, Size: 1_000_000, Held: 500_000}
	for _, c := range []struct {
		of               []fetch.Status
		states, progress string
	}{
		{nil, "empty", ""},
		{[]fetch.Status{unknown}, "1 idle", ""},
		{[]fetch.Status{idle, unknown}, "2 idle", "0.0% of 3 MB"},
		{[]fetch.Status{idle, half}, "1 idle, 1 downloading", "50.0% of 1 MB"},
		{[]fetch.Status{half, {State: fetch.Paused, Size: -1}, half}, "2 downloading, 1 paused", "1 MB of unknown size"},
		{[]fetch.Status{{State: fetch.Queued, Size: -1}}, "1 queued", "Zero KB of unknown size"},
		{[]fetch.Status{{State: fetch.Complete, Size: 1000, Held: 1000}}, "1 complete", "100.0% of 1 KB"},
		{[]fetch.Status{{State: fetch.Complete}}, "1 complete", ""},
	} {
		var s summary
		for _, st := range c.of {
			s.add(st)
		}
		if s.states() != c.states || s.progress() != c.progress {
			t.Errorf("%+v: %q, %q; want %q, %q", c.of, s.states(), s.progress(), c.states, c.progress)
		}
	}
}

// The root sums up what is below it, each track once, and lists nothing for it.
func TestSummaryOfRoot(t *testing.T) {
	need(t, "setfattr", "getfattr")
	w, _ := held(t, 2_000_000)
	w.service.respond("two", w.song(1, "Waterloo"), w.song(3, "SOS"))
	root := `getfattr --absolute-names --only-values -n user.tunesfs.state "$M"`
	w.run([]step{
		{what: "no bytes to speak of", script: `getfattr -n user.tunesfs.progress "$A" 2>&1 | grep -c 'No such attribute'`, prints: "1"},
		{what: "nor in the root", script: `getfattr -n user.tunesfs.progress "$M" 2>&1 | grep -c 'No such attribute'`, prints: "1"},
		{what: "all idle", script: `mkdir "$M/two"; ls "$M/two" >/dev/null; ` + root, prints: "3 idle"},
		{what: "one paused", script: sos + `setfattr -n user.tunesfs.control -v start "$S"; setfattr -n user.tunesfs.control -v pause "$S"; ` + root,
			prints: "2 idle, 1 paused"},
	})
	w.unmount()
	w.mount()
	calls := w.service.calls()
	w.expect(root, "1 paused") // though nobody has opened a search yet
	if n := w.service.calls(); n != calls {
		t.Errorf("%d listings for a summary", n-calls)
	}
}
