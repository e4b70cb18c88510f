package model

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// After a gap a download that is not active any more is neither lost nor counted, and the
// facts of its row say its state.
func TestReset(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3", "b.mp3")
	b.news(track("a.mp3", tracks.Downloading, 1), track("b.mp3", tracks.Complete, 1_200_000)).answer()
	b.press("tab")
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Reset}}})
	if b.tracks.Total().Moving() != 0 || b.pane().Count() != 2 {
		t.Errorf("%+v, %d rows", b.tracks.Total(), b.pane().Count())
	}
	read, ok := b.effects[1].(effect.ReadFacts)
	if !ok || len(read.Paths) != 2 {
		t.Fatalf("asks for %+v", b.effects)
	}
	facts := idleFacts(read.Paths)
	for i := range facts {
		facts[i].State, facts[i].Held = tracks.Complete, 1_200_000
	}
	b.send(effect.FactsRead{Facts: facts, All: read.All, Changes: read.Changes})
	if b.tracks.Total().Complete != 2 {
		t.Errorf("%+v", b.tracks.Total())
	}
}

// Where the facts of a row have failed, its download is still found.
func TestFailedFacts(t *testing.T) {
	b := newBench(t, 80, 24)
	moving := track("a", tracks.Downloading, 5)
	moving.Path = ""
	b.news(moving).press("tab")
	b.send(effect.FactsRead{Failed: map[string]error{"": client.ErrHung}})
	if s := b.pane().Row(0).Status(b.tracks); s.State != tracks.Downloading {
		t.Errorf("it is shown as %q", s.State)
	}
}

// After a gap all downloads that are not active any more are asked for, a few at a time,
// even if they do not show; those that are not there any more go.
func TestResetUnseen(t *testing.T) {
	b := newBench(t, 80, 24)
	var list []client.Download
	for i := range 200 {
		list = append(list, track(fmt.Sprint(i), tracks.Queued, 0))
	}
	b.news(list...)
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Reset}}})
	for reads := 0; ; reads++ {
		i := slices.IndexFunc(b.effects, func(e effect.Effect) bool { _, ok := e.(effect.ReadFacts); return ok })
		if i < 0 {
			break
		}
		read := b.effects[i].(effect.ReadFacts)
		if reads > 20 || len(read.Paths) > 50 {
			t.Fatalf("asks for %+v", read)
		}
		facts := idleFacts(read.Paths[1:])
		for i := range facts {
			facts[i].State, facts[i].Held = tracks.Complete, 1_200_000
		}
		b.send(effect.FactsRead{Facts: facts, Failed: map[string]error{read.Paths[0]: client.ErrNotFound}, Changes: read.Changes})
	}
	if n := b.tracks.Total().Complete; n < 150 || len(b.tracks.Rows()) != n {
		t.Errorf("%d are complete, of %d rows", n, len(b.tracks.Rows()))
	}
}

// A mark goes with its row.
func TestMarksGo(t *testing.T) {
	b := newBench(t, 80, 24)
	b.news(track("a", tracks.Paused, 1), track("b", tracks.Paused, 1)).press("tab", "v")
	b.news(track("a", tracks.Idle, 0))
	if marks := b.pane().Marks; len(marks) != 0 {
		t.Errorf("marked are %v", marks)
	}
	b.press("x").wants(effect.Control{Paths: []string{"b"}, Verb: tracks.Cancel})
}

// The cursor stays on its download when others go.
func TestCursorStays(t *testing.T) {
	b := newBench(t, 80, 24)
	b.news(track("a", tracks.Paused, 1), track("b", tracks.Paused, 1), track("c", tracks.Paused, 1)).press("tab", "end")
	b.news(track("a", tracks.Idle, 0))
	if r, _ := b.pane().Current(); r.Path != "c" || b.pane().Count() != 2 {
		t.Errorf("the cursor is on %s", r.Path)
	}
	b.press("x").wants(effect.Control{Paths: []string{"c"}, Verb: tracks.Cancel})
}

// Nothing but a key moves the cursor to another row: those that move come below it.
func TestTopMoves(t *testing.T) {
	b := newBench(t, 80, 24)
	shows := func(want string) {
		t.Helper()
		got := ""
		for i := range b.pane().Count() {
			if i == b.downloads.Cursor {
				got += ">"
			}
			got += b.pane().Row(i).Path
		}
		if got != want {
			t.Errorf("it shows %s, want %s", got, want)
		}
	}
	b.news(track("a", tracks.Downloading, 1), track("b", tracks.Queued, 0), track("c", tracks.Queued, 0)).press("tab")
	shows(">abc")
	b.news(track("a", tracks.Complete, 1_200_000), track("c", tracks.Downloading, 1)).send(effect.Woken{})
	shows(">acb")
	b.press("down").news(track("b", tracks.Downloading, 1), track("c", tracks.Complete, 1_200_000)).send(effect.Woken{})
	shows("a>cb")
	b.press("s")
	shows("ba>c")
	b.press("tab").news(track("a", tracks.Downloading, 1)).press("tab")
	shows("ba>c")
	b.press("up").news(track("b", tracks.Complete, 1_200_000)).press("tab", "tab")
	shows(">abc")
	b.news(track("a", tracks.Complete, 1_200_000)).press("home", "tab").news(track("c", tracks.Downloading, 1)).press("tab")
	shows(">cab")
}

// A Download that no byte comes for adds nothing to the speed.
func TestTotalOldRate(t *testing.T) {
	b := newBench(t, 80, 24)
	d := track("a", tracks.Downloading, 600_000)
	d.Rate = 100_000
	b.news(d)
	for _, c := range []struct {
		after time.Duration
		rate  int64
	}{{2500 * time.Millisecond, 100_000}, {2500 * time.Millisecond, 0}, {0, 0}} {
		b.time = b.time.Add(c.after)
		if b.send(effect.Woken{}); b.tracks.Total().Rate != c.rate {
			t.Errorf("the speed is %d, want %d", b.tracks.Total().Rate, c.rate)
		}
	}
	if frame := b.press("tab").checked(); !strings.Contains(frame, "waits for bytes") {
		t.Errorf("it shows\n%s", frame)
	}
	b.news(d)
	if b.tracks.Total().Rate != 100_000 {
		t.Error("the speed does not come back")
	}
}

// The downloads of one folder are listed and summed up, and the others are known.
func TestDownloadsWithin(t *testing.T) {
	b := &bench{t: t}
	b.Model = New(Options{Folder: "bach", Downloads: true, Now: func() time.Time { return b.time }})
	b.Start()
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.news(track("bach/Fugue", tracks.Downloading, 504_000), track("joplin/Rag", tracks.Paused, 504_000))
	frame := b.checked()
	for text, want := range map[string]bool{"Downloads in bach": true, "Fugue": true, "Rag": false, "1 downloading\n": true, "1 track\n": true} {
		if strings.Contains(frame, text) != want {
			t.Errorf("%q, want %v, in\n%s", text, want, frame)
		}
	}
	b.press("P").wants(effect.Control{Paths: []string{"bach"}, Verb: tracks.Pause})
	b.press("R").wants(effect.Control{Paths: []string{"bach"}, Verb: tracks.Resume})
	b.press("X", "y").wants(effect.Control{Paths: []string{"bach"}, Verb: tracks.Cancel})
	b.press("tab").list("joplin/Rag")
	if frame := b.checked(); !strings.Contains(frame, "‖ ██") {
		t.Errorf("the catalog shows\n%s", frame)
	}
}

// A track that is watched shows in every state, also before it is downloaded and when that
// is canceled.
func TestWatchedTrack(t *testing.T) {
	const path = "bach/Fugue"
	for state, want := range map[string]string{
		tracks.Idle: "Fugue .* idle", tracks.Complete: "Fugue .*✓ complete", tracks.Paused: "Fugue .*‖ ██", tracks.Failed: "Fugue .*! failed no route",
		tracks.Queued: "Fugue .*… queued", tracks.Downloading: "Fugue .*↓ ██",
	} {
		b := &bench{t: t}
		b.Model = New(Options{Folder: path, Downloads: true, Now: func() time.Time { return b.time }})
		b.Start()
		b.send(tea.WindowSizeMsg{Width: 80, Height: 24}).wants(effect.ReadFacts{Paths: []string{path}})
		d := track(path, state, 504_000)
		d.Error = "no route"
		facts := client.Facts{ID: d.ID, Path: path, State: state, Size: d.Size, Held: d.Held, Progress: d.Progress, Error: d.Error}
		b.send(effect.FactsRead{Facts: []client.Facts{facts}})
		shows := func(want string) {
			t.Helper()
			if frame := b.checked(); !regexp.MustCompile(want).MatchString(frame) || !strings.Contains(frame, "Track bach / Fugue") {
				t.Errorf("%s: want %s in\n%s", state, want, frame)
			}
		}
		shows(want)
		b.news(track("bach/Other", tracks.Queued, 0), track(path, tracks.Downloading, 504_000))
		shows("Fugue .*↓ ██")
		b.news(track(path, tracks.Idle, 0))
		shows("Fugue .* idle")
		b.send(effect.Happened{Events: []client.Event{{Kind: client.Reset}}})
		shows("Fugue .* idle")
		if b.pane().Count() != 1 {
			t.Errorf("%s: %d rows", state, b.pane().Count())
		}
		b.press("d").wants(effect.Control{Paths: []string{path}, Verb: tracks.Start})
	}
}

// Two downloads of the same name show their folders.
func TestDownloadsFolders(t *testing.T) {
	for _, width := range []int{40, 80, 200} {
		b := newBench(t, width, 24)
		b.news(track("Album A/10 Track.mp3", tracks.Downloading, 5), track("Album B/10 Track.mp3", tracks.Downloading, 5)).press("tab")
		if frame := b.checked(); !strings.Contains(frame, "Album A") || !strings.Contains(frame, "Album B") {
			t.Errorf("%d cells:\n%s", width, frame)
		}
	}
}
