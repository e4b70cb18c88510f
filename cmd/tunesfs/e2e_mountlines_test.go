//go:build linux

package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A mount in the foreground of a terminal shows its downloads, and Ctrl-C unmounts.
func TestMountShowsDownloads(t *testing.T) {
	s := newSession(t)
	scr := s.screen(250, 24, "tunesfs", "mount", uiSource, s.mnt, "--search", "bach")
	scr.shows(`(?m)^tunesfs: demo:\S+ is mounted at ` + regexp.QuoteMeta(s.mnt+"; search it with mkdir"))
	s.sh(`tunesfs start "$M"/bach`)
	scr.shows(`(?m)^\[[#.]+\] .* downloading +bach/.*Minuet in G\.wav`)
	s.sh(`tunesfs pause "$M"/bach`)
	scr.shows(`(?m)^\[[#.]+\] .* paused +bach/.*Minuet in G\.wav`)
	scr.press("\x03")
	scr.quits()
	for line := range strings.Lines(scr.text()) {
		if !regexp.MustCompile(`^(tunesfs: .*|\[[#.]{20}\] .*|\^C)?\n?$`).MatchString(line) {
			t.Errorf("it shows the line %q", line)
		}
	}
	s.expect(`grep -c " $M " /proc/mounts || true`, "0")
}

// A mount that ends by a signal of its own ends the lines.
func TestMountEndsLines(t *testing.T) {
	s := newSession(t)
	scr := s.screen(250, 24, "tunesfs", "mount", uiSource, s.mnt, "--search", "bach")
	scr.shows(`is mounted at`)
	s.sh(`tunesfs start "$M"/bach`)
	scr.shows(` downloading +bach/`)
	scr.signal(os.Interrupt)
	scr.quits()
	s.expect(`grep -c " $M " /proc/mounts || true`, "0")
}

// No lines are written over the prompt of a shell.
func TestMountInBackground(t *testing.T) {
	s := newSession(t)
	scr := s.screen(250, 24, "sh", "-euc", `set -m
		tunesfs mount "`+uiSource+`" "$M" --search bach &
		until tunesfs start "$M"/bach 2>/dev/null; do sleep 0.1; done
		tunesfs pause "$M"/bach
		tunesfs unmount "$M"
		wait $!`)
	scr.quits()
	scr.showsNoLines()
}

// Nor are they on a terminal that takes none.
func TestMountOnDumbTerminal(t *testing.T) {
	s := newSession(t)
	s.term = "dumb"
	scr := s.screen(250, 24, "tunesfs", "mount", uiSource, s.mnt, "--search", "bach")
	scr.shows(`is mounted at`)
	s.sh(`tunesfs start "$M"/bach; tunesfs pause "$M"/bach`)
	scr.press("\x03")
	scr.quits()
	scr.showsNoLines()
}

// showsNoLines checks that a mount has said where it is, and nothing of downloads.
func (scr *screen) showsNoLines() {
	scr.t.Helper()
	if text := scr.output(); strings.Count(text, " is mounted at ") != 1 || strings.Contains(text, "\n[") {
		scr.t.Errorf("it shows\n%s", text)
	}
}
