//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

// openTerminal returns the two ends of a new terminal.
func openTerminal(t *testing.T) (user, program *os.File) {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminal can be made here:", err)
	}
	t.Cleanup(func() { user.Close() })
	if err := unix.IoctlSetPointerInt(int(user.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(user.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return user, program
}

// echoes reports whether a terminal shows what is typed.
func echoes(t *testing.T, terminal *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// await returns when condition holds, or fails the test after patience.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for give := time.Now().Add(testTimeout); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(give) {
			t.Fatal(what, "has not come about")
		}
	}
}

// A signal at the password prompt ends the program with code 130, and leaves the
// terminal as it was: it shows what is typed.
func TestSignalAtThePrompt(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{unix.SIGTERM, os.Interrupt, unix.SIGHUP} {
		s := newSession(t)
		_, terminal := openTerminal(t)
		p := s.startAt(terminal, "tunesfs", "search", "subsonic+http://ann@127.0.0.1:1/", "rag")
		await(t, "the prompt", func() bool {
			return strings.HasSuffix(p.errs.String(), "password for subsonic+http://ann@127.0.0.1:1/: ") && !echoes(t, terminal)
		})
		p.signal(signal)
		if code := p.wait(endTime); code != 130 || !strings.HasSuffix(p.errs.String(), ": \ntunesfs: interrupted\n") {
			t.Errorf("%v: code %d\n%s", signal, code, &p.errs)
		}
		if !echoes(t, terminal) {
			t.Errorf("%v left a terminal that does not show what is typed", signal)
		}
	}
}

// A signal that comes while a mount is being made ends it as soon as it is there,
// with code 0.
func TestSignalWhileMounting(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{unix.SIGTERM, os.Interrupt, unix.SIGHUP} {
		s, folder := newSession(t), source.Source{Scheme: "demo"}.Folder()
		m := s.start("tunesfs", "mount", "demo:", s.mnt)
		await(t, "the cache folder", func() bool {
			_, err := os.Stat(filepath.Join(s.cache(), "tunesfs", folder, "source"))
			return err == nil
		})
		m.signal(unix.SIGSTOP) // so that the signal comes before it gets much further
		m.signal(signal)
		m.signal(unix.SIGCONT)
		if code := m.wait(endTime); code != 0 || m.complaints() != "" {
			t.Errorf("%v: code %d\n%s", signal, code, &m.errs)
		}
		if _, still := mounted.At(s.mnt); still {
			t.Errorf("%v: still mounted", signal)
			s.sh(`tunesfs unmount "$M"`)
		}
	}
}
