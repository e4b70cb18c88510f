//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

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

// Watching the downloads on a terminal is the app, with the downloads first.
func TestUIWatch(t *testing.T) {
	s := newSession(t)
	s.mount(uiSource)
	s.sh(`mkdir "$M"/bach "$M"/beethoven; tunesfs start "$M"/bach "$M"/beethoven; tunesfs pause "$M"`)
	scr := s.screen(80, 24, "tunesfs", "status", "-w", s.mnt+"/bach")
	scr.shows(`\[Downloads`)
	scr.shows(`Downloads in bach`)
	scr.shows(`Minuet in G .*‖ `)
	if screen := scr.text(); strings.Contains(screen, "Beethoven") {
		t.Errorf("it shows another folder:\n%s", screen)
	}
	scr.press("q")
	scr.quits()
	scr = s.screen(200, 24, "tunesfs", "status", "-w", "--json", s.mnt+"/bach")
	scr.shows(`"path":"bach/[^"]*","state":"paused"`)
	if lines := scr.output(); strings.Contains(lines, "Beethoven") {
		t.Errorf("it writes lines of another folder:\n%s", lines)
	}
	scr.signal(os.Interrupt)
	scr.quits()
}

// Watching a track on a terminal shows it, in whatever state it is.
func TestUIWatchTrack(t *testing.T) {
	s := newSession(t)
	s.mount(uiSource)
	s.sh(`mkdir "$M"/bach`)
	scr := s.screen(80, 24, "tunesfs", "status", "-w", s.mnt+"/bach/Christian Petzold - Minuet in G.wav")
	scr.shows(`Track bach / Christian Petzold - Minuet in G`)
	scr.shows(`> +Minuet in G .* idle`)
	scr.press("d")
	scr.shows(`> +Minuet in G .*↓`)
	scr.press("x")
	scr.shows(`> +Minuet in G .* idle`)
	scr.press("q")
	scr.quits()
	scr = s.screen(200, 24, "tunesfs", "status", "-w", s.mnt+"/bach/none.wav") // room for the path
	if code := scr.wait(endTime); code != exitFailed {
		t.Errorf("a track that is not there ends with code %d", code)
	}
	scr.shows(`tunesfs: .*none\.wav`)
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
