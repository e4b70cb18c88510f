package ui

import (
	"errors"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

var errTest = errors.New("it did not work")

func entry(path string) client.Entry { return client.Entry{Name: words.Base(path), Path: path} }

func (b *bench) knowRoots(names ...string) *bench {
	roots := []client.Entry{}
	for _, name := range names {
		roots = append(roots, client.Entry{Name: name, Path: name, Folder: true})
	}
	return b.send(rootsListed{b.rootsAsked, roots, nil})
}

// searching types a query, and returns its number.
func (b *bench) searching(query string) int {
	b.press("/").write(query).press("enter")
	b.wants(stopListing{}, makeSearch{b.Model.list.number, query})
	return b.Model.list.number
}

// Results show as they come, without those of an older search.
func TestSearch(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots()
	old := b.searching("abba")
	newer := b.searching("queen")
	b.send(searchMade{old, "abba", true, nil}).wants()
	b.send(listed{old, []client.Entry{entry("abba/SOS.mp3")}})
	if b.count() != 0 {
		t.Error("an older search fills the list")
	}
	b.send(searchMade{newer, "queen", true, nil}).wants(listFolder{newer, "queen"}, listRoots{b.requests})
	b.send(listed{newer, []client.Entry{entry("queen/One.mp3")}})
	if b.count() != 1 || !b.Model.list.loading {
		t.Errorf("%d rows", b.count())
	}
	b.send(listingEnded{old, errTest})
	if b.Model.list.err != nil {
		t.Error("an older search fails a newer one")
	}
	b.send(listingEnded{newer, nil})
	if b.Model.list.search != nil || b.Model.list.loading {
		t.Error("it does not end")
	}
	if len(b.roots) != 2 || b.roots[0].Path != "queen" {
		t.Errorf("beside it are %v", b.roots)
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
			b.send(searchMade{n, c.folder, c.removed, nil})
			b.press("esc")
			want := []effect{stopListing{}, removeSearch{c.folder}, listFolder{b.requests, ""}}
			if !c.removed {
				want = []effect{stopListing{}, listFolder{b.requests, ""}}
			}
			b.wants(want...)
		})
		t.Run(c.name+" and not made yet", func(t *testing.T) {
			b := newBench(t, 80, 24).knowRoots(c.roots...)
			n := b.searching("abba")
			b.press("esc").wants(stopListing{}, listFolder{b.requests, ""})
			b.send(searchMade{n, c.folder, c.removed, nil})
			if !c.removed {
				b.wants()
				return
			}
			b.wants(removeSearch{c.folder})
			b.send(searchRemoved{c.folder, nil})
			if b.hasRoot(c.folder) {
				t.Error("it is beside the list")
			}
		})
	}
}

// A search that the user leaves without Esc is left alone: it shows in no other folder, and
// Esc has its meaning there.
func TestSearchLeft(t *testing.T) {
	for name, keys := range map[string][]string{"into a folder": {"enter"}, "for the next search": {"]"}, "and back": {"enter", "left"}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, 120, 24).knowRoots("queen", "zappa")
			n := b.searching("abba")
			b.send(searchMade{n, "abba", true, nil})
			b.send(listed{n, []client.Entry{{Name: "Live", Path: "abba/Live", Folder: true}}}).answer()
			b.press(keys...)
			folder := b.Model.list.folder
			b.list(folder+"/a.mp3", folder+"/b.mp3").press("v")
			if strings.Contains(b.frame(), "Esc calls it off") {
				t.Error("it shows a search")
			}
			if b.press("esc").wants(); len(b.Model.list.marks) != 0 || b.Model.list.folder != folder {
				t.Errorf("Esc leaves %d marks, and shows %s", len(b.Model.list.marks), b.Model.list.folder)
			}
		})
	}
}

// A search that is being made while the mount hangs goes on afterwards.
func TestSearchRevived(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("queen")
	n := b.searching("abba")
	b.send(happened{[]client.Event{{Kind: client.Hung, Err: client.ErrHung}, {Kind: client.Alive}}}).wants(listRoots{b.rootsAsked})
	b.send(searchMade{n, "abba", true, nil}).wants(listFolder{n, "abba"}, listRoots{b.rootsAsked})
	b.send(happened{[]client.Event{{Kind: client.Hung, Err: client.ErrHung}, {Kind: client.Alive}}})
	b.wants(listRoots{b.rootsAsked}, listFolder{b.requests, "abba"})
	b.press("esc").wants(stopListing{}, removeSearch{"abba"}, listFolder{b.requests, ""})
}

// A query that the mount refuses says why, and the next one works.
func TestSearchRefused(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots()
	b.send(searchMade{b.searching("..."), "", false, errTest}).wants()
	if b.Model.list.err == nil || b.Model.list.loading {
		t.Error("it is not shown as refused")
	}
	b.searching("abba")
}

// Esc ends the typing without a search, and an empty query is none.
func TestNoSearch(t *testing.T) {
	b := newBench(t, 80, 24)
	b.press("/").write("abba").press("esc").wants()
	b.press("/").press("enter").wants()
	b.press("/").write("  ").press("enter").wants()
	if b.editing != editNothing || b.Model.list.search != nil {
		t.Error("it searches")
	}
}

func TestUnsearch(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("abba").list("abba/")
	b.press("U").wants()
	b.press("n").wants()
	b.press("U", "y").wants(removeSearch{"abba"})
	b.send(searchRemoved{"abba", nil}).wants(listRoots{b.rootsAsked}, listFolder{b.requests, ""})
}

// The end of a search that was called off changes no screen.
func TestRemovedElsewhere(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("queen")
	b.send(searchMade{b.searching("abba"), "abba", true, nil})
	b.press("esc").list("queen/").press("tab")
	b.send(searchRemoved{"abba", nil}).wants(listRoots{b.rootsAsked}, listFolder{b.requests, ""})
	if b.screen != transfers {
		t.Error("it shows the catalog")
	}
	b.press("tab", "]").list("queen/a.mp3")
	b.send(searchRemoved{"abba", nil}).wants(listRoots{b.rootsAsked})
}

func TestFilter(t *testing.T) {
	b := newBench(t, 80, 24).list("Abba - SOS.mp3", "Queen - One.mp3", "Abba - Fernando.mp3")
	b.press("end").press("f").write("ABBA ")
	if b.count() != 2 || b.Model.list.current() != "Abba - Fernando.mp3" {
		t.Errorf("%d rows, the cursor on %s", b.count(), b.Model.list.current())
	}
	b.press("enter").write("d") // a command again
	b.wants(control{[]string{"Abba - Fernando.mp3"}, start})
	b.press("esc")
	if b.count() != 3 {
		t.Errorf("%d rows after the filter", b.count())
	}
}

func TestBrowse(t *testing.T) {
	b := newBench(t, 80, 24).knowRoots("abba", "queen").list("abba/", "queen/")
	b.press("down", "enter").wants(listFolder{b.requests, "queen"})
	b.press("left").wants(listFolder{b.requests, ""})
	b.list("abba/", "queen/")
	if b.Model.list.current() != "queen" {
		t.Errorf("the cursor is on %s", b.Model.list.current())
	}
	b.press("]").wants(listFolder{b.requests, "abba"})
	b.press("]").wants(listFolder{b.requests, "queen"})
	b.press("]").wants()
	b.press("[").wants(listFolder{b.requests, "abba"})
}

func TestRefresh(t *testing.T) {
	b := newBench(t, 80, 24).list("a.mp3")
	b.press("r").wants(control{[]string{""}, refresh})
	b.send(controlDone{paths: []string{""}, verb: refresh}).wants(listFolder{b.requests - 1, ""}, listRoots{b.requests})
	b.send(listed{b.Model.list.number, []client.Entry{entry("a.mp3")}}).wants(readFacts{[]string{"a.mp3"}, "", 0})
}
