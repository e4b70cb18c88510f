package fs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func testTrackAttributes(t *testing.T, table table) { testAttributes(t, table, sosPath) }

func testFolderAttributes(t *testing.T, table table) { testAttributes(t, table, "abba") }

// testAttributes compares the attributes at a path with a table of them, of
// which the examples are those of a paused track.
func testAttributes(t *testing.T, table table, path string) {
	w := newTrial(t, "paused").world
	var listed []string
	for i, row := range table.rows {
		name, example, write := plainText(row[0]), plainText(row[2]), row[3]
		get := fmt.Sprintf(`getfattr --absolute-names --only-values -n %s "$M/%s"`, name, path)
		switch got := w.tries(self, "getxattr", path, name); {
		case got == "-":
			if value := w.sh(get); !printed(example, value) {
				t.Errorf("semantics.md:%d: it reads %q", table.line+2+i, value)
			}
			if !strings.Contains(row[1], "not listed") {
				listed = append(listed, name)
			}
		case got != "ENODATA" || example != "":
			t.Errorf("semantics.md:%d: reading it: %s", table.line+2+i, got)
		}
		want := map[string]string{"a verb": "-"}[write]
		if want == "" {
			want = write
		}
		if got := w.tries(self, "setxattr", path, name, "pause"); got != want {
			t.Errorf("semantics.md:%d: writing it: %s", table.line+2+i, got)
		}
		if got := w.tries(self, "removexattr", path, name); got != "EPERM" {
			t.Errorf("semantics.md:%d: removing it: %s", table.line+2+i, got)
		}
	}
	names := strings.Split(w.sh(fmt.Sprintf(`getfattr --absolute-names "$M/%s" | grep '^user'`, path)), "\n")
	slices.Sort(listed)
	if slices.Sort(names); !slices.Equal(names, listed) {
		t.Errorf("listed are\n%s\nand should be\n%s", strings.Join(names, "\n"), strings.Join(listed, "\n"))
	}
}

// testSidecars compares, in each state, which sidecars are listed and what they
// read as, and presses the buttons.
func testSidecars(t *testing.T, table table) {
	for _, state := range []string{"idle", "queued", "downloading", "paused", "failed", "complete"} {
		t.Run(state, func(t *testing.T) {
			tr := newTrial(t, state)
			names := strings.Split(tr.sh(`ls "$A"`), "\n")
			for i, row := range table.rows {
				car := plainText(row[0])
				if want := slices.Contains(strings.Split(row[1], ", "), state); want != slices.Contains(names, "ABBA - SOS.m4a"+car) {
					t.Errorf("semantics.md:%d: the files are %q", table.line+2+i, names)
				}
				if got, want := tr.sh(sos+`cat "$S`+car+`"`), tr.face(row[2], state); !printed(want, got) {
					t.Errorf("semantics.md:%d: it reads %q, want %q", table.line+2+i, got, want)
				}
			}
		})
	}
	for _, row := range table.rows {
		t.Run("pressed"+plainText(row[0]), func(t *testing.T) { testPressed(t, plainText(row[0]), row[3]) })
	}
}

// face returns what a sidecar reads as in a state, by the document's words.
func (tr *trial) face(words, state string) string {
	tr.t.Helper()
	states, isButton := strings.CutPrefix(words, "`1` while ")
	switch {
	case isButton && slices.Contains(strings.Split(states, ", "), state):
		return "1"
	case isButton:
		return "0"
	case words != "the progress, and why the last attempt failed":
		tr.t.Errorf("nobody knows how to read %q", words)
	}
	progress := tr.sh(sos + `getfattr --absolute-names --only-values -n user.tunesfs.progress "$S"`)
	if state == "failed" {
		progress += "\nerror: ..."
	}
	return progress
}

// testPressed presses a button where it does something.
func testPressed(t *testing.T, car, means string) {
	tr := newTrial(t, map[string]string{".progress": "paused", ".pause": "downloading", ".resume": "paused", ".cancel": "paused"}[car])
	errno := "-"
	if car == ".progress" {
		errno = means
	}
	if got := tr.tries(self, "touch", sosPath+car); got != errno {
		t.Errorf("pressed: %s, want %s", got, errno)
	}
	now := tr.stand().state
	if want := map[string][]string{"EROFS": {"paused"}, "pause": {"paused"}, "resume": {"queued", "downloading"}, "cancel": {"idle"}}[means]; !slices.Contains(want, now) {
		t.Errorf("now it is %s, want %q", now, want)
	}
}

// testPress tries every way to press a button, or to leave it: the download is in a state then.
func testPress(t *testing.T, b block, want string) {
	tr, fails := newTrial(t, "downloading"), ""
	if want != "paused" {
		fails = " || true" // most that do not press it are refused
	}
	for i, line := range b.lines {
		tr.sh(sos + `setfattr -n user.tunesfs.control -v start "$S"; cat "$S.pause" >/dev/null; stat "$S.pause" >/dev/null`)
		if state := tr.stand().state; state != "downloading" && state != "queued" {
			t.Fatalf("semantics.md:%d: before, it is %s", b.line+i, state)
		}
		tr.sh(sos + "{ " + strings.ReplaceAll(line, "F.pause", `"$S.pause"`) + "; } >/dev/null 2>&1" + fails)
		if state := tr.stand().state; state != want {
			t.Errorf("semantics.md:%d: after %s it is %s", b.line+i, line, state)
		}
	}
}
