package fs

import (
	"context"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// twice is a service that shows one track in a folder of its own, below another one, and
// by any search.
type twice struct{ url string }

func (s twice) track() []catalog.Track {
	return []catalog.Track{{ID: "song", Title: "song", Ext: ".mp3", URL: s.url, Size: 2_000_000}}
}

func (s twice) Search(context.Context, string) (catalog.Listing, error) {
	return catalog.Listing{Tracks: s.track()}, nil
}

func (s twice) List(_ context.Context, at string) (catalog.Listing, error) {
	switch at {
	case "":
		return catalog.Listing{Folders: []catalog.Folder{{ID: "1", Title: "Artist"}}}, nil
	case "1":
		return catalog.Listing{Folders: []catalog.Folder{{ID: "2", Title: "Album"}}}, nil
	}
	return catalog.Listing{Tracks: s.track()}, nil
}

func (s twice) Locate(context.Context, string) (catalog.Location, error) {
	return catalog.Location{URL: s.url}, nil
}

// A folder shows what it showed in an earlier mount, also before anybody looks at it in
// this one: what is removed elsewhere stays there, and its download with it.
func TestRemoveBeforeLook(t *testing.T) {
	need(t, "setfattr")
	for name, tt := range map[string]struct {
		before string // what is done besides, in the mount before
		remove string
		want   fetch.State
	}{
		"a search, the folder was seen":         {remove: `ls "$M/one"; rmdir "$M/one"`, want: fetch.Paused},
		"a track of it":                         {remove: `ls "$M/one"; rm "$M/one/song.mp3"`, want: fetch.Paused},
		"a search, and the folder was removed":  {before: `rmdir "$M/Artist"`, remove: `rmdir "$M/one"`, want: fetch.Idle},
		"a search, and its track was removed":   {before: `rm "$M/Artist/Album/song.mp3"`, remove: `rmdir "$M/one"`, want: fetch.Idle},
		"a search, another one was seen":        {before: `mkdir "$M/two"; ls "$M/two"; rmdir "$M/Artist"`, remove: `rmdir "$M/one"`, want: fetch.Paused},
		"a search, another one was removed":     {before: `mkdir "$M/two"; ls "$M/two"; rmdir "$M/Artist" "$M/two"`, remove: `rmdir "$M/one"`, want: fetch.Idle},
		"the folder, the search was seen":       {remove: `ls "$M/Artist/Album"; rmdir "$M/Artist"`, want: fetch.Paused},
		"the folder, and the search is removed": {before: `rmdir "$M/one"`, remove: `ls "$M/Artist/Album"; rmdir "$M/Artist"`, want: fetch.Idle},
		"a folder that was not looked at":       {before: `rmdir "$M/one"`, remove: `rmdir "$M/Artist"`, want: fetch.Idle},
		"a folder that is shown elsewhere":      {remove: `rmdir "$M/Artist"`, want: fetch.Paused},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 2_000_000)
			w.folders = twice{w.origin.URL("SOS.m4a")}
			gate := make(chan struct{})
			defer close(gate)
			w.origin.Fault(fetchtest.Always, holdFrom(gate))
			w.mount()
			w.sh(`mkdir "$M/one"; ls "$M/one" "$M/Artist/Album"
				for verb in start pause; do setfattr -n user.tunesfs.control -v $verb "$M/one/song.mp3"; done; ` + tt.before)
			w.awaitKey("song", fetch.Paused)
			w.unmount()
			w.mount()
			w.sh(tt.remove + `; getfattr -n user.tunesfs.settled "$M"`)
			w.awaitKey("song", tt.want)
		})
	}
}
