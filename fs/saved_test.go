package fs

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func reopen(t *testing.T, path string) *saved {
	t.Helper()
	s, err := openSaved(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSavedSearchesLast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", savedName)
	s := reopen(t, path)
	for _, name := range []string{"abba", "daft punk", "AC∕DC", "abba"} {
		if err := s.addSearch(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.removeSearch("daft punk"); err != nil {
		t.Fatal(err)
	}
	s.hide("search:abba", "1")
	s.hide("search:abba", "2")
	s.hide("search:AC∕DC", "3")
	s.unhide("search:AC∕DC")
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}

	s = reopen(t, path)
	if got := s.names(); !slices.Equal(got, []string{"abba", "AC∕DC"}) {
		t.Errorf("searches: %q", got)
	}
	s.hide("search:AC∕DC", "3")
	if err := s.renameSearch("AC∕DC", "acdc"); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path)
	if got := s.names(); !slices.Equal(got, []string{"abba", "acdc"}) || len(s.hidden("search:acdc"))+len(s.hidden("search:AC∕DC")) > 0 {
		t.Errorf("renamed: %q", got)
	}
	if h := s.hidden("search:abba"); len(h) != 2 || !h["1"] || !h["2"] {
		t.Errorf("hidden: %v", h)
	}
	if h := s.hidden("search:AC∕DC"); len(h) != 0 {
		t.Errorf("hidden again: %v", h)
	}
	if since := s.since("abba", time.Time{}); time.Since(since) > time.Minute {
		t.Errorf("made %v", since)
	}
	if err := s.removeSearch("abba"); err != nil {
		t.Fatal(err)
	}
	if h := reopen(t, path).hidden("search:abba"); len(h) != 0 {
		t.Errorf("a removed search is remembered: %v", h)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestSavedNonsenseIsMovedAside(t *testing.T) {
	for _, text := range []string{"", "{", `{"version":1,"searches":7}`, "\x00\x00\x00"} {
		path := filepath.Join(t.TempDir(), savedName)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s := reopen(t, path); len(s.names()) > 0 {
			t.Errorf("%q: %q", text, s.names())
		}
		if stored, err := os.ReadFile(path + ".bad"); err != nil || string(stored) != text {
			t.Errorf("%q is lost: %q, %v", text, stored, err)
		}
	}
}

func TestSavedByNewerVersion(t *testing.T) {
	for _, text := range []string{`{"version":2,"searches":[{"name":"abba"}]}`, `{"version":2,"searches":{"abba":{}}}`, `{"searches":7,"version":2}`} {
		path := filepath.Join(t.TempDir(), savedName)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openSaved(path, slog.New(slog.DiscardHandler)); !errors.Is(err, ErrTooNew) {
			t.Errorf("%s: %v", text, err)
		}
		if stored, err := os.ReadFile(path); err != nil || string(stored) != text {
			t.Errorf("now %q, %v", stored, err)
		}
	}
}

func TestSavedWhereNothingCanBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openSaved(filepath.Join(file, savedName), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a file is taken for a folder")
	}
	s := reopen(t, filepath.Join(t.TempDir(), "gone", savedName))
	if err := s.addSearch("queen"); err != nil {
		t.Fatal(err)
	}
	s.hide(searchKind.key("queen"), "1")
	s.path = filepath.Join(file, savedName)
	if err := s.addSearch("abba"); err == nil || !slices.Equal(s.names(), []string{"queen"}) {
		t.Errorf("%v, but %q are saved", err, s.names())
	}
	if err := s.removeSearch("queen"); err == nil || !slices.Equal(s.names(), []string{"queen"}) || len(s.hidden(searchKind.key("queen"))) != 1 {
		t.Errorf("%v, but only %q are saved", err, s.names())
	}
	if err := s.renameSearch("queen", "abba"); err == nil || !slices.Equal(s.names(), []string{"queen"}) || len(s.hidden(searchKind.key("queen"))) != 1 {
		t.Errorf("%v, but after a rename %q are saved", err, s.names())
	}
}
