package fs

import (
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// savedFixture is a file in version 1 of the format. Every later program opens it,
// so the expectations below are literals.
const savedFixture = "testdata/searches.json"

// fixtureCopy returns a copy of the fixture in a folder of its own.
func fixtureCopy(t *testing.T) (path string, data []byte) {
	t.Helper()
	data, err := os.ReadFile(savedFixture)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "searches.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, data
}

func TestSavedFormatOpens(t *testing.T) {
	path, _ := fixtureCopy(t)
	s := reopen(t, path)
	if s.state.Version != 1 {
		t.Errorf("version %d", s.state.Version)
	}
	if got, want := s.names(), []string{"abba", "AC\u2215DC", "Café del Mar & friends"}; !slices.Equal(got, want) {
		t.Errorf("searches: %q, want %q", got, want)
	}
	for name, want := range map[string]time.Time{
		"abba":                   time.Date(2026, 11, 20, 18, 4, 5, 123456789, time.UTC),
		"AC\u2215DC":             time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC),
		"Café del Mar & friends": time.Date(2026, 11, 22, 23, 59, 59, 500_000_000, time.UTC),
		"never made":             time.Unix(7, 0),
	} {
		if got := s.since(name, time.Unix(7, 0)); !got.Equal(want) {
			t.Errorf("%s was made %v, want %v", name, got, want)
		}
	}
	for key, want := range map[string][]string{
		"folder:":             {"folder:Top/"},
		"folder:Artists/ABBA": {"folder:Artists/ABBA/Live", "track-7"},
		"search:abba":         {"1440935467", "1440935808"},
		"search:AC\u2215DC":   nil,
	} {
		if got := slices.Sorted(maps.Keys(s.hidden(key))); !slices.Equal(got, want) {
			t.Errorf("%s hides %q, want %q", key, got, want)
		}
	}
	if n := len(s.state.Hidden); n != 3 {
		t.Errorf("%d folders hide something, want 3", n)
	}
	if _, err := os.Stat(path + ".bad"); err == nil {
		t.Error("the file was moved aside")
	}
}

// The keys of folders are part of the format.
func TestSavedFormatKeys(t *testing.T) {
	var root folderNode
	root.kind = folderKind
	root.named.Store(&naming{})
	for key, want := range map[string]string{
		searchKind.key("abba"):         "search:abba",
		folderKind.key("Artists/ABBA"): "folder:Artists/ABBA",
		root.key():                     "folder:",
	} {
		if key != want {
			t.Errorf("%s, want %s", key, want)
		}
	}
}

// A change and its undoing leave the file as it was, byte for byte.
func TestSavedFormatIsWrittenBack(t *testing.T) {
	path, want := fixtureCopy(t)
	s, err := openSaved(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.addSearch("queen"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) == string(want) {
		t.Errorf("a new search is not saved: %v", err)
	}
	if err := s.removeSearch("queen"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != string(want) {
		t.Errorf("now the file is\n%s\nwant\n%s (%v)", got, want, err)
	}
}

// A mount shows the searches of the file, made when they were, without the tracks
// that were removed from them.
func TestSavedFormatIsShown(t *testing.T) {
	w := newWorld(t, 1000)
	w.must(os.MkdirAll(w.cfg.StateDir, 0o700))
	path, data := fixtureCopy(t)
	w.must(os.Rename(path, filepath.Join(w.cfg.StateDir, "searches.json")))
	if len(data) == 0 {
		t.Fatal("the fixture is empty")
	}
	w.service.respond("abba", w.song(1440935467, "Waterloo"), w.song(2, "Dancing Queen"), w.song(1440935808, "SOS"))
	w.mount()
	w.expect(`ls "$M"; ls "$A"; stat --cached=never -c %z "$A"`,
		"AC\u2215DC\nCafé del Mar & friends\nabba\nABBA - Dancing Queen.m4a\n2026-11-20 18:04:05.123456789 +0000")
}
