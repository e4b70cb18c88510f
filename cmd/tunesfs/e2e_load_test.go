//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// remountsEnv says how often TestRemountUnderLoad unmounts.
const remountsEnv = "TUNESFS_TEST_REMOUNTS"

// However a mount that is in use is ended, the same can be mounted again at
// once, over and over, and no byte is lost or wrong in the end.
func TestRemountUnderLoad(t *testing.T) {
	t.Parallel()
	needTools(t, "setfattr", "umount", "fusermount3")
	times, err := strconv.Atoi(os.Getenv(remountsEnv))
	if err != nil {
		times = 20
	}
	contents := []fetchtest.Content{fetchtest.Random(1, 3<<20), fetchtest.Random(2, 3<<20), fetchtest.Random(3, 3<<20)}
	s, r := newSession(t), newRemote(t, contents...)
	r.SetLink(fetchtest.Link{ConnRate: 400_000})
	ends := []string{`tunesfs unmount "$M"`, `kill -TERM $PID`, `tunesfs unmount "$M"`, `kill -INT $PID`}
	if os.Geteuid() == 0 {
		ends = append(ends, `umount -f "$M" 2>/dev/null || :`, `umount -l "$M"`)
	}
	var slowest time.Duration
	for n := range times {
		m := s.mount(r.source, "--keep")
		m.mayWarn = "somebody still uses the folder"
		stop := s.load()
		s.sh(`setfattr -n user.tunesfs.control -v start "$D"; head -c 100 "$D/` + trackName(0) + `" >/dev/null`)
		began := time.Now()
		s.sh(fmt.Sprintf("PID=%d; ", m.cmd.Process.Pid) + ends[n%len(ends)])
		m.finish()
		slowest = max(slowest, time.Since(began))
		stop()
		if t.Failed() {
			t.Fatalf("after %s, number %d", ends[n%len(ends)], n)
		}
	}
	t.Logf("the slowest of %d ends took %v", times, slowest)
	r.SetLink(fetchtest.Link{})
	s.mount(r.source, "--keep")
	s.sh(`touch "$D/` + trackName(1) + `.resume"`) // the last mount may have ended when it was paused
	for n, content := range contents {
		s.copies(n, content)
	}
}

// load has programs read, list and follow the mount over and over, whether they
// succeed or not. What it returns ends them.
func (s *session) load() (stop func()) {
	var all []*process
	for _, work := range []string{
		`cat "$D"/*.m4a`, `ls -lR "$M"`, `cat "$M/.tunesfs/events"`, `cd "$D" && cat *2.m4a`,
		`touch "$D/` + trackName(1) + `.pause" "$D/` + trackName(1) + `.resume"`,
	} {
		all = append(all, s.start("setsid", "sh", "-c", `while :; do (`+work+`) >/dev/null 2>&1; sleep 0.01; done`))
	}
	return func() {
		for _, p := range all {
			_ = p.cmd.Process.Kill() // should it have no session of its own yet
			_ = unix.Kill(-p.cmd.Process.Pid, unix.SIGKILL)
			<-p.done
		}
	}
}
