//go:build linux

package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

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

// uiSource is slow enough to be watched. No other test has it mounted: the app would show
// that.
var uiSource = fmt.Sprintf("demo:?rate=%d", 40_000+os.Getpid()%10_000)

// All that a user does with a track: search, download, pause, resume, cancel, play.
func TestUI(t *testing.T) {
	s := newSession(t)
	s.mount(uiSource)
	played := filepath.Join(s.tmp, "played")
	s.env = append(s.env, `TUNESFS_PLAYER=sh -c 'printf "%s\n" "$@" >"$T/played.new"; mv "$T/played.new" "$T/played"; exec sleep 1000' sh`)
	scr := s.screen(80, 24, "tunesfs", "ui", s.mnt)
	scr.search("bach")
	scr.shows(`> +Minuet in G .*idle`)
	scr.press("d")
	scr.shows(`Minuet in G .*↓ █+░+ \d+\.\d% of 4 MB`)
	scr.press(" ")
	scr.shows(`Minuet in G .*‖ █+░+ \d+\.\d% of 4 MB`)
	s.expect(`tunesfs status "$M"/bach | grep -c ' paused '`, "1")
	scr.press(" ")
	scr.shows(`Minuet in G .*↓`)
	scr.press("\t")
	scr.shows(`\[Downloads 1\][^>]*> +Minuet in G`)
	scr.press("\t")
	scr.press(" ")
	scr.shows(`Minuet in G .*‖`)
	scr.press("\r") // which resumes it first
	scr.shows(`> ♪Minuet in G .*↓`)
	await(t, "the player", func() bool { _, err := os.Stat(played); return err == nil })
	s.expect(`cat "$T/played"`, s.mnt+"/bach/Christian Petzold - Minuet in G.wav\n"+s.mnt+"/bach/Johann Sebastian Bach - Prelude in C.wav")
	scr.resize(40, 15)
	scr.shows(`(?m)^> ♪Minuet in G · \S+.* ↓ \d+\.\d%`)
	scr.press("S")
	scr.shows(`Stopped playing`)
	scr.press("x")
	scr.shows(`Minuet in G .* idle`)
	s.expect(`tunesfs status "$M" 2>&1`, "tunesfs: nothing is under way")
	scr.press("d")
	scr.shows(`Minuet in G .*↓`)
	scr.press("q")
	scr.quits()
	scr.shows(`1 download goes on`)
	s.expect(`tunesfs status "$M"/bach | grep -c ' downloading '`, "1")
}

// A mount that hangs, or whose process is killed, shows as such, and the app goes on.
func TestUIMountFails(t *testing.T) {
	s := newSession(t)
	m := s.mount(uiSource)
	scr := s.screen(80, 24, "tunesfs", "ui", s.mnt)
	scr.search("bach")
	scr.shows(`Minuet in G .*idle`)
	m.signal(unix.SIGSTOP)
	scr.shows(`The mount does not answer`)
	scr.press("j")
	scr.shows(`> +Prelude in C`)
	m.signal(unix.SIGCONT)
	await(t, "a mount that is well", func() bool { return !strings.Contains(scr.text(), "does not answer") })
	m.kill(`tunesfs unmount "$M"`)
	scr.shows(`The mount is gone`)
	scr.press("k")
	scr.shows(`> +Minuet in G`)
	scr.press("q")
	scr.quits()
}

// A folder of a mount that does not answer keeps the app from nothing: it shows the mount.
func TestUIFolderOfHungMount(t *testing.T) {
	s := newSession(t)
	m := s.mount(uiSource)
	m.signal(unix.SIGSTOP)
	t.Cleanup(func() { m.signal(unix.SIGCONT) })
	scr := s.screen(80, 24, "tunesfs", "ui", s.mnt+"/"+query)
	scr.shows(`The mount does not answer`)
	scr.press("q")
	scr.quits()
}

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

// What the process behind the app's own mount complains of is not written over the screen.
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
	scr.quits()
	s.leavesNothing()
}

// A process that does not unmount is killed, and the app says for what it waits.
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

// Watching the downloads on a terminal is the app, with the downloads first.
func TestUIWatch(t *testing.T) {
	s := newSession(t)
	s.mount(uiSource)
	s.sh(`mkdir "$M"/bach; tunesfs start "$M"/bach; tunesfs pause "$M"/bach`)
	scr := s.screen(80, 24, "tunesfs", "status", "-w", s.mnt+"/bach")
	scr.shows(`\[Downloads`)
	scr.shows(`‖ `)
	scr.press("q")
	scr.quits()
	scr = s.screen(200, 24, "tunesfs", "status", "-w", "--json", s.mnt)
	scr.shows(`"state":"paused"`)
	scr.signal(os.Interrupt)
	scr.quits()
}

// A terminal that cannot be drawn on shows the lines of 'tunesfs status'.
func TestUIDumbTerminal(t *testing.T) {
	s := newSession(t)
	s.term = "dumb"
	s.mount(uiSource)
	s.sh(`mkdir "$M"/bach; tunesfs start "$M"/bach; tunesfs pause "$M"/bach`)
	for _, word := range []string{s.mnt, uiSource} {
		scr := s.screen(120, 24, "tunesfs", "ui", word)
		scr.quits()
		scr.shows(`\[[#.]{20}\] .* paused `)
		if written := scr.output(); strings.Contains(written, "\x1b") {
			t.Errorf("it writes %q", written)
		}
	}
	scr := s.screen(120, 24, "tunesfs", "status", "-w", s.mnt)
	scr.shows(`\[[#.]{20}\] .* paused `)
	scr.signal(os.Interrupt)
	scr.quits()
	scr = s.screen(120, 24, "tunesfs", "ui", "demo:?rate=1")
	if code := scr.wait(endTime); code != exitFailed {
		t.Errorf("a catalog that is not mounted ends with code %d", code)
	}
	scr.shows(`needs a terminal that can be drawn on`)
}

// NO_COLOR has the app use no color.
func TestUINoColor(t *testing.T) {
	s := newSession(t)
	s.mount(uiSource)
	s.sh(`mkdir "$M"/bach; tunesfs start "$M"/bach; tunesfs pause "$M"/bach`)
	color := regexp.MustCompile(`\x1b\[([0-9;]*;)?([39][0-7]|[34]8;|4[0-7]|10[0-7])[0-9;]*m`)
	for _, none := range []bool{false, true} {
		if none {
			s.env = append(s.env, "NO_COLOR=1")
		}
		scr := s.screen(80, 24, "tunesfs", "ui", s.mnt)
		scr.search("bach")
		scr.press("\t")
		scr.shows(`‖ `)
		scr.press("q")
		scr.quits()
		if found := color.FindString(scr.output()); none != (found == "") {
			t.Errorf("with NO_COLOR %v it writes the color %q", none, found)
		}
	}
}

// Without a terminal that can be drawn on the app says what to do.
func TestUINoTerminal(t *testing.T) {
	s := newSession(t)
	p := s.start("tunesfs", "ui")
	if code := p.wait(endTime); code != exitFailed || !strings.Contains(p.errs.String(), "status --watch") || p.out.String() != "" {
		t.Errorf("code %d, %s", code, &p.errs)
	}
}
