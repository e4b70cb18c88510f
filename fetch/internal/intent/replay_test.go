package intent

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A recording is what a program read of one file that it opened. The files of testdata
// say when the file was opened after the first one, and have a line for each read: when it
// began after that and how long it took, in seconds, its offset, how many bytes it asked
// for and how many it got. "make clients" makes them from real programs. Package clients of
// cmd/tunesfs replays them, too, to a store: what moves, and what it leaves behind.
type recording struct {
	kind      string // of the file, by its extension
	size      int64
	structure ranges.Set
	events    []event
	closed    time.Time // zero if the file stays open
}

// An event is the begin or the end of a read.
type event struct {
	at   time.Time
	read ranges.Range
	ends bool
}

// secs returns a time after start.
func secs(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }

// parseRecordings returns what the lines of a file of testdata tell.
func parseRecordings(text string) (all []*recording, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch word, _, _ := strings.Cut(line, " "); word {
		case "#", "at":
		case "open":
			r := &recording{}
			all = append(all, r)
			err = r.parseOpen(strings.Fields(line))
		case "close":
			var at float64
			if _, err = fmt.Sscanf(line, "close %g", &at); err == nil {
				all[len(all)-1].closed = secs(at)
			}
		default:
			err = all[len(all)-1].parseRead(line)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, line)
		}
	}
	for _, r := range all {
		slices.SortStableFunc(r.events, func(a, b event) int { return a.at.Compare(b.at) })
	}
	return all, nil
}

// parseOpen parses the words "open .mp3 size 100 structure 0-10 90-100".
func (r *recording) parseOpen(words []string) error {
	r.kind = words[1]
	if _, err := fmt.Sscan(words[3], &r.size); err != nil {
		return err
	}
	for _, span := range words[5:] {
		var s ranges.Range
		if _, err := fmt.Sscanf(span, "%d-%d", &s.Start, &s.End); err != nil {
			return err
		}
		r.structure = r.structure.Add(s)
	}
	return nil
}

// parseRead parses the line of a read.
func (r *recording) parseRead(line string) error {
	var began, took float64
	var off, asked, got int64
	if _, err := fmt.Sscanf(line, "%g %g %d %d %d", &began, &took, &off, &asked, &got); err != nil {
		return err
	}
	r.events = append(r.events, event{secs(began), ranges.Range{Start: off, End: off + asked}, false},
		event{secs(began + took), ranges.Range{Start: off, End: off + got}, true})
	return nil
}

// A verdict is what a Trace said of a recording.
type verdict struct {
	left  bool          // whether the wish outlasts the handle, and bytes that it did not read
	ever  bool          // whether it ever meant the whole file
	after time.Duration // when it first did, after the first byte beyond the structure
}

// replay has a Trace judge a recording.
func (r *recording) replay() (v verdict) {
	var t Trace
	t.Learn(r.structure, r.size)
	var beyond, last time.Time
	var fresh int64
	look := func(now time.Time) {
		if due := t.Due(last); !last.IsZero() && !due.IsZero() && due.Before(now) {
			v.note(&t, due, beyond)
		}
		last = now
	}
	for _, e := range r.events {
		look(e.at)
		if !e.ends {
			t.Read(e.read, e.at)
		} else {
			if e.read.Start == 0 && !v.ever { // all so far was a look
				fresh, beyond = 0, time.Time{}
			}
			if fresh += t.structure.Missing(e.read).Len(); beyond.IsZero() && fresh >= head { // less is read around an index
				beyond = e.at
			}
			t.Served(e.read, e.at)
		}
		v.note(&t, e.at, beyond)
	}
	if !r.closed.IsZero() {
		look(r.closed)
		v.note(&t, r.closed, beyond)
	}
	v.left = t.Lasts(last) && !r.wholly()
	return v
}

// wholly reports whether the reads brought all of the file.
func (r *recording) wholly() bool {
	var brought ranges.Set
	for _, e := range r.events {
		if e.ends {
			brought = brought.Add(e.read)
		}
	}
	return brought.Contains(ranges.Range{Start: 0, End: r.size})
}

// file names the file of a recording: no two of a kind have one size.
func (r *recording) file() string { return fmt.Sprintf("%s of %d bytes", r.kind, r.size) }

// note notes whether the trace means the whole file at a time.
func (v *verdict) note(t *Trace, now, beyond time.Time) {
	if !v.ever && t.Means(now) {
		v.ever, v.after = true, now.Sub(beyond)
	}
}

// replays are the programs recorded. Those that index leave no wish for a file when they
// close it, and those that play and copy want every one within a second of the first byte
// beyond its structure.
var replays = []struct {
	program string
	indexes bool
	seems   []string // kinds of files that an indexer seems to want, which is undone
}{
	{"mpd-update", true, []string{".mp3", ".m4a", ".ogg", ".opus", ".wav"}},
	{"minidlna", true, []string{".ogg"}},
	{"tracker3-extract", true, []string{".opus"}},
	{"tracker-miner-fs", true, nil},
	{"baloo", true, nil},
	{"exiftool", true, nil},
	{"mutagen-inspect", true, nil},
	{"kid3-cli", true, []string{".ogg"}},
	{"beets", true, nil},
	{"mediainfo", true, []string{".mp3", ".m4a", ".ogg", ".opus", ".wav"}},
	{"ffprobe", true, []string{".m4a", ".wav"}},
	{"ranger", true, nil},
	{"cmus-adds-the-folder", true, []string{".m4a"}},
	{"thunar-and-tumbler", true, nil},
	{"dolphin", true, nil},
	{"audacious-adds-the-folder", true, nil},
	{"file", true, []string{".mp3", ".m4a", ".flac", ".ogg", ".opus", ".wav"}}, // it reads all
	{"mpv", false, nil},
	{"mpd-plays", false, nil},
	{"vlc", false, nil},
	{"cmus-plays", false, nil},
	{"audacious-plays", false, nil},
	{"ffmpeg", false, nil},
	{"cp", false, nil},
	{"rsync", false, nil},
	{"sha256sum", false, nil},
	{"grep-r", false, nil},
	{"borg", false, nil},
	{"smbd-to-smbclient", false, nil},
}

// TestReplay replays the reads of real programs.
func TestReplay(t *testing.T) {
	left, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range replays {
		name := filepath.Join("testdata", c.program+".txt")
		left = slices.DeleteFunc(left, func(s string) bool { return s == name })
		t.Run(c.program, func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all, err := parseRecordings(string(text))
			if err != nil {
				t.Fatal(err)
			}
			if c.indexes {
				checkIndexer(t, all, c.seems)
			} else {
				checkWants(t, all)
			}
		})
	}
	for _, name := range left {
		t.Errorf("%s is not replayed", name)
	}
}

// checkIndexer checks the files that an indexer seems to want, and that it leaves no wish.
func checkIndexer(t *testing.T, all []*recording, want []string) {
	t.Helper()
	var seems []string
	for _, r := range all {
		v := r.replay()
		if v.left {
			t.Errorf("it leaves a wish for %s", r.file())
		}
		if v.ever && !slices.Contains(seems, r.kind) {
			seems = append(seems, r.kind)
		}
	}
	if len(all) == 0 || !slices.Equal(seems, want) {
		t.Errorf("of %d files it seems to want %q, want %q", len(all), seems, want)
	}
}

// checkWants checks that each file is wanted soon by some handle: programs may look before
// they play.
func checkWants(t *testing.T, all []*recording) {
	t.Helper()
	soon := map[string]bool{}
	for _, r := range all {
		v := r.replay()
		soon[r.file()] = soon[r.file()] || v.ever && v.after <= time.Second
	}
	for file, is := range soon {
		if !is {
			t.Errorf("%s is not wanted within a second", file)
		}
	}
	if len(soon) < 7 {
		t.Errorf("%d files are recorded, want one of each kind", len(soon))
	}
}
