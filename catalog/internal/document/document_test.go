package document

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// row returns an entry known by some marks.
func row(title, address string, marks ...string) Row {
	return Row{Track: catalog.Track{Title: title, URL: address, Size: -1}, Marks: marks}
}

// rows returns the catalog of a document that always holds the same.
func rows(private bool, all ...Row) *Source {
	return New(Options{Kind: "list", Private: private, Logger: slog.New(slog.DiscardHandler),
		Read: func(context.Context) (Content, error) { return Content{Rows: all, Skipped: skip.Count{}}, nil }})
}

func ids(t *testing.T, s *Source) []string {
	t.Helper()
	l, err := s.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, track := range l.Tracks {
		ids = append(ids, track.ID)
	}
	return ids
}

func TestIDs(t *testing.T) {
	a := row("A", "https://host/a?1", "guid", "A", "https://host/a?1")
	b := row("B", "https://host/b?1", "guid", "B", "https://host/b?1")
	b2 := row("B", "https://host/b?2", "guid", "B", "https://host/b?2")
	c := row("C", "https://host/c", "other", "C", "https://host/c")
	none := row("D", "https://host/d", "", "D", "https://host/d")
	long := row("E", "https://host/e", strings.Repeat("x", 1000))
	got := ids(t, rows(false, a, b, b2, c, none, long))
	if len(got) != 6 || got[3] != "other" || got[0] == "guid" {
		t.Errorf("got %q", got)
	}
	for _, id := range got {
		if id == "" || len(id) > maxMark {
			t.Errorf("%q is no ID", id)
		}
	}
	turned := ids(t, rows(false, long, none, c, b2, b, a))
	slices.Reverse(turned)
	if !slices.Equal(got, turned) {
		t.Errorf("the order changes the IDs:\n%q\n%q", got, turned)
	}
	if got := ids(t, rows(false, a, c)); !slices.Equal(got, []string{"guid", "other"}) {
		t.Errorf("got %q for rows with marks of their own", got)
	}
}

func TestEqualRows(t *testing.T) {
	a := row("A", "https://host/a", "guid", "A")
	content := Content{Rows: []Row{a, a, a}, Skipped: skip.Count{}}
	if tracks := identified(content, false); len(tracks) != 1 || content.Skipped[skip.Equal] != 2 {
		t.Errorf("%d tracks, left out: %v", len(tracks), content.Skipped)
	}
}

func TestSearch(t *testing.T) {
	s := rows(false,
		Row{catalog.Track{Title: "Für Elise", Artist: "Ludwig", Size: -1}, []string{"1"}},
		Row{catalog.Track{Title: "Clair de lune", Artist: "Claude", Album: "Elise's", Size: -1}, []string{"2"}},
		Row{catalog.Track{File: "elise.jpg", Size: -1}, []string{"3"}})
	for query, want := range map[string]int{"elise": 2, "fur elise": 1, "claude": 1, "otto": 0, "jpg": 0} {
		l, err := s.Search(t.Context(), query)
		if err != nil || len(l.Tracks) != want {
			t.Errorf("%q: %d tracks, %v; want %d", query, len(l.Tracks), err, want)
		}
	}
	if _, err := s.Search(t.Context(), " - "); !errors.Is(err, catalog.ErrBadQuery) {
		t.Errorf("no words: %v, want ErrBadQuery", err)
	}
}

// A title of the whole that is in every row must not cost its length each time.
func TestSearchOfLongText(t *testing.T) {
	all, album := make([]Row, 300), strings.Repeat("é ", 4<<20)
	for i := range all {
		all[i] = row("tune", fmt.Sprintf("https://host/%d", i), fmt.Sprint(i))
		all[i].Album = album
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // else it takes hours
	defer cancel()
	if l, err := rows(false, all...).Search(ctx, "tune"); err != nil || len(l.Tracks) != len(all) {
		t.Errorf("%d tracks, %v", len(l.Tracks), err)
	}
}

// What a private document says with a query is not kept, but can be located.
func TestPrivate(t *testing.T) {
	secret := row("A", "https://host/a?token=x", "1")
	secret.Artwork, secret.Store = "https://host/a.jpg?token=x", "https://host/a.html"
	for _, private := range []bool{false, true} {
		s := rows(private, secret)
		l, err := s.List(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		got := l.Tracks[0]
		if (got.URL == "") != private || (got.Artwork == "") != private || got.Store == "" {
			t.Errorf("private %v: %+v", private, got)
		}
		if at, err := s.Locate(t.Context(), "1"); err != nil || at.URL != secret.URL {
			t.Errorf("private %v: %+v, %v", private, at, err)
		}
	}
}

// A private document's entry that is known by what may be a secret has a hash of
// it for an ID; in a document for all, it is known by that as ever.
func TestPrivateMarks(t *testing.T) {
	for mark, hidden := range map[string]bool{
		"https://host/a.mp3?token=x":             true,
		"episode 7 (https://host/a.mp3?token=x)": true,
		"https://host/a.mp3#x":                   true,
		"https://user:x@host/a.mp3":              true,
		"https%3A%2F%2Fhost%2Fa.mp3%3Ftoken%3Dx": true,
		"https%253A%252F%252Fhost%252Fa%253Fx":   true,
		"token=x":                                true,
		"a%":                                     true,
		"https://host/a%20b.mp3":                 false,
		"6f1c2a3e-9c1b-4e0e-8d2b-6f2f5b1f0f0a":   false,
		"tag:soundcloud,2010:tracks/123":         false,
		"https://host/a.mp3":                     false,
	} {
		for _, private := range []bool{false, true} {
			s := rows(private, row("A", "https://host/a.mp3?token=x", mark, "A"))
			got := ids(t, s)
			if shown := got[0] == mark; len(got) != 1 || shown == (private && hidden) || !shown && !strings.HasPrefix(got[0], "sha256:") {
				t.Errorf("private %v: %q has the ID %q", private, mark, got)
			}
			if at, err := s.Locate(t.Context(), got[0]); err != nil || at.URL != "https://host/a.mp3?token=x" {
				t.Errorf("private %v: %q: %+v, %v", private, mark, at, err)
			}
		}
	}
}

// Locating many at once reads once; later it reads anew and finds what changed.
func TestLocate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		s := New(Options{Kind: "list", Read: func(context.Context) (Content, error) {
			reads++
			return Content{Rows: []Row{row("A", fmt.Sprintf("https://host/a?%d", reads), "1")}, Skipped: skip.Count{}}, nil
		}})
		for want := 1; want < 3; want++ {
			for range 100 {
				at, err := s.Locate(t.Context(), "1")
				if err != nil || at.URL != fmt.Sprintf("https://host/a?%d", want) {
					t.Fatalf("got %+v, %v after %d reads", at, err, reads)
				}
			}
			time.Sleep(recent)
		}
		if _, err := s.Locate(t.Context(), "2"); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("unknown entry: %v, want ErrNotFound", err)
		}
	})
}

// Who waits for another's reading can leave.
func TestLocateInterrupted(t *testing.T) {
	s := New(Options{Kind: "list", Read: func(ctx context.Context) (Content, error) {
		<-ctx.Done()
		return Content{}, ctx.Err()
	}})
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	for range 2 {
		go func() { _, err := s.Locate(ctx, "1"); failed <- err }()
	}
	cancel()
	for range 2 {
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
}

// Entries of a few bytes that stand for long addresses do not add up to gigabytes.
func TestLongAddresses(t *testing.T) {
	address := "https://host/" + strings.Repeat("x", 8000)
	var c Content
	var err error
	for range 10_000 {
		if err = c.Add(row("A", address)); err != nil {
			break
		}
	}
	if !errors.Is(err, catalog.ErrTooMuchText) {
		t.Errorf("%d rows, %v; want ErrTooMuchText", len(c.Rows), err)
	}
}
