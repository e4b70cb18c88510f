//go:build linux

package main

import (
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A program that waits for a paused track is named where its user looks, and does not
// keep the next one waiting.
func TestWhoWaits(t *testing.T) {
	t.Parallel()
	needTools(t, "setfattr", "getfattr")
	s, r := newSession(t), newRemote(t, fetchtest.Random(1, 4<<20), fetchtest.Random(2, 4<<20))
	r.Fault(fetchtest.Always, fetchtest.StallAt(1<<20))
	mount := s.mount(r.source)
	mount.mayWarn = "a program waits for a paused track"
	s.env = append(s.env, "F="+s.path(0))
	got := s.sh(`setfattr -n user.tunesfs.control -v start "$F"; exec 3<"$F"; tunesfs pause "$F"
		cat <&3 >/dev/null & ! cat "$F" 2>&1 >/dev/null
		kill -0 $!; echo $!; tunesfs status "$M"; tunesfs status "$F"; tunesfs status --json "$M"; kill $!`)
	lines := strings.Split(got, "\n")
	if len(lines) != 5 {
		t.Fatalf("it prints\n%s", got)
	}
	if want := "cat: " + s.path(0) + ": Device or resource busy"; strings.ReplaceAll(lines[0], "'", "") != want {
		t.Errorf("the later reader says %q, want %q", lines[0], want)
	}
	program := "cat (" + lines[1] + ")"
	for _, line := range lines[2:4] {
		if !strings.HasSuffix(line, s.path(0)+" (waiting: "+program+")") {
			t.Errorf("status prints %q, want %s", line, program)
		}
	}
	if !strings.Contains(lines[4], `"waiting":"`+program+`"`) {
		t.Errorf("as JSON it prints %s", lines[4])
	}
	mount.unmount()
	if log := mount.errs.String(); !strings.Contains(log, mount.mayWarn+" program="+program+" path=/") {
		t.Errorf("logged is %q", log)
	}
}
