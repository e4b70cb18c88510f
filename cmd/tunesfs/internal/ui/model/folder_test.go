package model

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// A command for marked rows is for those, too, that never showed. Those that do not take it
// are no failure.
func TestMarkedUnseen(t *testing.T) {
	b := newBench(t, 60, 13)
	entries := make([]client.Entry, 12)
	var list []client.Download
	for i := range entries {
		entries[i] = entry(fmt.Sprintf("%02d.mp3", i))
		if i < b.catalog.Height {
			list = append(list, track(entries[i].Path, tracks.Complete, 1_200_000))
		}
	}
	b.news(list...).send(effect.Listed{Number: b.catalog.number, Batch: entries}).answer().press("a")
	if hints := fmt.Sprint(b.hints()); strings.Contains(hints, "download ") || !strings.Contains(hints, "evict") {
		t.Errorf("the footer offers %s", hints)
	}
	b.press("e").wants()
	if b.ask.text != "Evict 12 rows? Bytes that are here are dropped." {
		t.Errorf("asks %q", b.ask.text)
	}
	b.press("y")
	paths := b.effects[0].(effect.Control).Paths
	failed := map[string]error{}
	for i, err := range []error{client.ErrNoCommand, client.ErrInUse} {
		p := paths[len(paths)-1-i]
		failed[p] = &client.ControlError{Path: p, Verb: tracks.Evict, Err: err}
	}
	b.send(effect.ControlDone{Paths: paths, Verb: tracks.Evict, Failed: failed})
	if b.message.wrong || len(b.commands.unseen) != 0 {
		t.Errorf("says %q, unseen %v", b.message.text, b.commands.unseen)
	}
	b.press("a", "e", "y")
	b.send(effect.ControlDone{Paths: paths, Verb: tracks.Evict, Failed: map[string]error{paths[0]: client.ErrInUse}})
	if !b.message.wrong {
		t.Error("the failure of a row that shows is not said")
	}
}

// inFolder shows a folder of so many tracks.
func (b *bench) inFolder(folder string, n int) *bench {
	b.open(folder, "")
	entries := make([]client.Entry, n)
	for i := range entries {
		entries[i] = entry(fmt.Sprintf("%s/%05d.mp3", folder, i))
	}
	b.send(effect.Listed{Number: b.catalog.number, Batch: entries}).answer()
	return b.send(effect.ListingEnded{Number: b.catalog.number}).send(effect.Woken{}).answer()
}

// All rows of a folder are one command, unless a filter hides some.
func TestWholeFolder(t *testing.T) {
	b := newBench(t, 80, 24).inFolder("abba", 5)
	b.press("a", "d").wants(effect.Control{Paths: []string{"abba"}, Verb: tracks.Start})
	if b.message.text != "Starting abba…" || len(b.catalog.Marks) != 0 {
		t.Errorf("says %q, marked are %v", b.message.text, b.catalog.Marks)
	}
	b = newBench(t, 80, 24).inFolder("abba", 5).press("f").write("00003").press("enter", "a", "d")
	b.wants(effect.Control{Paths: []string{"abba/00003.mp3"}, Verb: tracks.Start})
}

// Before many tracks are started the app asks.
func TestStartsMany(t *testing.T) {
	b := newBench(t, 80, 24).inFolder("abba", manyTracks)
	b.press("D").wants(effect.Control{Paths: []string{"abba"}, Verb: tracks.Start})
	for _, keys := range [][]string{{"D"}, {"a", "d"}} {
		b = newBench(t, 80, 24).inFolder("abba", manyTracks+1)
		b.press(keys...).wants()
		if b.ask == nil || b.ask.text != "Download all of abba? That starts 301 tracks." {
			t.Fatalf("%v asks %+v", keys, b.ask)
		}
		b.press("y").wants(effect.Control{Paths: []string{"abba"}, Verb: tracks.Start})
	}
	b = newBench(t, 80, 24).list("abba/")
	b.send(effect.FactsRead{Facts: []client.Facts{{Path: "abba", Folder: true, State: "9000 idle, 2 paused", Size: -1, Held: -1}}})
	if b.press("d").wants(); b.ask == nil || b.ask.text != "Download all of abba? That starts 9000 tracks." {
		t.Errorf("asks %+v", b.ask)
	}
}

// A command of a folder is said to be carried out once the downloads agree.
func TestFolderAgrees(t *testing.T) {
	b := newBench(t, 80, 24)
	b.news(track("a", tracks.Downloading, 5), track("b", tracks.Queued, 0)).press("P")
	says := func(want string) {
		t.Helper()
		if b.message.text != want {
			t.Errorf("says %q, want %q", b.message.text, want)
		}
	}
	says("Pausing all…")
	b.send(effect.ControlDone{Paths: []string{""}, Verb: tracks.Pause})
	says("Pausing all…")
	b.news(track("a", tracks.Paused, 5))
	says("Pausing all…")
	b.news(track("b", tracks.Paused, 0))
	says("Paused all.")
	b.press("X", "y").send(effect.ControlDone{Paths: []string{""}, Verb: tracks.Cancel})
	says("Canceling all…")
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Changed, Downloads: []client.Download{track("a", tracks.Idle, 0), track("b", tracks.Idle, 0)}}}})
	says("Canceled all.")
}

// What is not so is not said: a folder that cannot be listed is not refreshed, an empty one
// has nothing to start, and a mount that hangs may still carry a command out.
func TestSaysWhatIsSo(t *testing.T) {
	b := newBench(t, 80, 24).inFolder("abba", 0).press("D")
	b.wants()
	if b.message.text != "There is nothing to start here." {
		t.Errorf("says %q", b.message.text)
	}
	for _, c := range []struct {
		err  error
		want string
	}{{errTest, ""}, {nil, "Refreshed abba."}} {
		b.press("r").send(effect.ControlDone{Paths: []string{"abba"}, Verb: tracks.Refresh})
		if b.message.text != "Refreshing abba…" {
			t.Errorf("says %q", b.message.text)
		}
		if b.send(effect.ListingEnded{Number: b.catalog.number, Err: c.err}); b.message.text != c.want {
			t.Errorf("says %q, want %q", b.message.text, c.want)
		}
	}
	b = newBench(t, 80, 24).list("a.mp3").press("d")
	b.send(effect.ControlDone{Paths: []string{"a.mp3"}, Verb: tracks.Start, Failed: map[string]error{
		"a.mp3": &client.ControlError{Path: "a.mp3", Verb: tracks.Start, Err: client.ErrHung}}})
	if b.message.text != "cannot start a.mp3: the mount does not answer; it may still carry that out" {
		t.Errorf("says %q", b.message.text)
	}
}

// Commands for a folder or the mount leave the marks.
func TestMarksStay(t *testing.T) {
	for _, key := range []string{"D", "r", "P", "R"} {
		b := newBench(t, 80, 24).list("a.mp3", "b.mp3").press("home", "v", key)
		if len(b.effects) == 0 || len(b.catalog.Marks) != 1 {
			t.Errorf("%s leaves the marks %v", key, b.catalog.Marks)
		}
	}
}

// A key that does nothing here says so.
func TestNoFeedback(t *testing.T) {
	for key, screen := range map[string]screen{
		"U": catalogScreen, "D": downloadsScreen, "f": downloadsScreen, "r": downloadsScreen, "[": catalogScreen, "]": catalogScreen,
		"esc": catalogScreen, "S": catalogScreen,
	} {
		b := newBench(t, 80, 24).knowRoots("abba").inFolder("abba", 2)
		b.show(screen)
		if b.press(key).wants(); b.message.text == "" {
			t.Errorf("%s says nothing", key)
		}
	}
	b := newBench(t, 200, 24).inFolder("abba", 0)
	if hints := fmt.Sprint(b.hints()); strings.Contains(hints, "filter") || strings.Contains(hints, "sort") {
		t.Errorf("an empty list has %s", hints)
	}
}
