package subsonic

import (
	"encoding/json"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A song's tags are its own, whatever name it gets in an album of several discs.
func TestTags(t *testing.T) {
	var a album
	if err := json.Unmarshal([]byte(`{"id": "1", "artist": "Various", "song": [
		{"id": "2", "title": "a", "track": 3, "discNumber": 1, "bitRate": 320, "displayAlbumArtist": "Someone"},
		{"id": "3", "title": "b", "track": 4, "discNumber": 2, "bitRate": -1}]}`), &a); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		opt  Options
		want []catalog.Tags
	}{
		{Options{}, []catalog.Tags{{AlbumArtist: "Someone", Track: 3, Disc: 1, BitRate: 320_000}, {AlbumArtist: "Various", Track: 4, Disc: 2}}},
		{Options{Bitrate: 128, Format: "mp3"}, []catalog.Tags{{AlbumArtist: "Someone", Track: 3, Disc: 1}, {AlbumArtist: "Various", Track: 4, Disc: 2}}},
	} {
		s := &Source{opt: test.opt}
		for i, row := range a.Song.rows {
			track := s.albumTrack(&a)(row)
			if track.Tags != test.want[i] || track.Number != 100*track.Tags.Disc+track.Tags.Track {
				t.Errorf("%+v: number %d, tags %+v, want %+v", test.opt, track.Number, track.Tags, test.want[i])
			}
		}
	}
}
