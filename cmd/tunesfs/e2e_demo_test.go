//go:build linux

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The demo begins in the app, with music in it, and ends with that.
func TestDemoShowsApp(t *testing.T) {
	s := newSession(t)
	scr := s.screen(80, 24, "tunesfs", "demo")
	scr.shows(`(?s)\[Catalog\].*all/.*beethoven/`)
	dir := regexp.MustCompile(`(/\S*/tunesfs-demo-\d+/music)`).FindString(scr.output())
	if want := "From another terminal: ls -l " + dir + "/beethoven"; dir == "" || !strings.Contains(scr.output(), want) {
		t.Errorf("it says\n%q\nwant %q", scr.output(), want)
	}
	s.expect(`ls "`+dir+`"/all | wc -l`, "12")
	scr.press("q")
	scr.quits()
	if want := "The demo is unmounted and removed."; !strings.Contains(scr.output(), want) {
		t.Errorf("it ends with\n%q\nwant %q", scr.output(), want)
	}
	s.leavesNothing()
}

// A folder that is named, and the flags, are those of the mount that the app shows. The
// folder goes if the demo has made it.
func TestDemoShowsFolder(t *testing.T) {
	s := newSession(t)
	for _, dir := range []string{s.mnt, filepath.Join(s.tmp, "new")} {
		_, err := os.Stat(dir)
		made := err != nil
		scr := s.screen(200, 24, "tunesfs", "demo", "--playlist", "show", dir)
		scr.shows(regexp.QuoteMeta(" demo:  "+dir) + `(?s:.*)beethoven/`)
		s.expect(`ls "`+dir+`"/beethoven | grep -v wav`, "playlist.m3u8")
		scr.press("q")
		scr.quits()
		s.leavesNothing()
		if _, err := os.Stat(dir); (err != nil) != made {
			t.Errorf("%s: %v", dir, err)
		}
	}
	s.mount(uiSource)
	scr := s.screen(80, 24, "tunesfs", "demo", s.mnt)
	if code := scr.wait(endTime); code != exitFailed {
		t.Errorf("on another mount it ends with code %d", code)
	}
	s.sh(`ls "$M"`)
}

// The printed tour fits a small terminal, and its lines work as they are printed.
func TestDemoPrintsTour(t *testing.T) {
	s := newSession(t)
	scr := s.screen(80, 24, "tunesfs", "demo", "--no-ui", "--limit-rate", "40k")
	scr.shows(`(?s)The demo is mounted.*\n *Ctrl-C here unmounts and removes everything\.`)
	var tour []string
	for line := range strings.Lines(scr.output()) {
		if line, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "    "); ok && !strings.HasPrefix(line, "mpv ") {
			tour = append(tour, line)
		}
	}
	got := s.sh(strings.Join(tour, "\n"))
	for _, want := range []string{`Minuet in G\.wav`, ` 4208590 .*Joy\.wav`, `\d% of 4\.2 MB`, `\] \d+\.\d% of 4\.2 MB +paused +`} {
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s\nprints\n%s\nwant %s", strings.Join(tour, "\n"), got, want)
		}
	}
	scr.press("\x03")
	scr.quits()
	s.leavesNothing()
}

// Where the app cannot be drawn the tour is printed.
func TestDemoPlain(t *testing.T) {
	s := newSession(t)
	s.term = "dumb"
	scr := s.screen(80, 24, "tunesfs", "demo")
	scr.shows(`Ctrl-C here unmounts`)
	if text := scr.output(); strings.Contains(text, "\x1b") {
		t.Errorf("it writes %q", text)
	}
	scr.press("\x03")
	scr.quits()
	s.leavesNothing()
}
