package fs

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

var fullTrack = trackInfo{
	track: &catalog.Track{
		ID: "42", Title: "Waterloo", Artist: "ABBA", Duration: 29980 * time.Millisecond,
		Released: time.Date(1974, 3, 4, 12, 0, 0, 0, time.UTC), Type: "audio/mp4", Size: -1,
		Album: "Ring Ring", Genre: "Pop", Digest: "sha1:0123", Tags: catalog.Tags{AlbumArtist: "Various", Track: 3, Disc: 2, BitRate: 128_000},
		URL: "https://user:secret@a.example/w.m4a", Artwork: "https://a.example/w.jpg",
		Store: "https://a.example/w", License: "courtesy",
	},
	status:  fetch.Status{Key: "42", State: fetch.Paused, Size: 1_200_000, Held: 504_000, Err: errors.New("no\nway"), Type: "text/plain"},
	waiting: "mpd (7)",
}

var emptyTrack = trackInfo{track: &catalog.Track{ID: "1", Size: -1}, status: fetch.Status{Key: "1", Size: -1}}

func TestTrackXattrs(t *testing.T) {
	for _, c := range []struct{ name, full, empty string }{
		{"user.tunesfs.control", verbs, verbs},
		{"user.tunesfs.state", "paused", "idle"},
		{"user.tunesfs.progress", "42.0% of 1.2 MB", "Zero KB of unknown size"},
		{"user.tunesfs.size", "1200000", ""},
		{"user.tunesfs.downloaded", "504000", "0"},
		{"user.tunesfs.error", "no way", ""},
		{"user.tunesfs.waiting", "mpd (7)", ""},
		{"user.tunesfs.id", "42", "1"},
		{"user.tunesfs.duration", "29.98", ""},
		{"user.tunesfs.album", "Ring Ring", ""},
		{"user.tunesfs.albumartist", "Various", ""},
		{"user.tunesfs.track", "3", ""},
		{"user.tunesfs.disc", "2", ""},
		{"user.tunesfs.genre", "Pop", ""},
		{"user.tunesfs.year", "1974", ""},
		{"user.tunesfs.bitrate", "128000", ""},
		{"user.tunesfs.digest", "sha1:0123", ""},
		{"user.tunesfs.artwork", "https://a.example/w.jpg", ""},
		{"user.tunesfs.store", "https://a.example/w", ""},
		{"user.tunesfs.license", "courtesy", ""},
		{"user.mime_type", "audio/mp4", ""},
		{"user.xdg.origin.url", "https://a.example/w.m4a", ""},
		{"user.xdg.referrer.url", "https://a.example/w", ""},
		{"user.dublincore.title", "Waterloo", ""},
		{"user.dublincore.creator", "ABBA", ""},
		{"user.dublincore.date", "1974-03-04", ""},
		{"user.dublincore.rights", "courtesy", ""},
	} {
		for value, of := range map[string]trackInfo{c.full: fullTrack, c.empty: emptyTrack} {
			dest := make([]byte, 100)
			n, errno := trackXattrs.get(of, c.name, dest)
			if got := string(dest[:n]); got != value || (errno == 0) != (value != "") {
				t.Errorf("%s: got %q, %v; want %q", c.name, got, errno, value)
			}
		}
		if errno := trackXattrs.refuse(c.name); errno != syscall.EPERM {
			t.Errorf("%s can be written: %v", c.name, errno)
		}
	}
	if len(trackXattrs) != 27 {
		t.Errorf("%d attributes, 27 tested", len(trackXattrs))
	}
}

func TestUnknownXattrs(t *testing.T) {
	for _, c := range []struct {
		name                string
		read, write, remove syscall.Errno
	}{
		{"user.tunesfs.what", gofs.ENOATTR, syscall.EINVAL, gofs.ENOATTR},
		{"user.what", syscall.EOPNOTSUPP, syscall.EOPNOTSUPP, syscall.EOPNOTSUPP},
		{"security.selinux", syscall.EOPNOTSUPP, syscall.EOPNOTSUPP, syscall.EOPNOTSUPP},
		{"user.tunesfs.state", 0, syscall.EPERM, syscall.EPERM},
	} {
		_, read := trackXattrs.get(fullTrack, c.name, make([]byte, 100))
		if write, remove := trackXattrs.refuse(c.name), trackXattrs.refuseRemoval(c.name); read != c.read || write != c.write || remove != c.remove {
			t.Errorf("%s: %v, %v, %v; want %v", c.name, read, write, remove, c)
		}
	}
}

func TestListXattrs(t *testing.T) {
	n, errno := trackXattrs.list(emptyTrack, nil)
	if errno != syscall.ERANGE {
		t.Errorf("asking for the length: %v", errno)
	}
	dest := make([]byte, n)
	if _, errno := trackXattrs.list(emptyTrack, dest); errno != 0 {
		t.Error(errno)
	}
	want := "user.tunesfs.state user.tunesfs.progress user.tunesfs.downloaded user.tunesfs.id "
	if got := strings.ReplaceAll(string(dest), "\x00", " "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What a track is said to be follows the listing, also where the kernel knows it.
func TestXattrsFollowTheListing(t *testing.T) {
	need(t, "setfattr", "getfattr")
	w := mounted(t, 1000)
	w.abba()
	const store = `getfattr --absolute-names --only-values -n user.tunesfs.store "$A/ABBA - SOS.m4a"`
	w.expect(store, "https://music.example/3")
	sos := w.song(3, "SOS")
	sos.Store = "https://music.example/new"
	w.service.respond("abba", sos)
	w.expect(`setfattr -n user.tunesfs.control -v refresh "$A"
		until test "$(`+store+`)" != https://music.example/3; do sleep 0.01; done; `+store, sos.Store)
}
