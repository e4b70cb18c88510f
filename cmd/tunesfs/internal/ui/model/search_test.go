package model

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/draw"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

var errTest = errors.New("it did not work")

func entry(path string) client.Entry { return client.Entry{Name: words.Base(path), Path: path} }

func (b *bench) knowRoots(names ...string) *bench {
	roots := []client.Entry{}
	for _, name := range names {
		roots = append(roots, client.Entry{Name: name, Path: name, Folder: true})
	}
	return b.send(effect.RootsListed{Number: b.catalog.rootsAsked, Roots: roots, Err: nil})
}

// searching types a query, and returns its number.
func (b *bench) searching(query string) int {
	b.press("/").write(query).press("enter")
	b.wants(effect.StopListing{}, effect.MakeSearch{Number: b.catalog.number, Query: query})
	return b.catalog.number
}

// Results show as they come, without those of an older search.
func TestSearch(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots()
	old := b.searching("abba")
	newer := b.searching("queen")
	b.send(effect.SearchMade{Number: old, Folder: "abba", Made: true, Err: nil}).wants()
	b.send(effect.Listed{Number: old, Batch: []client.Entry{entry("abba/SOS.mp3")}})
	if b.pane().Count() != 0 {
		t.Error("an older search fills the list")
	}
	b.send(effect.SearchMade{Number: newer, Folder: "queen", Made: true, Err: nil}).wants(effect.ListFolder{Number: newer, Folder: "queen"}, effect.ListRoots{Number: b.catalog.requests})
	b.send(effect.Listed{Number: newer, Batch: []client.Entry{entry("queen/One.mp3")}})
	if b.pane().Count() != 1 || !b.catalog.loading {
		t.Errorf("%d rows", b.pane().Count())
	}
	b.send(effect.ListingEnded{Number: old, Err: errTest})
	if b.catalog.err != nil {
		t.Error("an older search fails a newer one")
	}
	b.send(effect.ListingEnded{Number: newer, Err: nil})
	if b.catalog.search != nil || b.catalog.loading {
		t.Error("it does not end")
	}
	if len(b.catalog.roots) != 2 || b.catalog.roots[0].Path != "queen" {
		t.Errorf("beside it are %v", b.catalog.roots)
	}
}

// A search that is called off is removed only if it was new.
func TestCallOff(t *testing.T) {
	for _, c := range []struct {
		name, folder string
		roots        []string
		removed      bool
	}{
		{"new", "abba", []string{"queen"}, true},
		{"old", "abba", []string{"abba"}, false},
	} {
		t.Run(c.name+" and made", func(t *testing.T) {
			b := newBench(t, 80, 24).knowRoots(c.roots...)
			n := b.searching("abba")
			b.send(effect.SearchMade{Number: n, Folder: c.folder, Made: c.removed, Err: nil})
			b.press("esc")
			want := []effect.Effect{effect.StopListing{}, effect.RemoveSearch{Folder: c.folder}, effect.ListFolder{Number: b.catalog.requests, Folder: ""}}
			if !c.removed {
				want = []effect.Effect{effect.StopListing{}, effect.ListFolder{Number: b.catalog.requests, Folder: ""}}
			}
			b.wants(want...)
		})
		t.Run(c.name+" and not made yet", func(t *testing.T) {
			b := newBench(t, 80, 24).knowRoots(c.roots...)
			n := b.searching("abba")
			b.press("esc").wants(effect.StopListing{}, effect.ListFolder{Number: b.catalog.requests, Folder: ""})
			b.send(effect.SearchMade{Number: n, Folder: c.folder, Made: c.removed, Err: nil})
			if !c.removed {
				b.wants()
				return
			}
			b.wants(effect.RemoveSearch{Folder: c.folder})
			b.send(effect.SearchRemoved{Folder: c.folder, Err: nil})
			if b.catalog.hasRoot(c.folder) {
				t.Error("it is beside the list")
			}
		})
	}
}

// The order of the list outlasts a search that is called off.
func TestCallOffOrder(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots().list("b.mp3", "a.mp3").press("s")
	b.searching("abba")
	b.press("esc").list("b.mp3", "a.mp3")
	if first := b.pane().Row(0).Path; first != "a.mp3" {
		t.Errorf("the first row is %s", first)
	}
}

// A search that the user leaves without Esc is left alone: it shows in no other folder, and
// Esc has its meaning there.
func TestSearchLeft(t *testing.T) {
	for name, keys := range map[string][]string{"into a folder": {"enter"}, "for the next search": {"]"}, "and back": {"enter", "left"}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, 120, 24).knowRoots("queen", "zappa")
			n := b.searching("abba")
			b.send(effect.SearchMade{Number: n, Folder: "abba", Made: true, Err: nil})
			b.send(effect.Listed{Number: n, Batch: []client.Entry{{Name: "Live", Path: "abba/Live", Folder: true}}}).answer()
			b.press(keys...)
			folder := b.catalog.folder
			b.list(folder+"/a.mp3", folder+"/b.mp3").press("v")
			if strings.Contains(draw.Frame(b.picture()), "Esc calls it off") {
				t.Error("it shows a search")
			}
			if b.press("esc").wants(); len(b.catalog.Marks) != 0 || b.catalog.folder != folder {
				t.Errorf("Esc leaves %d marks, and shows %s", len(b.catalog.Marks), b.catalog.folder)
			}
		})
	}
}

// A search that is being made while the mount hangs goes on afterwards.
func TestSearchRevived(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("queen")
	n := b.searching("abba")
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Hung, Err: client.ErrHung}, {Kind: client.Alive}}}).wants(effect.ListRoots{Number: b.catalog.rootsAsked})
	b.send(effect.SearchMade{Number: n, Folder: "abba", Made: true, Err: nil}).wants(effect.ListFolder{Number: n, Folder: "abba"}, effect.ListRoots{Number: b.catalog.rootsAsked})
	b.send(effect.Happened{Events: []client.Event{{Kind: client.Hung, Err: client.ErrHung}, {Kind: client.Alive}}})
	b.wants(effect.ListRoots{Number: b.catalog.rootsAsked}, effect.ListFolder{Number: b.catalog.requests, Folder: "abba"})
	b.press("esc").wants(effect.StopListing{}, effect.RemoveSearch{Folder: "abba"}, effect.ListFolder{Number: b.catalog.requests, Folder: ""})
}

// A query that the mount refuses says why, and the next one works.
func TestSearchRefused(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots()
	b.list("queen/").press("enter").list("queen/a.mp3")
	n := b.searching("...")
	b.press("D").wants() // there is no folder yet
	b.press("r").wants()
	b.send(effect.SearchMade{Number: n, Folder: "", Made: false, Err: errTest}).wants(effect.ListFolder{Number: b.catalog.requests, Folder: "queen"})
	if b.message.text != "...: "+errTest.Error() || !b.message.wrong || b.catalog.title != "" {
		t.Errorf("says %q, shows %q", b.message.text, b.catalog.title)
	}
	b.press("left").wants(effect.ListFolder{Number: b.catalog.requests, Folder: ""})
	b.searching("abba")
}

// Esc ends the typing without a search, and an empty query is none.
func TestNoSearch(t *testing.T) {
	b := newBench(t, 80, 24)
	b.press("/").write("abba").press("esc").wants()
	b.press("/").press("enter").wants()
	b.press("/").write("  ").press("enter").wants()
	if b.field.editing != editNothing || b.catalog.search != nil {
		t.Error("it searches")
	}
}

func TestUnsearch(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("abba").list("abba/")
	b.press("U").wants()
	b.press("n").wants()
	b.news(track("abba/a.mp3", tracks.Downloading, 5), track("abba/b.mp3", tracks.Paused, 5), track("abba/c.mp3", tracks.Complete, 5)).answer()
	b.press("U")
	if want := "Remove abba? Its 2 downloads are canceled and the bytes dropped, unless another folder shows them."; b.ask.text != want {
		t.Errorf("asks %q", b.ask.text)
	}
	b.press("y").wants(effect.RemoveSearch{Folder: "abba"})
	b.send(effect.SearchRemoved{Folder: "abba", Err: nil}).wants(effect.ListRoots{Number: b.catalog.rootsAsked}, effect.ListFolder{Number: b.catalog.requests, Folder: ""})
	if b.message.text != "Removed abba." {
		t.Errorf("says %q", b.message.text)
	}
}

// Before Esc drops downloads of a search the app asks.
func TestCallOffDownloads(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("queen")
	n := b.searching("abba")
	b.send(effect.SearchMade{Number: n, Folder: "abba", Made: true, Err: nil})
	b.send(effect.Listed{Number: n, Batch: []client.Entry{entry("abba/SOS.mp3")}}).answer()
	b.news(track("abba/SOS.mp3", tracks.Downloading, 5)).answer()
	for _, key := range []string{"esc", "left"} {
		if b.press(key).wants(); b.ask == nil {
			t.Fatalf("%s does not ask", key)
		}
		b.press("n").wants()
	}
	b.press("esc").wants()
	b.press("y").wants(effect.StopListing{}, effect.RemoveSearch{Folder: "abba"}, effect.ListFolder{Number: b.catalog.requests, Folder: ""})

	n = b.searching("zappa")
	b.send(effect.SearchMade{Number: n, Folder: "zappa", Made: true, Err: nil})
	b.send(effect.Listed{Number: n, Batch: []client.Entry{entry("zappa/Peaches.mp3")}}).answer()
	b.news(track("zappa/Peaches.mp3", tracks.Downloading, 5)).answer()
	b.press("esc").send(effect.ListingEnded{Number: n}) // while the app asks
	b.press("y").wants(effect.RemoveSearch{Folder: "zappa"}, effect.ListFolder{Number: b.catalog.requests, Folder: ""})
}

// A folder that is slow says for how long, and which key goes back.
func TestSlowListing(t *testing.T) {
	b := newBench(t, 80, 24).list("abba/").press("enter")
	if len(b.effects) != 2 || b.effects[1] != (effect.Wake{After: tick}) {
		t.Errorf("asks for %+v", b.effects)
	}
	b.time = b.time.Add(12 * time.Second)
	if frame := b.send(effect.Woken{}).checked(); !strings.Contains(frame, "Listing … 12 s. ← goes back.") {
		t.Errorf("it shows\n%s", frame)
	}
}

// The end of a search that was called off changes no screen.
func TestRemovedElsewhere(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("queen")
	b.send(effect.SearchMade{Number: b.searching("abba"), Folder: "abba", Made: true, Err: nil})
	b.press("esc").list("queen/").press("tab")
	b.send(effect.SearchRemoved{Folder: "abba", Err: nil}).wants(effect.ListRoots{Number: b.catalog.rootsAsked}, effect.ListFolder{Number: b.catalog.requests, Folder: ""})
	if b.screen != downloadsScreen {
		t.Error("it shows the catalog")
	}
	b.press("tab", "]").list("queen/a.mp3")
	b.send(effect.SearchRemoved{Folder: "abba", Err: nil}).wants(effect.ListRoots{Number: b.catalog.rootsAsked})
}

func TestFilter(t *testing.T) {
	b := newBench(t, 80, 24).list("Abba - SOS.mp3", "Queen - One.mp3", "Abba - Fernando.mp3")
	b.press("end").press("f").write("ABBA ")
	if b.pane().Count() != 2 || b.catalog.Path() != "Abba - Fernando.mp3" {
		t.Errorf("%d rows, the cursor on %s", b.pane().Count(), b.catalog.Path())
	}
	b.press("enter").write("d") // a command again
	b.wants(effect.Control{Paths: []string{"Abba - Fernando.mp3"}, Verb: tracks.Start})
	b.press("esc")
	if b.pane().Count() != 3 {
		t.Errorf("%d rows after the filter", b.pane().Count())
	}
}

func TestBrowse(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("abba", "queen").list("abba/", "queen/")
	b.press("down", "enter").wants(effect.ListFolder{Number: b.catalog.requests, Folder: "queen"})
	b.press("left").wants(effect.ListFolder{Number: b.catalog.requests, Folder: ""})
	b.list("abba/", "queen/")
	if b.catalog.Path() != "queen" {
		t.Errorf("the cursor is on %s", b.catalog.Path())
	}
	b.press("]").wants(effect.ListFolder{Number: b.catalog.requests, Folder: "abba"})
	b.press("]").wants(effect.ListFolder{Number: b.catalog.requests, Folder: "queen"})
	b.press("]").wants()
	b.press("[").wants(effect.ListFolder{Number: b.catalog.requests, Folder: "abba"})
}

func TestRefresh(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3")
	b.press("r").wants(effect.Control{Paths: []string{""}, Verb: tracks.Refresh})
	b.send(effect.ControlDone{Paths: []string{""}, Verb: tracks.Refresh}).wants(effect.ListFolder{Number: b.catalog.requests - 1, Folder: ""}, effect.ListRoots{Number: b.catalog.requests})
	b.send(effect.Listed{Number: b.catalog.number, Batch: []client.Entry{entry("a.mp3")}}).wants(effect.ReadFacts{Paths: []string{"a.mp3"}, All: "", Changes: 0})
}
