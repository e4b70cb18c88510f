//go:build linux

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// After an unmount, what was under way goes on by itself at the next mount, and
// what was paused stays so.
func TestRemount(t *testing.T) {
	t.Parallel()
	needTools(t, "setfattr", "getfattr")
	const size = 6 << 20
	contents := []fetchtest.Content{fetchtest.Random(1, size), fetchtest.Random(2, size), fetchtest.Random(3, size)}
	s, r := newSession(t), newRemote(t, contents...)
	link := fetchtest.Link{TotalRate: 6_000_000}
	r.SetLink(link)
	const running, paused, idle = 0, 1, 2
	s.env = append(s.env, "F="+s.path(running), "P="+s.path(paused), "I="+s.path(idle))

	first := s.mount(r.source)
	s.sh(`setfattr -n user.tunesfs.control -v start "$F"; setfattr -n user.tunesfs.control -v start "$P"; head -c 100 "$I" >/dev/null`)
	s.must(r.Wait(s.ctx(), func(fetchtest.Stats) bool {
		return r.SentOf(fileName(running)) > 1<<20 && r.SentOf(fileName(paused)) > 1<<20
	}))
	r.SetLink(fetchtest.Link{TotalRate: 300_000}) // lest they be complete before what follows
	s.sh(`touch "$P.pause"`)
	held := s.sh(`getfattr --absolute-names -n user.tunesfs.downloaded --only-values "$P"`)
	s.sh(`tunesfs unmount "$M"`)
	first.finish()
	s.must(r.WaitIdle(s.ctx()))
	r.SetLink(link)
	before := len(r.Requests())
	sent := r.SentOf(fileName(running))

	// Nobody so much as looks at the mount, and yet the download ends.
	s.mount(r.source)
	s.must(r.Wait(s.ctx(), func(fetchtest.Stats) bool { return r.SentOf(fileName(running)) >= size }))
	s.must(r.WaitIdle(s.ctx()))
	for _, q := range r.Requests()[before:] {
		if q.File != fileName(running) {
			t.Errorf("%s was asked for, of which nobody wanted more", q.File)
		} else if q.IfRange == "" {
			t.Errorf("range %s without If-Range", q.Range)
		}
	}
	// What had been sent but not read when the connection was closed comes again.
	if again := r.SentOf(fileName(running)) - size; again > link.TotalRate {
		t.Errorf("%d bytes were sent again, of %d", again, sent)
	}
	s.expect(`for f in "$P" "$I"; do getfattr --absolute-names -n user.tunesfs.state --only-values "$f"; echo; done
		getfattr --absolute-names -n user.tunesfs.downloaded --only-values "$P"`, "paused\nidle\n"+held)
	s.copies(running, contents[running])
	r.SetLink(fetchtest.Link{})
	s.sh(`touch "$P.resume"`)
	s.copies(paused, contents[paused])
	s.copies(idle, contents[idle])
}

// A daemon that was told to unmount has put everything away when the command
// returns: the same can be mounted at once, over and over.
func TestRemountAtOnce(t *testing.T) {
	s, r := newSession(t), newRemote(t, fetchtest.Random(1, 300_000))
	for range 10 {
		m := s.mount(r.source, "--keep")
		s.copies(0, r.Content(fileName(0)))
		s.sh(`tunesfs unmount "$M"`)
		m.finish()
	}
	if sent := r.SentOf(fileName(0)); sent != 300_000 {
		t.Errorf("%d bytes were sent in all, of 300000", sent)
	}
}

// However a mount is ended, readers that wait get an error, the process ends
// soon and well, and takes the mount with it.
func TestEndUnderReader(t *testing.T) {
	t.Parallel()
	needTools(t, "umount", "fusermount3")
	for _, tt := range []struct {
		name, script string
		detached     bool // by somebody else, under a shell
	}{
		{"SIGINT", `kill -INT $PID`, false},
		{"SIGTERM", `kill -TERM $PID`, false},
		{"SIGHUP", `kill -HUP $PID`, false},
		{"unmount", `tunesfs unmount "$M"`, false},
		{"umount -l", `umount -l "$M"`, true},
		{"umount -f", `! umount -f "$M" 2>/dev/null`, false}, // it ends all waits, and finds a shell there
		{"fusermount3 -uz", `fusermount3 -uz "$M"`, true},
		{"umount, which is refused, then SIGTERM", `! umount "$M" 2>/dev/null; kill -TERM $PID`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			needRoot(t, tt.script)
			content := fetchtest.Random(1, 4<<20)
			s, r := newSession(t), newRemote(t, content)
			r.Fault(fetchtest.Always, fetchtest.StallAt(600_000))
			m := s.mount(r.source)
			s.env = append(s.env, fmt.Sprintf("PID=%d", m.cmd.Process.Pid))
			var readers []*process
			for range 8 {
				readers = append(readers, s.start("cat", s.path(0)))
			}
			s.must(r.WaitSent(s.ctx(), 600_000))
			shell := s.sh(`cd "$D"; sleep 60 >/dev/null 2>&1 & echo $!`)
			defer s.sh("kill " + shell)
			began := time.Now()
			s.sh(tt.script)
			for _, reader := range readers {
				if code := reader.wait(endTime); code != 1 {
					t.Errorf("a reader ended with code %d after %d bytes: %s", code, len(reader.out.String()), &reader.errs)
				}
				if err := fetchtest.Check(content, 0, []byte(reader.out.String())); err != nil {
					t.Error(err)
				}
			}
			if tt.detached {
				m.mayWarn = "somebody still uses the folder"
			}
			m.finish()
			t.Log("it took", time.Since(began)) // should be below two seconds
		})
	}
}

// needRoot skips a test whose script has a umount(8), which is root's.
func needRoot(t *testing.T, script string) {
	t.Helper()
	if os.Geteuid() != 0 && (strings.HasPrefix(script, "umount") || strings.HasPrefix(script, "! umount")) {
		t.Skip("umount is for root")
	}
}

// Unmounting from outside while nobody reads ends the process too.
func TestUnmountFromOutside(t *testing.T) {
	needTools(t, "umount", "fusermount3")
	for _, script := range []string{`umount "$M"`, `fusermount3 -u "$M"`, `umount -l "$M"`} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			needRoot(t, script)
			s, r := newSession(t), newRemote(t, fetchtest.Random(1, 300_000))
			m := s.mount(r.source)
			s.copies(0, r.Content(fileName(0)))
			s.sh(`i=0; until ` + script + ` 2>/dev/null; do i=$((i+1)); test $i -lt 100; sleep 0.05; done`)
			m.finish()
		})
	}
}

// Without a device, what to do is said. The namespace is the test's own, and so is
// its empty /dev.
func TestNoDevice(t *testing.T) {
	needNamespaces(t)
	s := newSession(t)
	s.expect(`unshare --mount sh -c 'mount -t tmpfs none /dev && exec tunesfs mount demo: "$M"' 2>&1 | grep -c "/dev/fuse.*; load the kernel's module with 'modprobe fuse'"`, "1")
}

// needNamespaces skips a test where no namespace of mounts can be made.
func needNamespaces(t *testing.T) {
	t.Helper()
	needTools(t, "unshare")
	if os.Geteuid() != 0 {
		t.Skip("only root makes a namespace of mounts")
	}
}

// A mount of which another mount namespace has a copy ends all the same.
// It is no parallel test: it copies every mount there is.
func TestUnmountUnderNamespace(t *testing.T) {
	needNamespaces(t)
	for _, script := range []string{`kill -TERM $PID`, `tunesfs unmount "$M"`, `umount "$M"`} {
		t.Run(script, func(t *testing.T) {
			s, r := newSession(t), newRemote(t, fetchtest.Random(1, 300_000))
			m := s.mount(r.source)
			m.mayWarn = "somebody still uses the folder"
			s.env = append(s.env, fmt.Sprintf("PID=%d", m.cmd.Process.Pid))
			copied := s.sh(`unshare --mount sleep 600 >/dev/null 2>&1 & echo $!
				while test "$(readlink /proc/$!/exe)" != "$(readlink -f "$(which sleep)")"; do sleep 0.01; done`)
			defer s.sh("kill " + copied + " || :")
			s.sh(script)
			m.finish()
		})
	}
}

// A process that does not answer keeps nobody waiting: unmount detaches what it
// serves, and whoever read there gets an error.
func TestUnmountOfOneThatHangs(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root aborts a connection")
	}
	s, r := newSession(t), newRemote(t, fetchtest.Random(1, 4<<20))
	r.Fault(fetchtest.Always, fetchtest.StallAt(600_000))
	m := s.mount(r.source)
	reader := s.start("cat", s.path(0))
	s.must(r.WaitSent(s.ctx(), 600_000))
	m.signal(unix.SIGSTOP)
	s.expect(`tunesfs unmount "$M" 2>&1 | grep -c "not put away yet"`, "1")
	if code := reader.wait(endTime); code != 1 {
		t.Errorf("the reader ended with code %d: %s", code, &reader.errs)
	}
	t.Log(reader.errs.String())
	m.signal(unix.SIGCONT)
	m.finish()
}

// A shell in the folder keeps neither the mount nor the process, and can leave.
func TestShellInTheFolder(t *testing.T) {
	t.Parallel()
	s, r := newSession(t), newRemote(t, fetchtest.Random(1, 300_000))
	m := s.mount(r.source)
	shell := s.command("sh", "-c", `cd "$D" && ls && tunesfs unmount "$M" && cat *.m4a; cd / && ls "$M"`)
	said, err := shell.CombinedOutput()
	listed := trackName(0) + "\n"
	failed := strings.HasSuffix(string(said), ": Transport endpoint is not connected\n") ||
		strings.HasSuffix(string(said), ": Software caused connection abort\n") // of one that is about to go
	if err != nil || !strings.HasPrefix(string(said), listed) || !failed {
		t.Errorf("%v\n%s", err, said)
	}
	m.finish()
}
