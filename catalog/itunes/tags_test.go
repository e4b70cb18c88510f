package itunes

import (
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A song's tags have its number on its disc, though an album of several discs is numbered
// through.
func TestTags(t *testing.T) {
	songs := inOrder([]row{
		{TrackID: 2, TrackNumber: 1, DiscNumber: 2, PreviewURL: "https://a.example/2.m4a", AlbumArtist: "Various"},
		{TrackID: 1, TrackNumber: 1, DiscNumber: 1, PreviewURL: "https://a.example/1.m4a"},
	})
	for i, want := range []catalog.Track{
		{Number: 1, Tags: catalog.Tags{Track: 1, Disc: 1}},
		{Number: 2, Tags: catalog.Tags{AlbumArtist: "Various", Track: 1, Disc: 2}},
	} {
		if got := songs[i].track(); got.Number != want.Number || got.Tags != want.Tags {
			t.Errorf("number %d, tags %+v, want %d, %+v", got.Number, got.Tags, want.Number, want.Tags)
		}
	}
	if alone := (row{TrackNumber: 7, DiscNumber: 1}).track(); alone.Tags != (catalog.Tags{Track: 7, Disc: 1}) {
		t.Errorf("of a search: %+v", alone.Tags)
	}
}
