//go:build linux

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A mount of the app's own goes with the app, whatever ends that.
func TestUIOwnMount(t *testing.T) {
	for name, end := range map[string]func(*screen){
		"q":       func(scr *screen) { scr.press("q") },
		"SIGTERM": func(scr *screen) { scr.signal(unix.SIGTERM) },
		"SIGHUP":  func(scr *screen) { scr.signal(unix.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			scr := s.screen(100, 24, "tunesfs", "ui", uiSource)
			scr.search("bach")
			scr.shows(`Minuet in G`)
			scr.press("D")
			scr.shows(`↓`)
			end(scr)
			scr.quits()
			scr.shows(`unfinished downloads go on at the next mount of demo:`)
			s.leavesNothing()
		})
	}
}

// Where nothing is downloading, nothing is said to go on.
func TestUIOwnMountUnused(t *testing.T) {
	s := newSession(t)
	scr := s.screen(80, 24, "tunesfs", "ui", uiSource)
	scr.shows(`\[Catalog\]`)
	scr.press("q")
	scr.quits()
	if text := strings.TrimSpace(scr.text()); text != "" {
		t.Errorf("it says %s", text)
	}
}

// A catalog that is mounted already is not mounted once more.
func TestUIMountedSource(t *testing.T) {
	s := newSession(t)
	s.mount(uiSource)
	scr := s.screen(120, 24, "tunesfs", "ui", uiSource)
	scr.shows(regexp.QuoteMeta(s.mnt))
	scr.press("q")
	scr.quits()
}

// A terminal that is closed takes the app's own mount with it.
func TestUITerminalCloses(t *testing.T) {
	s := newSession(t)
	scr := s.screen(100, 24, "tunesfs", "ui", uiSource)
	scr.search("bach")
	scr.shows(`Minuet in G`)
	scr.press("D")
	scr.shows(`↓`)
	s.must(scr.user.Close())
	if code := scr.wait(endTime); code < 0 {
		t.Error("a signal has ended it before it unmounted")
	}
	s.leavesNothing()
}

// leavesNothing checks that neither a mount nor a folder is left of an app.
func (s *session) leavesNothing() {
	s.t.Helper()
	s.expect(`ls "$XDG_RUNTIME_DIR" | grep -v '^tunesfs$' || true; grep -c "$XDG_RUNTIME_DIR" /proc/mounts || true`, "0")
}

// server returns the process behind the app's own mount.
func (s *session) server() *os.Process {
	s.t.Helper()
	await(s.t, "the file with its number", func() bool {
		all, _ := filepath.Glob(filepath.Join(s.run, "tunesfs", "*.pid"))
		return len(all) > 0
	})
	pid, err := strconv.Atoi(s.sh(`head -n 1 "$XDG_RUNTIME_DIR"/tunesfs/*.pid`))
	s.must(err)
	p, err := os.FindProcess(pid)
	s.must(err)
	return p
}

// The app finds its mount also in a folder that is named by a symbolic link.
func TestUIOwnMountBehindLink(t *testing.T) {
	s := newSession(t)
	link := filepath.Join(s.tmp, "run")
	s.must(os.Symlink(s.run, link))
	s.env = append(s.env, "XDG_RUNTIME_DIR="+link)
	scr := s.screen(80, 24, "tunesfs", "ui", uiSource)
	scr.shows(`\[Catalog\]`)
	scr.press("q")
	scr.quits()
	s.leavesNothing()
}

// What the process behind the app's own mount complains of is not written over the screen,
// and the app says at its end that it has died.
func TestUIOwnMountCrashes(t *testing.T) {
	s := newSession(t)
	scr := s.screen(80, 24, "tunesfs", "ui", uiSource)
	scr.search("bach")
	scr.shows(`Minuet in G`)
	s.must(s.server().Signal(unix.SIGQUIT)) // it writes all its stacks, in parts that are no lines
	scr.shows(`! The mount is gone\. Press q\.`)
	if text := scr.text(); strings.Contains(text, "goroutine") || !strings.Contains(text, "Minuet in G") {
		t.Errorf("the screen shows\n%s", text)
	}
	scr.press("q")
	if code := scr.wait(endTime); code != exitFailed {
		t.Errorf("it ended with code %d", code)
	}
	scr.shows(`the process of the mount has died`)
	s.leavesNothing()
}

// A process that does not unmount is killed, and the app says that it unmounts.
func TestUIOwnMountHangs(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	scr := s.screen(80, 24, "tunesfs", "ui", uiSource)
	scr.shows(`\[Catalog\]`)
	server := s.server()
	s.must(server.Signal(unix.SIGSTOP))
	scr.press("q")
	scr.shows(`unmounting…`)
	if code := scr.wait(2 * endTime); code != exitFailed {
		t.Errorf("it ended with code %d", code)
	}
	scr.shows(`was killed`)
	if err := server.Signal(unix.Signal(0)); err == nil {
		t.Error("the process is left")
	}
	s.leavesNothing()
}
