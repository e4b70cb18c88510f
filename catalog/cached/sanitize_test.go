package cached

import (
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestSanitize(t *testing.T) {
	const sha = "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"
	l := sanitize(catalog.Listing{Tracks: []catalog.Track{{
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
