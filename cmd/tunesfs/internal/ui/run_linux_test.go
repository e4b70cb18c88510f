package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/shell"
)

// longTime is when a test gives up.
const longTime = time.Minute

// A pseudoterminal is a terminal with the app in it.
type pseudoterminal struct {
	t             *testing.T
	user, program *os.File
	before        unix.Termios
	end           context.CancelFunc // as a signal does
	ended         chan error         // the result of Run

	mu      sync.Mutex // guards written
	written strings.Builder
}

// runIn runs the app on a mount in a new terminal.
func runIn(t *testing.T, mount shell.Mount, env ...string) *pseudoterminal {
	t.Helper()
	return inTerminal(t, env, func(ctx context.Context, opt Options) error {
		_, err := Run(ctx, mount, opt)
		return err
	})
}

// inTerminal calls run with a new terminal.
func inTerminal(t *testing.T, env []string, run func(context.Context, Options) error) *pseudoterminal {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("no terminal can be made here:", err)
	}
	must(unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	must(err)
	user := os.NewFile(uintptr(fd), "terminal") // #nosec G115 -- it is small
	program, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	must(err)
	must(unix.IoctlSetWinsize(int(program.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: 80, Row: 24}))
	before, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
	must(err)
	term := &pseudoterminal{t: t, user: user, program: program, before: *before, ended: make(chan error, 1)}
	var ctx context.Context
	ctx, term.end = context.WithCancel(context.Background())
	go func() {
		part := make([]byte, 4096)
		for {
			n, err := user.Read(part)
			if err != nil {
				return
			}
			term.mu.Lock()
			term.written.Write(part[:n])
			term.mu.Unlock()
		}
	}()
	go func() {
		env = append([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}, env...)
		term.ended <- run(ctx, Options{In: program, Out: program, Env: env})
	}()
	t.Cleanup(func() {
		term.end()
		user.Close() // not program: the rest of a stalled app may still use that
	})
	return term
}

// shows waits until a text was written.
func (term *pseudoterminal) shows(text string) {
	term.t.Helper()
	for late := time.Now().Add(longTime); !strings.Contains(term.text(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			term.t.Fatalf("%q is not shown, but\n%q", text, term.text())
		}
	}
}

func (term *pseudoterminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.written.String()
}

func (term *pseudoterminal) press(keys string) {
	term.t.Helper()
	if _, err := term.user.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// wait waits for the end, and for a terminal as it was.
func (term *pseudoterminal) wait() error {
	term.t.Helper()
	var err error
	select {
	case err = <-term.ended:
	case <-time.After(longTime):
		term.t.Fatalf("the app does not end; it shows\n%q", term.text())
	}
	after, stateErr := unix.IoctlGetTermios(int(term.program.Fd()), unix.TCGETS)
	if stateErr != nil || *after != term.before {
		term.t.Errorf("the terminal is not as it was: %v", stateErr)
	}
	return err
}

// stop has the terminal take nothing, or all again.
func (term *pseudoterminal) stop(on bool) {
	term.t.Helper()
	action := unix.TCOON
	if on {
		action = unix.TCOOFF
	}
	if err := unix.IoctlSetInt(int(term.program.Fd()), unix.TCXONC, action); err != nil {
		term.t.Fatal(err)
	}
}

const leaveScreen = "\x1b[?1049l"

// The terminal is given back when a part of the app panics, wherever that is, and the
// error says where.
func TestPanics(t *testing.T) {
	for method, keys := range map[string]string{"List": "", "Follow": "", "Control": "d", "wait": "d"} {
		t.Run(method, func(t *testing.T) {
			term := runIn(t, &fakeMount{panics: method})
			if keys != "" {
				term.shows("track")
				term.press(keys)
			}
			err := term.wait()
			if !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "a fault in "+method) || !strings.Contains(err.Error(), "fake_test.go") {
				t.Errorf("the app says %v", err)
			}
			term.shows(leaveScreen)
			if strings.Contains(term.text(), "goroutine") {
				t.Errorf("the terminal shows\n%q", term.text())
			}
		})
	}
}

// The app ends when it is told to, even if the terminal takes nothing any more.
func TestStalledTerminal(t *testing.T) {
	for name, stall := range map[string]bool{"takes all": false, "takes nothing": true} {
		t.Run(name, func(t *testing.T) {
			mount := &fakeMount{news: make(chan client.Event)}
			term := runIn(t, mount)
			term.shows("track")
			term.stop(stall)
			for _, kind := range []client.Kind{client.Hung, client.Alive, client.Gone} {
				mount.news <- client.Event{Kind: kind}
			}
			term.end()
			if err := term.wait(); errors.Is(err, ErrStalled) != stall || err != nil && !stall {
				t.Error(err)
			}
			term.stop(false)
			term.shows(leaveScreen) // which comes late, and ends the rest of the app
		})
	}
}

// The app ends with its terminal, also where no signal says so.
func TestTerminalGone(t *testing.T) {
	term := runIn(t, &fakeMount{})
	term.shows("track")
	term.user.Close()
	select {
	case err := <-term.ended:
		if err != nil && !errors.Is(err, ErrFailed) {
			t.Error(err)
		}
	case <-time.After(longTime):
		t.Fatal("the app lives without its terminal")
	}
	term.program.Close()
}

// The question for a mount can be left, and a terminal that takes nothing is left.
func TestChooseEnds(t *testing.T) {
	for name, end := range map[string]func(*pseudoterminal){
		"q":       func(term *pseudoterminal) { term.press("q") },
		"SIGTERM": func(term *pseudoterminal) { term.end() },
		"stalled": func(term *pseudoterminal) { term.stop(true); term.end() },
	} {
		t.Run(name, func(t *testing.T) {
			term := inTerminal(t, nil, func(ctx context.Context, opt Options) error {
				i, err := Choose(ctx, []string{"demo:  /a", "itunes:  /b"}, opt)
				if i != -1 {
					t.Errorf("%d is chosen", i)
				}
				return err
			})
			term.shows("Which mount?")
			end(term)
			if err := term.wait(); errors.Is(err, ErrStalled) != (name == "stalled") || err != nil && name != "stalled" {
				t.Error(err)
			}
			term.stop(false)
			term.shows(leaveScreen)
		})
	}
}

// NO_COLOR is honoured: no color is written, and the text says the same.
func TestNoColor(t *testing.T) {
	color := regexp.MustCompile(`\x1b\[[0-9;]*\b[34][0-8]\b[0-9;]*m`)
	for _, env := range []string{"NO_COLOR=", "NO_COLOR=1"} {
		t.Run(env, func(t *testing.T) {
			mount := &fakeMount{news: make(chan client.Event)}
			term := runIn(t, mount, env)
			term.shows("track")
			mount.news <- client.Event{Kind: client.Gone}
			term.shows("! The mount is gone.")
			term.end()
			if err := term.wait(); err != nil {
				t.Error(err)
			}
			term.shows(leaveScreen)
			if got, want := color.MatchString(term.text()), env == "NO_COLOR="; got != want {
				t.Errorf("colors: %v\n%q", got, term.text())
			}
		})
	}
}
