package model

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

var states = []string{tracks.Idle, tracks.Queued, tracks.Downloading, tracks.Paused, tracks.Failed, tracks.Complete}

// Each key gives a track its command if that would change it, and says so if not.
func TestVerbs(t *testing.T) {
	for _, state := range states {
		for key, verbs := range map[string][]string{
			"d": {tracks.Start, tracks.Resume}, "space": {tracks.Pause, tracks.Resume}, "x": {tracks.Cancel}, "e": {tracks.Evict},
		} {
			b := newBench(t, 80, 24).list("a.mp3")
			if state != tracks.Idle {
				b.news(track("a.mp3", state, 5))
			}
			want := ""
			for _, verb := range verbs {
				if want == "" && (tracks.Status{Download: client.Download{State: state}, Known: true}).Takes(verb) {
					want = verb
				}
			}
			b.answer()
			b.press(key)
			if want != "" {
				b.wants(effect.Control{Paths: []string{"a.mp3"}, Verb: want})
				if b.commands.pending["a.mp3"] != want {
					t.Errorf("%s, %s: it is not shown", state, key)
				}
				b.press(key).wants() // the same again does nothing
			} else if b.wants(); !strings.Contains(b.message.text, "nothing to") {
				t.Errorf("%s, %s: says %q", state, key, b.message.text)
			}
		}
	}
}

// The reason for a refused command is shown, and its row shows its state again.
func TestRefused(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3")
	b.press("d")
	err := &client.ControlError{Path: "a.mp3", Verb: tracks.Start, Err: client.ErrDenied}
	b.send(effect.ControlDone{Paths: []string{"a.mp3"}, Verb: tracks.Start, Failed: map[string]error{"a.mp3": err}})
	if b.message.text != err.Error() || !b.message.wrong || len(b.commands.pending) != 0 {
		t.Errorf("says %q, pending %v", b.message.text, b.commands.pending)
	}
}

// A later command of a row outlasts the end of an earlier one.
func TestPendingLater(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3")
	b.press("d")
	b.news(track("a.mp3", tracks.Downloading, 1)).press("space")
	b.send(effect.ControlDone{Paths: []string{"a.mp3"}, Verb: tracks.Start})
	if b.commands.pending["a.mp3"] != tracks.Pause {
		t.Errorf("pending %v", b.commands.pending)
	}
}

// Commands are for the marked rows that they would change.
func TestMarked(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3", "b.mp3", "c.mp3")
	b.news(track("b.mp3", tracks.Downloading, 5)).answer()
	b.press("home", "a", "d").wants(effect.Control{Paths: []string{"a.mp3", "c.mp3"}, Verb: tracks.Start})
	b.press("home", "v", "v", "space").wants(effect.Control{Paths: []string{"b.mp3"}, Verb: tracks.Pause})
	if len(b.catalog.Marks) != 0 {
		t.Error("marks stay")
	}
	b.press("a", "a")
	if len(b.catalog.Marks) != 0 {
		t.Error("a does not take marks away")
	}
}

// Commands that drop bytes of several tracks are asked for.
func TestAsks(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3", "b.mp3", "abba/")
	b.news(track("a.mp3", tracks.Paused, 5), track("b.mp3", tracks.Paused, 5)).answer()
	b.press("a", "x").wants()
	b.press("n").wants()
	b.press("x", "y").wants(effect.Control{Paths: []string{"a.mp3", "b.mp3"}, Verb: tracks.Cancel})
	b.press("X").wants()
	b.press("enter").wants() // as the footer says
	if b.message.text != "Nothing was done." {
		t.Errorf("says %q", b.message.text)
	}
	b.press("X").wants()
	b.press("y").wants(effect.Control{Paths: []string{""}, Verb: tracks.Cancel})
	b.press("P").wants(effect.Control{Paths: []string{""}, Verb: tracks.Pause})
	b.press("D").wants(effect.Control{Paths: []string{""}, Verb: tracks.Start})
}

// A folder takes a command if one of its tracks does.
func TestFolderTakes(t *testing.T) {
	for _, c := range []struct{ state, toggle string }{
		{"2 idle", ""}, {"2 idle, 1 paused", tracks.Resume}, {"1 downloading, 1 paused", tracks.Pause}, {"empty", ""}, {"", ""}, {"12 queued", tracks.Pause},
	} {
		b := newBench(t, 80, 24)
		b.send(effect.Listed{Number: b.catalog.number, Batch: []client.Entry{{Name: "abba", Path: "abba", Folder: true}}})
		if got := b.commands.toggle(); got != "" || !b.commands.offers[tracks.Start] {
			t.Errorf("before its state is known the key means %q, and %v is offered", got, b.commands.offers)
		}
		b.send(effect.FactsRead{Facts: []client.Facts{{Path: "abba", Folder: true, State: c.state, Size: -1, Held: -1}}})
		if got := b.commands.toggle(); got != c.toggle {
			t.Errorf("%q: the key means %q, want %q", c.state, got, c.toggle)
		}
	}
}

// However many rows are marked, a key looks at a few.
func TestManyMarked(t *testing.T) {
	b := newBench(t, 80, 24)
	entries := make([]client.Entry, 20*manyMarks)
	for i := range entries {
		entries[i] = entry(fmt.Sprint(i))
	}
	b.send(effect.Listed{Number: b.catalog.number, Batch: entries}).press("a")
	if n := len(b.pane().Targets(manyMarks)); n != manyMarks {
		t.Errorf("%d rows are looked at", n)
	}
	b.press("d").wants()
	b.press("y")
	if paths := b.effects[0].(effect.Control).Paths; len(paths) != len(entries) {
		t.Errorf("%d rows are started", len(paths))
	}
}

// An own player does not say which track it plays.
func TestOwnPlayer(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3").press("enter")
	b.send(effect.Playing{Number: b.player.number, Path: "a.mp3", Player: "play.sh"})
	if b.message.text != "play.sh plays from a.mp3 on. S stops it." {
		t.Errorf("says %q", b.message.text)
	}
}

// A folder whose tracks are not listed yet can be downloaded.
func TestFolderEmpty(t *testing.T) {
	b := newBench(t, 80, 24)
	b.send(effect.Listed{Number: b.catalog.number, Batch: []client.Entry{{Name: "abba", Path: "abba", Folder: true}}})
	b.send(effect.FactsRead{Facts: []client.Facts{{Path: "abba", Folder: true, State: tracks.Empty, Size: -1, Held: -1}}})
	b.press("d").wants(effect.Control{Paths: []string{"abba"}, Verb: tracks.Start})
}

func TestPlay(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3", "b.mp3", "abba/", "c.mp3")
	b.news(track("b.mp3", tracks.Paused, 5)).answer()
	b.press("home", "down", "enter").wants(effect.Play{Number: 1, Files: []string{"b.mp3", "c.mp3"}, Resume: true})
	b.send(effect.Playing{Number: b.player.number, Path: "c.mp3", Player: "mpv", Opened: false})
	if b.player.path != "c.mp3" {
		t.Errorf("shows that %s plays", b.player.path)
	}
	if b.message.text == "" {
		t.Error("does not say what plays")
	}
	b.send(effect.PlayerEnded{Number: 0, Err: errTest})
	if b.message.wrong || b.player.number == 0 {
		t.Error("an earlier player ends the present one")
	}
	b.press("S").wants(effect.StopPlayer{})
	b.press("home", "enter").wants(effect.Play{Number: 2, Files: []string{"a.mp3", "b.mp3", "c.mp3"}, Resume: false})
	b.send(effect.Playing{Number: b.player.number, Path: "a.mp3", Player: "mpv", Opened: false}).send(effect.PlayerEnded{Number: b.player.number, Err: nil})
	if b.message.text != "" {
		t.Errorf("still says %q", b.message.text)
	}
	b.press("enter")
	b.send(effect.PlayerEnded{Number: b.player.number, Err: errTest})
	if !b.message.wrong || b.player.number != 0 {
		t.Error("a player that fails is not shown")
	}
}

// A track that another program plays is said to be open, and nothing of its end.
func TestOpenedStays(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3").press("enter")
	b.send(effect.Playing{Number: b.player.number, Path: "a.mp3", Player: "xdg-open", Opened: true}).send(effect.PlayerEnded{Number: b.player.number, Err: nil})
	if b.message.text != "Opened a.mp3 with xdg-open." || b.player.path != "a.mp3" || b.player.stops() {
		t.Errorf("%q, %+v", b.message.text, b.player)
	}
	b.send(effect.PlayerEnded{Number: b.player.number, Err: errTest})
	if !b.message.wrong || b.player.number != 0 {
		t.Error("what cannot be opened stays shown as opened")
	}
}

// A player is given so many files that the system takes them.
func TestPlayMany(t *testing.T) {
	var names []string
	for i := range 3000 {
		names = append(names, fmt.Sprintf("%04d%s.mp3", i, strings.Repeat("x", 240)))
	}
	b := newBench(t, 80, 24).list(names...)
	b.press("enter")
	files, size := b.effects[0].(effect.Play).Files, 0
	for _, f := range files {
		size += len(f)
	}
	if len(files) < 100 || len(files) > maxFiles || size > maxArguments+1000 {
		t.Errorf("%d files, %d bytes", len(files), size)
	}
}

// Every command has its words.
func TestWords(t *testing.T) {
	for _, verb := range []string{tracks.Start, tracks.Pause, tracks.Resume, tracks.Cancel, tracks.Evict, tracks.Refresh} {
		if doing[verb] == "" || done[verb] == "" {
			t.Errorf("%s has no words", verb)
		}
	}
	if got := words.Sentence(errors.New("the disk is full")); got != "The disk is full." {
		t.Error(got)
	}
}
