package demo

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/catalogtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// start runs a catalog until the test ends.
func start(t *testing.T, perSecond int64) *Catalog {
	t.Helper()
	c, err := New(Options{Rate: perSecond, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestConformance(t *testing.T) {
	tunes, err := loadLibrary(-1)
	if err != nil {
		t.Fatal(err)
	}
	catalogtest.Run(t, func(t *testing.T) catalogtest.Service {
		var server *catalogtest.Switch
		c, err := open(Options{Logger: quiet}, func(base string) http.Handler {
			server = catalogtest.NewSwitch(newHandler(tunes, base))
			return server
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return catalogtest.Service{
			Source: c.Source(), Query: "demo", Nothing: "nothing of the kind", Stall: server.Stall, Serve: server.Serve,
		}
	})
}

// TestSource: what the itunes client makes of a row.
func TestSource(t *testing.T) {
	c := start(t, 0)
	l, err := c.Source().Search(t.Context(), "fur elise")
	if err != nil || len(l.Tracks) != 1 {
		t.Fatalf("%d tracks, %v", len(l.Tracks), err)
	}
	got := l.Tracks[0]
	want := catalog.Track{
		ID: got.ID, Title: "Für Elise", Artist: "Ludwig van Beethoven", Album: "Bagatelles", Genre: "Classical",
		Number: 1, Duration: got.Duration, Released: got.Released, Type: got.Type, Ext: ".wav", Size: got.Size,
		URL: c.url + "preview/fur-elise.wav", Artwork: got.Artwork, Store: c.url + "score/fur-elise.abc",
		License: "Public domain", Tags: catalog.Tags{Track: 1, Disc: 1},
	}
	if got != want {
		t.Errorf("track\n got %+v\nwant %+v", got, want)
	}
	if got.Released.Format("2006-01-02") != "2026-01-04" || got.Duration.Round(1e9).Seconds() < 30 {
		t.Errorf("released %v, lasts %v", got.Released, got.Duration)
	}
	for _, url := range []string{got.Artwork, got.Store} {
		if resp := get(t, url, nil); resp.status != http.StatusOK || len(resp.body) == 0 {
			t.Errorf("%s: status %d", url, resp.status)
		}
	}
}

// TestRestart: a track that was found before a restart is located after it, and
// is the same.
func TestRestart(t *testing.T) {
	first, second := start(t, 0), start(t, 0)
	l, err := first.Source().Search(t.Context(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	for _, track := range l.Tracks {
		where, err := second.Source().Locate(t.Context(), track.ID)
		if err != nil || strings.TrimPrefix(where.URL, second.url) != strings.TrimPrefix(track.URL, first.url) {
			t.Errorf("%s: %s was at %s, %v", track.Title, where.URL, track.URL, err)
		}
	}
	const file = "preview/amazing-grace.wav"
	before, after := head(t, first.url+file), head(t, second.url+file)
	if before != after || before.etag == "" || before.modified == "" {
		t.Errorf("%+v, after the restart %+v", before, after)
	}
}

func TestSearches(t *testing.T) {
	c := start(t, 0)
	for _, query := range []string{"beethoven", "folk"} { // of the tour
		if l, err := c.Source().Search(t.Context(), query); err != nil || len(l.Tracks) < 2 {
			t.Errorf("%q finds %d tracks, %v", query, len(l.Tracks), err)
		}
	}
}

// The first bytes of a tune do not wait until it can be played: they tell its size. If the
// server ends before, the response is broken off: it is not taken for the whole file.
func TestEndWhileATuneIsPlayed(t *testing.T) {
	tunes, err := loadLibrary(-1)
	if err != nil {
		t.Fatal(err)
	}
	for range cap(tunes.rendering) {
		tunes.rendering <- struct{}{} // others are played: this one waits
	}
	c, err := open(Options{Logger: quiet}, func(base string) http.Handler { return newHandler(tunes, base) })
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	resp, err := c.client.Get(c.url + "preview/fur-elise.wav")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if size := tunes.bySlug("fur-elise").size(); resp.ContentLength != size {
		t.Errorf("the head says %d bytes, want %d", resp.ContentLength, size)
	}
	if _, err := io.ReadFull(resp.Body, make([]byte, len(tunes.bySlug("fur-elise").header()))); err != nil {
		t.Errorf("the header does not come: %v", err)
	}
	c.end()
	if wav, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("the body ends after %d bytes", len(wav))
	}
}

// TestClose: it ends a request that would take for ever, and can be repeated.
func TestClose(t *testing.T) {
	c, err := New(Options{Rate: 1, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(c.url + "preview/fur-elise.wav")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, headSize); err != nil {
		t.Fatalf("the head did not come at once: %v", err)
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := io.Copy(io.Discard, resp.Body); err == nil {
		t.Error("the body came to a good end")
	}
	if _, err := c.Source().Search(context.Background(), "demo"); err == nil || errors.Is(err, catalog.ErrBadQuery) {
		t.Errorf("a search after Close: %v", err)
	}
}
