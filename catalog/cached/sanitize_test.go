package cached

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestSanitize(t *testing.T) {
	const sha = "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"
	l := sanitized(catalog.Listing{Tracks: []catalog.Track{{
		ID: "1", Title: "a\nb", Artist: "\x1b", Album: " c ", Genre: "\xff", License: "d\r\n", Name: "../x",
		Size: 0, Number: -1, Duration: -1, Digest: "md5:x", Ext: ".sh", Type: "text/html",
		URL: "file:///etc/passwd", Artwork: "javascript:1", Store: "x",
	}, {ID: "2", Size: 5, Digest: sha, Ext: ".MP3", URL: "http://a/b.mp3"}}})
	want := []catalog.Track{
		{ID: "1", Title: "a b", Album: "c", Genre: "\uFFFD", License: "d", Size: -1},
		{ID: "2", Size: 5, Digest: sha, Ext: ".mp3", Type: "audio/mpeg", URL: "http://a/b.mp3"},
	}
	for i := range want {
		if l.Tracks[i] != want[i] {
			t.Errorf("got  %+v\nwant %+v", l.Tracks[i], want[i])
		}
	}
}

// A page is added to rows that nobody sanitizes again: pages do not cost the square of
// their number. The rows count for the bounds of all and keep their identifiers.
func TestSanitizePages(t *testing.T) {
	row := func(id, title string) catalog.Track { return catalog.Track{ID: id, Title: title, Size: -1} }
	had := catalog.Listing{
		Folders: []catalog.Folder{{ID: "1", Title: "as\nit is", Name: "x"}},
		Tracks:  []catalog.Track{row("1", "as\nit is"), row("2", "")},
		Next:    "a",
	}
	had.Tracks[0].Name, had.Tracks[0].Listed = "y", 7
	s := newSanitizer(had)
	if err := s.add(t.Context(), catalog.Listing{
		Folders: []catalog.Folder{{ID: "1"}, {ID: "2", Title: "a\nb"}, {ID: "2"}},
		Tracks:  []catalog.Track{row("2", "other"), row("", ""), row("3", "a\nb"), row("3", "")},
		Next:    "b",
	}); err != nil {
		t.Fatal(err)
	}
	want := catalog.Listing{
		Folders: []catalog.Folder{{ID: "1", Title: "as\nit is"}, {ID: "2", Title: "a b"}},
		Tracks:  []catalog.Track{row("1", "as\nit is"), row("2", ""), row("3", "a b")},
		Next:    "b",
	}
	want.Tracks[0].Listed = 7
	if !reflect.DeepEqual(s.listing, want) {
		t.Errorf("got  %+v\nwant %+v", s.listing, want)
	}
	if had.Folders[0].Name != "x" || had.Tracks[0].Name != "y" {
		t.Error("the listing that was there has changed")
	}
}

// Pages that are within the bounds each are not beyond them together. The names that
// the rows of earlier pages have do not count.
func TestPagesAreBoundedTogether(t *testing.T) {
	const text = 4096
	for name, tt := range map[string]struct {
		had, page int
		text      int // of each row
		want      error
	}{
		"all rows":      {catalog.MaxRows - 1, 1, 0, nil},
		"too many rows": {catalog.MaxRows, 1, 0, catalog.ErrTooManyRows},
		"all text":      {catalog.MaxListingText/text - 1, 1, text, nil},
		"too much text": {catalog.MaxListingText / text, 1, text, catalog.ErrTooMuchText},
	} {
		rows := make([]catalog.Track, tt.had+tt.page)
		for i := range rows {
			rows[i].ID = fmt.Sprintf("%08d", i)
			rows[i].ID += strings.Repeat("x", max(tt.text-len(rows[i].ID), 0))
		}
		had, page := rows[:tt.had], rows[tt.had:]
		for i := range had {
			had[i].Name = "a name"
		}
		s := newSanitizer(catalog.Listing{Tracks: had})
		if err := s.add(t.Context(), catalog.Listing{Tracks: page}); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

// TestEveryStringOfAListingIsBounded asks each string of a listing that is kept for its
// length, where the service sent 1 MB of it. What is known by as much is left out.
func TestEveryStringOfAListingIsBounded(t *testing.T) {
	const long = 1 << 20
	fill := func(v reflect.Value, but string) {
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.String && v.Type().Field(i).Name != but {
				f.SetString("http://a/" + strings.Repeat("x", long))
			}
		}
	}
	var f catalog.Folder
	var track catalog.Track
	fill(reflect.ValueOf(&f).Elem(), "ID")
	fill(reflect.ValueOf(&track).Elem(), "ID")
	f.ID, track.ID = "1", strings.Repeat("x", catalog.MaxID)
	l := catalog.Listing{Folders: []catalog.Folder{f}, Tracks: []catalog.Track{track}}
	f.ID, track.ID = strings.Repeat("x", long), strings.Repeat("x", catalog.MaxID+1)
	l.Folders, l.Tracks = append(l.Folders, f), append(l.Tracks, track)

	l.Next = strings.Repeat("x", long)
	if _, err := sanitize(t.Context(), l); !errors.Is(err, catalog.ErrBadResponse) {
		t.Errorf("a page of a name of %d bytes: %v", long, err)
	}
	l.Next = ""

	kept, err := sanitize(t.Context(), l)
	if err == nil {
		_, err = assignNames(t.Context(), kept, false, catalog.Listing{}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(kept.Folders) != 1 || len(kept.Tracks) != 1 {
		t.Fatalf("%d folders and %d tracks", len(kept.Folders), len(kept.Tracks))
	}
	for _, v := range []any{kept, kept.Folders[0], kept.Tracks[0]} {
		v := reflect.ValueOf(v)
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.String && f.Len() > catalog.MaxID {
				t.Errorf("%s.%s of %d bytes is kept", v.Type(), v.Type().Field(i).Name, f.Len())
			}
		}
	}
	for _, text := range []string{kept.Tracks[0].Title, kept.Tracks[0].File, kept.Folders[0].Title} {
		if len(text) > 1<<10 {
			t.Errorf("a text of %d bytes", len(text))
		}
	}
}
