package world

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	archivesource "github.com/tunesfs/tunesfs/catalog/archive"
	"github.com/tunesfs/tunesfs/catalog/cached"
	indexsource "github.com/tunesfs/tunesfs/catalog/index"
	subsonicsource "github.com/tunesfs/tunesfs/catalog/subsonic"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// files are in more folders than a page has, some in folders of folders.
var files = []string{
	"root.mp3", "a/1.mp3", "a/2 two.flac", "a/b/3.ogg", "c/4.mp3", "c/d/e/5.m4a", "f/6.mp3", "g/7.mp3", "h/8.mp3", "h/9.mp3", "i/10.mp3",
}

// start starts a world of a service, and returns the Source that a mount makes of it.
func start(t *testing.T, service string) (*World, *cached.Source) {
	t.Helper()
	setup := plan.Setup{Service: service}
	for i, f := range files {
		setup.Files = append(setup.Files, plan.File{Path: f, Size: int64(1000 * (i + 1)), Validators: "strong"})
	}
	begun := time.Now()
	w, err := New(setup, func() time.Duration { return time.Since(begun) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	base := "http://" + w.Origin.Host() + "/"
	var src catalog.Source
	switch service {
	case "index":
		src, err = indexsource.New(indexsource.Options{Base: base + Base + "/"})
	case "archive":
		src, err = archivesource.New(archivesource.Options{Base: base})
	case "subsonic":
		src, err = subsonicsource.New(subsonicsource.Options{Base: base, User: "torture", Secret: Secret, Auth: "token", Limit: 10_000})
	}
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.Source("127.0.0.1"), w.Origin.Host()) {
		t.Errorf("the source is %q", w.Source("127.0.0.1"))
	}
	library := cached.New(src, cached.Options{})
	t.Cleanup(func() { library.Close() })
	return w, library
}

// A library walks what a mount shows, with all pages.
type library struct {
	*cached.Source
	tracks map[string]catalog.Track // by path
	pages  int
}

func (l *library) walk(ctx context.Context, path string, got catalog.Listing, err error, more func() (catalog.Listing, error)) error {
	for ; err == nil && got.Next != ""; l.pages++ {
		got, err = more()
	}
	if err != nil {
		return err
	}
	for _, t := range got.Tracks {
		l.tracks[path+t.Name] = t
	}
	for _, f := range got.Folders {
		below, err := l.RefreshFolder(ctx, f.ID)
		err = l.walk(ctx, path+f.Name+"/", below, err, func() (catalog.Listing, error) { return l.ListMore(ctx, f.ID) })
		if err != nil {
			return err
		}
	}
	return nil
}

// all returns the tracks of a mount by their paths, and how many pages followed.
func all(t *testing.T, src *cached.Source, flags []string) (map[string]catalog.Track, int) {
	t.Helper()
	l := library{Source: src, tracks: map[string]catalog.Track{}}
	ctx := t.Context()
	got, err := src.RefreshFolder(ctx, "")
	err = l.walk(ctx, "", got, err, func() (catalog.Listing, error) { return src.ListMore(ctx, "") })
	if err == nil && len(flags) > 0 {
		got, err = src.Refresh(ctx, flags[1])
		err = l.walk(ctx, flags[1]+"/", got, err, func() (catalog.Listing, error) { return src.SearchMore(ctx, flags[1]) })
	}
	if err != nil {
		t.Fatal(err)
	}
	return l.tracks, l.pages
}

// Every file of the ledger is where the world says that a mount has it, with its size,
// and its address leads to its bytes; after it was unlisted it is not there, and a new
// version is.
func TestServices(t *testing.T) {
	for service := range Services {
		t.Run(service, func(t *testing.T) {
			w, src := start(t, service)
			tracks, pages := all(t, src, w.Flags())
			if want := map[string]int{"archive": 2}[service]; pages != want { // 8 folders, 3 a page
				t.Errorf("%d pages followed, want %d", pages, want)
			}
			for _, p := range files {
				check(t, w, src, tracks, p)
			}
			w.Publish("a/2 two.flac", 77)
			w.SetListed("h/8.mp3", false)
			w.SetServed("h/8.mp3", false)
			gone := w.MountPath("h/8.mp3")
			tracks, _ = all(t, src, w.Flags())
			if _, listed := tracks[gone]; listed {
				t.Errorf("%s is still listed", gone)
			}
			check(t, w, src, tracks, "a/2 two.flac")
			check(t, w, src, tracks, "h/9.mp3")
		})
	}
}

func check(t *testing.T, w *World, src *cached.Source, tracks map[string]catalog.Track, p string) {
	t.Helper()
	at := w.MountPath(p)
	track, ok := tracks[at]
	want := w.Newest(p)
	if !ok || track.Size != want.Size {
		t.Errorf("%s: listed %t, %d bytes, want %d", at, ok, track.Size, want.Size)
		return
	}
	where, err := src.Locate(t.Context(), track.ID)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(where.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	content := make([]byte, want.Size)
	if n, _ := contentOf(want).ReadAt(content, 0); n != len(content) || err != nil || !slices.Equal(got, content) {
		t.Errorf("%s: %d bytes, want %d of %v; %v", where.URL, len(got), len(content), want.Version, err)
	}
	sum := sha1.Sum(got)
	if digest := "sha1:" + hex.EncodeToString(sum[:]); track.Digest != "" && track.Digest != digest {
		t.Errorf("%s: digest %s, want %s", at, track.Digest, digest)
	}
	if !slices.ContainsFunc(w.Origin.Requests(), func(r fetchtest.Request) bool { of, _ := w.PathOfRequest(r); return of == p }) {
		t.Errorf("%s: the request counts for another file", p)
	}
}

func contentOf(v Version) io.ReaderAt { return content(v) }

// A fault that strikes a folder strikes its listing, in every service.
func TestStrikeListings(t *testing.T) {
	for service := range Services {
		t.Run(service, func(t *testing.T) {
			w, src := start(t, service)
			if err := w.Strike(1, "503", "a", true, 0); err != nil {
				t.Fatal(err)
			}
			id := map[string]string{"index": "a/", "archive": identifier("a"), "subsonic": "album:" + idSign + "a"}[service]
			other := map[string]string{"index": "c/", "archive": identifier("c"), "subsonic": "album:" + idSign + "c"}[service]
			if _, err := src.RefreshFolder(t.Context(), id); err == nil {
				t.Error("the listing came")
			}
			if _, err := src.RefreshFolder(t.Context(), other); err != nil {
				t.Errorf("another listing: %v", err)
			}
			w.Heal(1)
			if _, err := src.RefreshFolder(t.Context(), id); err != nil {
				t.Errorf("after it healed: %v", err)
			}
		})
	}
}
