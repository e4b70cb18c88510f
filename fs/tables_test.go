package fs

import (
	"context"
	"math"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

func TestSplitSidecar(t *testing.T) {
	for name, want := range map[string][2]string{
		"a.m4a.progress":    {"a.m4a", ".progress"},
		"a.m4a.pause":       {"a.m4a", ".pause"},
		"a.m4a.resume":      {"a.m4a", ".resume"},
		"a.m4a.cancel":      {"a.m4a", ".cancel"},
		"a.pause.cancel":    {"a.pause", ".cancel"},
		"a.m4a":             {"", ""},
		"a.m4a.pause.other": {"", ""},
	} {
		track, car, ok := splitSidecar(name)
		if track != want[0] || string(car) != want[1] || ok != (want[0] != "") {
			t.Errorf("%s: %q, %q, %v", name, track, car, ok)
		}
	}
	for _, ending := range catalog.Sidecars {
		if _, car, ok := splitSidecar("a" + ending); !ok || string(car) != ending {
			t.Errorf("the catalog keeps names ending in %s free for nothing", ending)
		}
	}
}

// A button is listed where it does something: where pressing it leads to
// another state than there is.
func TestListedSidecars(t *testing.T) {
	for state, want := range map[fetch.State][]sidecar{
		fetch.Idle:        nil,
		fetch.Queued:      {".progress", ".pause", ".cancel"},
		fetch.Downloading: {".progress", ".pause", ".cancel"},
		fetch.Paused:      {".progress", ".resume", ".cancel"},
		fetch.Failed:      {".progress", ".resume", ".cancel"},
		fetch.Complete:    nil,
	} {
		got := listedSidecars(state)
		if !slices.Equal(got, want) {
			t.Errorf("%v: %q, want %q", state, got, want)
		}
		for _, car := range got {
			if car != progressCar && car.done(state) {
				t.Errorf("%v: %s does nothing", state, car)
			}
		}
	}
}

func TestPlaylist(t *testing.T) {
	got := string(playlistText([]*catalog.Track{
		{Title: "Cover", File: "cover.jpg", Name: "cover.jpg"},
		{Title: "Waterloo", Artist: "ABBA", Duration: 29980 * time.Millisecond, Name: "ABBA - Waterloo.m4a"},
		{Title: "two\nlines\r#EXTM3U", Name: "#1.mp3"},
		{Artist: "nobody", Duration: 400 * time.Millisecond, Name: " x.mp3"},
	}))
	want := "#EXTM3U\n#EXTINF:30,ABBA - Waterloo\nABBA - Waterloo.m4a\n" +
		"#EXTINF:-1,two lines #EXTM3U\n./#1.mp3\n#EXTINF:0,nobody\n./ x.mp3\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestInodeNumbers(t *testing.T) {
	a, b := &FS{cfg: Config{Catalog: "a"}}, &FS{cfg: Config{Catalog: "b"}}
	// The number is a promise to backup programs: it may never change.
	if got := a.ino(trackKind, "42"); got != 0xc6007bb3778c1b42 {
		t.Errorf("%#x", got)
	}
	numbers := []uint64{a.ino(trackKind, "42"), b.ino(trackKind, "42"), a.ino(folderKind, "42"), a.ino(trackKind, "43")}
	slices.Sort(numbers)
	if len(slices.Compact(numbers)) != 4 {
		t.Errorf("equal numbers: %x", numbers)
	}
	for _, n := range []uint64{0, 1, math.MaxUint64} {
		if got := unreserved(n); got == n || got <= 1 || got == math.MaxUint64 {
			t.Errorf("%#x gives %#x", n, got)
		}
	}
}

func TestPermit(t *testing.T) {
	f := &FS{cfg: Config{UID: 1000}}
	for _, c := range []struct {
		uid, mask uint32
		dir       bool
		want      syscall.Errno
	}{
		{1000, 6, false, 0},
		{1000, 7, true, 0},
		{1000, mayExecute, false, syscall.EACCES},
		{0, mayWrite, false, 0},
		{0, mayExecute, false, syscall.EACCES},
		{1001, 4, false, 0},
		{1001, 5, true, 0},
		{1001, mayWrite, false, syscall.EACCES},
		{1001, mayWrite, true, syscall.EACCES},
	} {
		ctx := fuse.NewContext(t.Context(), &fuse.Caller{Owner: fuse.Owner{Uid: c.uid}})
		if got := f.permit(ctx, c.mask, c.dir); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
	if errno := f.permit(context.Background(), mayWrite, true); errno != syscall.EACCES {
		t.Errorf("nobody may write: %v", errno)
	}
}

// A folder lists its playlist only where that is asked for. Its times are the same at
// every mount, whatever the listing says.
func TestPlaylistListed(t *testing.T) {
	need(t, "stat")
	const listed = `ls "$A" | grep -c m3u8; test -e "$A/playlist.m3u8"; stat -c "%x %y %z" "$A/playlist.m3u8"`
	const constant = "\n1970-01-01 00:00:00.000000000 +0000 1970-01-01 00:00:00.000000000 +0000 1970-01-01 00:00:00.000000000 +0000"
	w := mounted(t, 1000)
	w.abba()
	w.expect(listed, "0"+constant)
	w.sh(`setfattr -n user.tunesfs.control -v refresh "$A"; getfattr --absolute-names -n user.tunesfs.settled "$A"`)
	w.expect(listed, "0"+constant)
	w.unmount()
	w.cfg.ShowPlaylist = true
	w.mount()
	w.expect(listed, "1"+constant)
}
