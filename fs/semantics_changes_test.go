package fs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// attributeErrors are attempts on the attributes of a track that fail.
var attributeErrors = map[string][]string{
	"an unknown verb":                                        {"setxattr", sosPath, xattrs.Control, "play"},
	"a verb of 64 KiB":                                       {"fill", sosPath, xattrs.Control, "65536"},
	"`refresh` of a track":                                   {"setxattr", sosPath, xattrs.Control, refreshVerb},
	"reading an unknown name below `user.tunesfs.`":          {"getxattr", sosPath, "user.tunesfs.color"},
	"writing an unknown name below `user.tunesfs.`":          {"setxattr", sosPath, "user.tunesfs.color", "red"},
	"removing an unknown name below `user.tunesfs.`":         {"removexattr", sosPath, "user.tunesfs.color"},
	"reading any other name":                                 {"getxattr", sosPath, "user.color"},
	"writing any other name":                                 {"setxattr", sosPath, "user.color", "red"},
	"writing 64 KiB to any other name":                       {"fill", sosPath, "user.color", "65536"},
	"writing more than 64 KiB to any name":                   {"fill", sosPath, xattrs.Control, "65537"},
	"removing `user.tunesfs.control`":                        {"removexattr", sosPath, xattrs.Control},
	"`stat` of a paused track whose size only its end tells": {"stat", "abba/ABBA - Waterloo.m4a"},

	"`stat` of an open track whose size only its end tells, with a full cache": {"stat", "abba/ABBA - Dancing Queen.m4a"},
}

func testAttributeErrors(t *testing.T, table table) {
	w := newWorld(t, trialSize)
	w.opt.MaxBytes = 1
	for _, name := range []string{"Waterloo.m4a", "Dancing Queen.m4a"} {
		w.addFile(fetchtest.File{Name: name, Content: w.origin.Content(name), NoLength: true, NoRanges: true})
	}
	w.origin.Fault(fetchtest.Of("Waterloo.m4a"), fetchtest.HoldAt(fetchtest.BeforeHead, w.never()))
	w.mount()
	w.abba()
	for _, verb := range []string{"start", "pause"} {
		w.tries(self, "setxattr", "abba/ABBA - Waterloo.m4a", xattrs.Control, verb)
	}
	newShell(w).types(`exec 3<"$A/ABBA - Dancing Queen.m4a"`)
	eachRow(t, table, attributeErrors, func(t *testing.T, call []string, want string) {
		if got := w.tries(self, call[0], call[1], call[2:]...); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// places are what a change can be tried on, below the mount.
var places = map[string]string{
	"of a track":      sosPath,
	"of a sidecar":    sosPath + ".pause",
	"of a button":     sosPath + ".resume",
	"of `.progress`":  sosPath + ".progress",
	"of the playlist": "abba/playlist.m3u8",
	"of a search":     "abba",
	"of the root":     "",
	"of `.tunesfs`":   ".tunesfs",
	"in a search":     "abba/new",
	"in the root":     "new",
	"in `.tunesfs`":   ".tunesfs/downloads",

	"of a search that exists":            "abba",
	"of a name that is not there":        "nothing",
	"of a name with a dot at its start":  ".git",
	"of a name with a control character": "a\nb",
	"of a name without words":            " ",
	"of a name that is not UTF-8":        "\xff",
	"of a name of more than 255 bytes":   strings.Repeat("x", 256),
}

// changePattern takes "chmod, chown of a track or a search" apart.
var changePattern = regexp.MustCompile(`^(.*?) (of|in) (.*)$`)

// testChangeErrors tries what cannot be changed: every operation of a row at
// every place.
func testChangeErrors(t *testing.T, table table) {
	w := mounted(t, trialSize)
	w.abba()
	tried := map[string]bool{}
	for i, row := range table.rows {
		parts := changePattern.FindStringSubmatch(row[0])
		if parts == nil {
			t.Fatalf("semantics.md:%d: %s", table.line+2+i, row[0])
		}
		for place := range strings.SplitSeq(strings.ReplaceAll(parts[3], " or ", ", "), ", ") {
			place = parts[2] + " " + place
			path, ok := places[place]
			if !ok {
				t.Errorf("semantics.md:%d: nobody knows what is %s", table.line+2+i, place)
			}
			tried[place] = true
			for call := range strings.SplitSeq(parts[1], ", ") {
				if got := w.tries(self, strings.ReplaceAll(call, "open for writing", "write"), path); got != row[1] {
					t.Errorf("semantics.md:%d: %s %s: %s, want %s", table.line+2+i, call, place, got, row[1])
				}
			}
		}
	}
	for place := range places {
		if !tried[place] {
			t.Errorf("semantics.md does not say what cannot be changed %s", place)
		}
	}
	if calls := w.service.calls(); calls != 1 {
		t.Errorf("%d searches were made for names that are none", calls-1)
	}
	w.expect(`ls "$M"; ls "$A"`, "abba\n"+abbaFolder)
	if state := w.status(3).State; state != fetch.Idle {
		t.Errorf("the track is %v", state)
	}
}
