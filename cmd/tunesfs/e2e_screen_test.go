//go:build linux

package main

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"regexp"
	"sync"
	"syscall"

	"github.com/charmbracelet/x/vt"
	"golang.org/x/sys/unix"
)

// A screen is a terminal with a program in it.
type screen struct {
	*process
	user, program *os.File
	mu            sync.Mutex // guards what follows
	emulator      *vt.Emulator
	written       bytes.Buffer // all that the program wrote
}

// screen starts a program in a terminal of this size.
func (s *session) screen(width, height int, name string, args ...string) *screen {
	s.t.Helper()
	user, program := openTerminal(s.t)
	scr := &screen{
		process: &process{t: s.t, cmd: s.command(name, args...), done: make(chan struct{})},
		user:    user, program: program, emulator: vt.NewEmulator(width, height),
	}
	scr.resize(width, height)
	scr.cmd.Env = append(scr.cmd.Env, "TERM="+cmp.Or(s.term, "xterm-256color"), "LC_ALL=C.UTF-8")
	scr.cmd.Stdin, scr.cmd.Stdout, scr.cmd.Stderr = program, program, program
	scr.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Pdeathsig: unix.SIGKILL}
	s.must(scr.cmd.Start())
	go func() {
		defer close(scr.done)
		scr.err = scr.cmd.Wait()
	}()
	go scr.draw()
	go func() { _, _ = io.Copy(user, scr.emulator) }() // what a terminal is asked, it says
	s.t.Cleanup(func() {
		_ = scr.cmd.Process.Kill() // or it has ended
		<-scr.done
		_ = scr.emulator.InputPipe().(io.Closer).Close() // ends what reads from it
	})
	return scr
}

// draw shows what the program writes until the terminal is closed.
func (scr *screen) draw() {
	part := make([]byte, 32<<10)
	for {
		n, err := scr.user.Read(part)
		if err != nil {
			return
		}
		scr.mu.Lock()
		_, _ = scr.emulator.Write(part[:n])
		_, _ = scr.written.Write(part[:n])
		scr.mu.Unlock()
	}
}

// search searches once the app is there.
func (scr *screen) search(words string) {
	scr.t.Helper()
	scr.shows(`\[Catalog\]`)
	scr.press("/" + words + "\r")
}

func (scr *screen) resize(width, height int) {
	scr.t.Helper()
	scr.mu.Lock()
	scr.emulator.Resize(width, height)
	scr.mu.Unlock()
	size := &unix.Winsize{Col: uint16(width), Row: uint16(height)} // #nosec G115 -- a few hundred
	if err := unix.IoctlSetWinsize(int(scr.user.Fd()), unix.TIOCSWINSZ, size); err != nil {
		scr.t.Fatal(err)
	}
}

// text returns what is to be seen.
func (scr *screen) text() string {
	scr.mu.Lock()
	defer scr.mu.Unlock()
	return scr.emulator.String()
}

// output returns all that the program wrote.
func (scr *screen) output() string {
	scr.mu.Lock()
	defer scr.mu.Unlock()
	return scr.written.String()
}

// press types keys.
func (scr *screen) press(keys string) {
	scr.t.Helper()
	if _, err := scr.user.WriteString(keys); err != nil {
		scr.t.Fatal(err)
	}
}

// shows waits until something is to be seen.
func (scr *screen) shows(pattern string) {
	scr.t.Helper()
	match := regexp.MustCompile(pattern)
	defer func() {
		if scr.t.Failed() {
			scr.t.Logf("the screen shows\n%s", scr.text())
		}
	}()
	await(scr.t, pattern, func() bool { return match.MatchString(scr.text()) })
}

// quits waits for the end, and for a terminal as it was.
func (scr *screen) quits() {
	scr.t.Helper()
	if code := scr.wait(endTime); code != 0 {
		scr.t.Errorf("it ended with code %d\n%s", code, scr.text())
	}
	if !echoes(scr.t, scr.program) {
		scr.t.Error("the terminal does not show what is typed")
	}
	await(scr.t, "the screen as it was", func() bool {
		scr.mu.Lock()
		defer scr.mu.Unlock()
		return !scr.emulator.IsAltScreen() && !scr.emulator.CursorHidden()
	})
}
