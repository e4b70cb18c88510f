package cached

import (
	"context"
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// bound binds one listing after another, as refreshes do, and returns the names
// of the last.
func bound(numbered bool, listings ...[]catalog.Track) []string {
	var l catalog.Listing
	var gone []binding
	for _, tracks := range listings {
		next := sanitized(catalog.Listing{Tracks: tracks})
		gone = assigned(next, numbered, l, gone)
		l = next
	}
	return pairs(l)
}

// sanitize returns what a Source keeps of a listing without pages.
func sanitize(ctx context.Context, l catalog.Listing) (catalog.Listing, error) {
	s := newSanitizer(catalog.Listing{})
	err := s.add(ctx, l)
	return s.listing, err
}

// sanitized and assigned call what they are named after for as long as it takes.
func sanitized(l catalog.Listing) catalog.Listing {
	l, err := sanitize(context.Background(), l)
	if err != nil {
		panic(err)
	}
	return l
}

func assigned(l catalog.Listing, numbered bool, old catalog.Listing, gone []binding) []binding {
	gone, err := assignNames(context.Background(), l, numbered, old, gone)
	if err != nil {
		panic(err)
	}
	return gone
}

func TestAssignNames(t *testing.T) {
	retitled := songs("1", "2")
	retitled[1].Title = "C"
	other := songs("1", "2")
	other[1].Ext = ".flac"
	reserved := []catalog.Track{
		{ID: "1", Title: "playlist.m3u8"}, {ID: "2", Title: "x.mp3.pause"},
		{ID: "3", Title: "x", Ext: ".mp3"}, {ID: "4", Title: "x.mp3.pause"},
	}
	claimed := append(songs("1", "2"), catalog.Track{ID: "3", Artist: "A", Title: "B (2)", Ext: ".mp3"})
	album := []catalog.Track{{ID: "1", Title: "B", Artist: "A", Number: 7}, {ID: "2", Title: "C", Artist: "A"}}
	for name, tt := range map[string]struct {
		got  []string
		want []string
	}{
		"duplicates":       {bound(false, songs("1", "2", "3")), []string{"1=A - B.mp3", "2=A - B (2).mp3", "3=A - B (3).mp3"}},
		"other order":      {bound(false, songs("1", "2"), songs("2", "1")), []string{"2=A - B (2).mp3", "1=A - B.mp3"}},
		"one comes":        {bound(false, songs("1", "2"), songs("3", "1")), []string{"3=A - B (3).mp3", "1=A - B.mp3"}},
		"one goes":         {bound(false, songs("1", "2"), songs("2")), []string{"2=A - B (2).mp3"}},
		"one goes for new": {bound(false, songs("1"), songs("2")), []string{"2=A - B (2).mp3"}},
		"one comes back":   {bound(false, songs("1", "2"), nil, songs("3"), songs("2", "1")), []string{"2=A - B (2).mp3", "1=A - B.mp3"}},
		"another title":    {bound(false, songs("1", "2"), retitled), []string{"1=A - B.mp3", "2=A - B (2).mp3"}},
		"another kind":     {bound(false, songs("1", "2"), other), []string{"1=A - B.mp3", "2=A - B.flac"}},
		"reserved":         {bound(false, reserved), []string{"1=playlist.m3u8 (2)", "2=x.mp3.pause (2)", "3=x.mp3", "4=x.mp3.pause (3)"}},
		"claimed":          {bound(false, claimed), []string{"1=A - B.mp3", "2=A - B (2).mp3", "3=A - B (2) (2).mp3"}},
		"album":            {bound(true, album), []string{"1=07 - B", "2=A - C"}},
		"album as search":  {bound(false, album), []string{"1=A - B", "2=A - C"}},
		"equal ids":        {bound(false, songs("1", "1", "", "2")), []string{"1=A - B.mp3", "2=A - B (2).mp3"}},
	} {
		wantEqual(t, name, tt.got, tt.want...)
	}
}

func TestAssignFolderNames(t *testing.T) {
	l := sanitized(catalog.Listing{
		Folders: []catalog.Folder{{ID: "a", Title: "X"}, {ID: "b", Title: "X"}, {ID: "a", Title: "Y"}, {ID: "1", Title: "../.."}},
		Tracks:  []catalog.Track{{ID: "1", Title: "X"}},
	})
	assigned(l, true, catalog.Listing{}, nil)
	var got []string
	for _, f := range l.Folders {
		got = append(got, f.Name)
	}
	wantEqual(t, "folders", append(got, l.Tracks[0].Name), "X", "X (2)", "∕..", "X (3)")
}

// Files that ask for a name that is kept for others get one, in time.
func TestAssignReservedNames(t *testing.T) {
	l := sanitized(catalog.Listing{Tracks: []catalog.Track{
		{ID: "1", File: "a.mp3.pause"}, {ID: "2", File: "x.progress"}, {ID: "3", File: ".cancel"}, {ID: "4", File: catalog.Playlist},
	}})
	assigned(l, false, catalog.Listing{}, nil)
	var got []string
	for _, track := range l.Tracks {
		got = append(got, track.Name)
	}
	wantEqual(t, "files", got, "a.mp3.pause (2)", "x.progress (2)", "cancel", "playlist (2).m3u8")
}

// A service that has other tracks every time does not fill memory and disk.
func TestGoneIsBounded(t *testing.T) {
	var l catalog.Listing
	var gone []binding
	for round := range 5 {
		next := catalog.Listing{Tracks: make([]catalog.Track, maxGone/2)}
		for i := range next.Tracks {
			next.Tracks[i].ID = fmt.Sprint(round, i)
		}
		gone = assigned(next, false, l, gone)
		l = next
	}
	if len(gone) != maxGone || gone[maxGone-1].ID != fmt.Sprint(3, maxGone/2-1) {
		t.Errorf("%d bindings kept, the last of %s", len(gone), gone[len(gone)-1].ID)
	}
}
