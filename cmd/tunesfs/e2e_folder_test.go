//go:build linux

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// libraryOf serves a folder with three albums: an index of names, and audio that
// stops in the middle.
func libraryOf(t *testing.T) (base, dir string) {
	dir = t.TempDir()
	for _, album := range []string{"tones one", "tones two", "other"} {
		if err := os.Mkdir(filepath.Join(dir, album), 0o755); err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, album, "song.mp3"), nil)
	}
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if filepath.Ext(r.URL.Path) != ".mp3" {
			http.FileServer(http.Dir(dir)).ServeHTTP(w, r)
			return
		}
		w.Header().Set("Etag", `"1"`)
		w.Header().Set("Content-Length", "3000000")
		_, _ = io.WriteString(w, "the beginning of "+r.URL.Path)
		w.(http.Flusher).Flush()
		select {
		case <-over:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	return "index+" + server.URL + "/", dir
}

// A search may find folders that the catalog shows elsewhere, too: what is
// removed there stays here, downloads and all, and is found where it is.
func TestFoldersInASearch(t *testing.T) {
	t.Parallel()
	needTools(t, "setfattr", "getfattr")
	s := newSession(t)
	source, dir := libraryOf(t)
	s.mount(source)
	const functions = `
		paths() { sed 's/.*"path":"//; s/".*//' "$M/.tunesfs/downloads"; }
		settled() { getfattr --absolute-names -n user.tunesfs.settled "$1" >/dev/null; }
		start() { setfattr -n user.tunesfs.control -v start "$1"; settled "$1"; }
	`
	for _, step := range []struct{ what, script, want string }{
		{"a download is shown in the search", `ls "$D"; ls "$D/tones one"; start "$D/tones one"; paths`,
			"tones one\ntones two\nsong.mp3\ntones/tones one/song.mp3"},
		{"rm -r of a folder hides it there", `rm -r "$D/tones two"; ls "$D"; ls "$M"; ls "$M/tones two"`,
			"tones one\nother\ntones\ntones one\ntones two\nsong.mp3"},
		{"it is no more", `cd "$M"; ! cat "tones/tones two/song.mp3" 2>&1; ! rmdir "tones/tones two" 2>&1`,
			"cat: 'tones/tones two/song.mp3': No such file or directory\nrmdir: failed to remove 'tones/tones two': No such file or directory"},
		{"rm -r of the search", `start "$D/tones one"; rm -r "$D"; ls "$M"; ls "$M/tones one"`,
			"other\ntones one\ntones two\nsong.mp3"},
		{"which cancels nothing that is shown elsewhere", `start "$M/tones one"; mkdir "$D"; ls "$D"; rmdir "$D"; paths`,
			"tones one\ntones two\ntones one/song.mp3"},
		{"rmdir of the last that shows it cancels it", `cd "$M/tones one"; rmdir "$M/tones one"; settled .; ls "$M"; paths`, "other\ntones two"},
	} {
		if got := s.sh(functions + step.script); got != step.want {
			t.Errorf("%s: %s\nprints\n%s\nwant\n%s", step.what, step.script, got, step.want)
		}
	}
	save(t, filepath.Join(dir, "new.mp3"), nil)
	s.expect(`setfattr -n user.tunesfs.control -v refresh "$M"; until test -e "$M/new.mp3"; do sleep 0.01; done; ls "$M"`,
		"new.mp3\nother\ntones one\ntones two")
}
