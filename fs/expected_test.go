package fs

import (
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// TestExpectedType says what a server should send in answer to a request for a track:
// audio, even if nothing says of which kind, or what the name of a file stands for.
func TestExpectedType(t *testing.T) {
	for _, c := range []struct {
		track catalog.Track
		want  string
	}{
		{catalog.Track{Type: "audio/flac"}, "audio/flac"},
		{catalog.Track{URL: "http://host/a.m4b"}, "audio/mp4"},
		{catalog.Track{Type: "text/html", URL: "http://host/a?b"}, "audio/*"},
		{catalog.Track{File: "a.lrc"}, "text/plain"},
		{catalog.Track{File: "a.cue"}, "application/x-cue"},
		{catalog.Track{File: "cover.JPG"}, "image/jpeg"},
		{catalog.Track{File: "notes.nfo"}, ""},
	} {
		if got := expectedType(&c.track); got != c.want {
			t.Errorf("%+v: %q, want %q", c.track, got, c.want)
		}
	}
}
