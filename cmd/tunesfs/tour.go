package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// A demoTour is a walk through the demo, as lines for any shell. They need nothing
// but coreutils and this program.
type demoTour struct {
	program string // what starts this program
	dir     string // the mount point, absolute
	scratch string // a folder to copy into
}

const (
	tourQuery = "beethoven"
	tourTune  = "Ludwig van Beethoven - Ode to Joy.wav"
	tourOther = "folk"
)

// A stop is one line of the tour, and what it shows.
type stop struct{ shows, line string }

func (t demoTour) stops() []stop {
	tune := messages.Quote(tourTune)
	return []stop{
		{"a search is a folder", "cd " + messages.Quote(t.dir)},
		{"", "mkdir " + tourQuery},
		{"", "cd " + tourQuery},
		{"the sizes are true before anything is downloaded", "ls -l"},
		{"download one", messages.Quote(t.program) + " start " + tune},
		{"how far it is", "cat " + messages.Quote(tourTune+".progress")},
		{"pause it, by a sidecar file", "touch " + messages.Quote(tourTune+".pause")},
		{"", messages.Quote(t.program) + " status ."},
		{"a whole folder at once, and away with it", "mkdir ../" + tourOther},
		{"", messages.Quote(t.program) + " start ../" + tourOther},
		{"", messages.Quote(t.program) + " status ."},
		{"", messages.Quote(t.program) + " cancel ../" + tourOther},
		{"", "rmdir ../" + tourOther},
		{"go on with the first, and copy it while it downloads", messages.Quote(t.program) + " resume " + tune},
		{"", "cp " + tune + " " + messages.Quote(t.scratch)},
		{"", "cmp " + tune + " " + messages.Quote(filepath.Join(t.scratch, tourTune))},
		{"that was it", "cd /"},
		{"", messages.Quote(t.program) + " unmount " + messages.Quote(t.dir)},
	}
}

// short returns the lines of a tour for another terminal, which fits a small one. The
// searches of the demo are made.
func (t demoTour) short() []stop {
	program, tune := messages.Quote(t.program), "*Joy.wav"
	return []stop{
		{"a search is a folder", "cd " + messages.Quote(t.dir)},
		{"", "mkdir bach"},
		{"", "ls bach"},
		{"another was made; its sizes are true before anything is downloaded", "cd " + tourQuery},
		{"", "ls -l"},
		{"download one", program + " start " + tune},
		{"how far it is", "cat " + tune + ".progress"},
		{"pause it, by a sidecar file, and go on", "touch " + tune + ".pause"},
		{"", program + " status ."},
		{"", "touch " + tune + ".resume"},
		{"with mpv, play the folder", "mpv playlist.m3u8"},
	}
}

// print writes the short tour.
func (t demoTour) print(w io.Writer) {
	var text strings.Builder
	text.WriteString("The demo is mounted. Try, in another terminal, line by line:\n\n")
	for _, s := range t.short() {
		if s.shows != "" {
			fmt.Fprintf(&text, "  %s:\n", s.shows)
		}
		fmt.Fprintf(&text, "    %s\n", s.line)
	}
	text.WriteString("\nCtrl-C here unmounts and removes everything.\n")
	fmt.Fprint(w, text.String())
}

// take walks the tour in a shell, showing each line and what it answers.
func (t demoTour) take(ctx context.Context, stdout, stderr io.Writer) error {
	var script strings.Builder
	for _, s := range t.stops() {
		fmt.Fprintf(&script, "printf '%%s\\n' %s\n%s\n", messages.Quote("$ "+s.line), s.line)
	}
	shell := exec.CommandContext(ctx, "/bin/sh", "-e", "-c", script.String())
	shell.Stdout, shell.Stderr = stdout, stderr
	shell.WaitDelay = time.Second
	if err := shell.Run(); err != nil {
		return fmt.Errorf("the tour failed: %w", err)
	}
	return nil
}

// inPath reports whether a shell would start the program at self by the name
// tunesfs.
func inPath(self string) bool {
	found, err := exec.LookPath("tunesfs")
	if err != nil {
		return false
	}
	ours, err := os.Stat(self)
	if err != nil {
		return false
	}
	theirs, err := os.Stat(found)
	return err == nil && os.SameFile(ours, theirs)
}
