//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strconv"
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
		if !strings.HasSuffix(line, " "+query+"/"+filepath.Base(s.path(0))+" (waiting: "+program+")") {
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

// However a mount ends whose process answers, reads that wait get ENOTCONN, and the
// stream of events ends.
func TestUnmountEndsWaits(t *testing.T) {
	for name, end := range map[string]string{
		"unmount":                  `tunesfs unmount "$M"`,
		"unmount by another login": `XDG_RUNTIME_DIR="$T" tunesfs unmount "$M"`,
		"umount":                   `umount -l "$M"`,
		"fusermount3":              `fusermount3 -uz "$M"`,
		"SIGTERM":                  `kill -TERM "$P"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tool, _, _ := strings.Cut(end, " "); tool == "umount" && os.Getuid() != 0 {
				t.Skip("only root may")
			} else if tool == "fusermount3" {
				needTools(t, tool)
			}
			s, r := newSession(t), newRemote(t, fetchtest.Random(1, 4<<20))
			r.Fault(fetchtest.Always, fetchtest.StallAt(1<<20))
			mount := s.mount(r.source)
			mount.mayWarn = "somebody still uses the folder that was unmounted" // for a second, on a slow machine
			s.env = append(s.env, "F="+s.path(0), "P="+strconv.Itoa(mount.cmd.Process.Pid))
			readers := []*process{s.start("cat", s.path(0)), s.start("tail", "-c", "1000", s.path(0))}
			events := s.start("cat", s.mnt+"/.tunesfs/events")
			s.must(r.WaitSent(s.ctx(), 1<<20))
			s.sh(`until tunesfs status "$M" | grep -q "cat ([0-9]*), tail\|tail ([0-9]*), cat"; do sleep 0.1; done`)
			s.sh(end)
			for _, reader := range readers {
				if code := reader.wait(endTime); code != 1 || !strings.Contains(reader.errs.String(), "Transport endpoint is not connected") {
					t.Errorf("%s ended with code %d: %s", reader.cmd.Args[0], code, &reader.errs)
				}
			}
			if code := events.wait(endTime); code != 0 || events.errs.String() != "" {
				t.Errorf("the events ended with code %d: %s", code, &events.errs)
			}
			mount.finish()
		})
	}
}
