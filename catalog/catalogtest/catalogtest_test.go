package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGoodSourcePasses(t *testing.T) {
	Run(t, func(t *testing.T) Service { return start(t, nil) })
}

// Each broken source fails the check that is there for it.
func TestBrokenSourcesFail(t *testing.T) {
	var count atomic.Int64
	deaf := func(l *library, s *Service) {
		l.search = func(context.Context, string) (catalog.Listing, error) {
			return catalog.Listing{Tracks: two()}, nil
		}
	}
	for name, tt := range map[string]struct {
		check string
		how   func(*library, *Service)
	}{
		"finds nothing": {"tracks are sound", func(l *library, _ *Service) {
			l.search = func(context.Context, string) (catalog.Listing, error) { return catalog.Listing{}, nil }
		}},
		"no id":             {"tracks are sound", spoils(func(t *catalog.Track) { t.ID = "" })},
		"id twice":          {"tracks are sound", spoils(func(t *catalog.Track) { t.ID = "2" })},
		"id not UTF-8":      {"tracks are sound", spoils(func(t *catalog.Track) { t.ID = "\xff" })},
		"file URL":          {"tracks are sound", spoils(func(t *catalog.Track) { t.URL = "file:///etc/passwd" })},
		"script as store":   {"tracks are sound", spoils(func(t *catalog.Track) { t.Store = "javascript:1" })},
		"size zero":         {"tracks are sound", spoils(func(t *catalog.Track) { t.Size = 0 })},
		"negative duration": {"tracks are sound", spoils(func(t *catalog.Track) { t.Duration = -1 })},
		"odd extension":     {"tracks are sound", spoils(func(t *catalog.Track) { t.Ext = ".desktop" })},
		"own names":         {"tracks are sound", spoils(func(t *catalog.Track) { t.Name = "x" })},
		"track is lost":     {"names stay within their folder", spoils(func(t *catalog.Track) { t.ID = "2" })},
		"other ids": {"equal searches find equal tracks", spoils(func(t *catalog.Track) {
			t.ID = fmt.Sprint(count.Add(1))
		})},
		"concurrent ids": {"calls may be concurrent", spoils(func(t *catalog.Track) {
			t.ID = fmt.Sprint(count.Add(1))
		})},
		"nothing is something": {"nothing found is no error", deaf},
		"nothing is an error": {"nothing found is no error", func(l *library, s *Service) {
			l.search = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{}, catalog.ErrNotFound
			}
		}},
		"listing and error": {"odd queries do no harm", func(l *library, s *Service) {
			l.search = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{Tracks: two()}, errors.New("odd")
			}
		}},
		"folder twice": {"folders are sound", func(l *library, s *Service) {
			l.list = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{Folders: make([]catalog.Folder, 2)}, nil
			}
		}},
		"folder is lost": {"folders are sound", func(l *library, s *Service) {
			l.list = func(_ context.Context, folder string) (catalog.Listing, error) {
				if folder != "" {
					return catalog.Listing{}, catalog.ErrNotFound
				}
				return catalog.Listing{Folders: []catalog.Folder{{ID: "lost"}}}, nil
			}
		}},
		"track without location": {"every track has a location", func(l *library, s *Service) {
			l.locate = func(context.Context, string) (catalog.Location, error) {
				return catalog.Location{}, catalog.ErrNotFound
			}
		}},
		"location is a file": {"every track has a location", locates("file:///etc/passwd")},
		"anything is found":  {"unknown tracks and folders are not found", locates("https://example.com")},
		"any folder is there": {"unknown tracks and folders are not found", func(l *library, s *Service) {
			l.list = func(context.Context, string) (catalog.Listing, error) { return catalog.Listing{}, nil }
		}},
		"one id for two": {"an identifier stands for one thing", func(l *library, _ *Service) {
			l.list = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{Tracks: []catalog.Track{{ID: "1", Title: "another", Size: -1}}}, nil
			}
		}},
		"folder changes": {"equal searches find equal tracks", func(l *library, _ *Service) {
			l.list = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{Tracks: []catalog.Track{{ID: fmt.Sprint(count.Add(1)), Size: -1}}}, nil
			}
		}},
		"folder of a search is lost": {"names stay within their folder", func(l *library, _ *Service) {
			l.list = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{Folders: make([]catalog.Folder, 2)}, nil
			}
		}},
		"pages without end": {"pages follow each other to an end", pages(func(n int) string { return fmt.Sprint(n) }, "2")},
		"pages that repeat": {"pages follow each other to an end", pages(func(int) string { return "1" }, "")},
		"pages that change": {"pages follow each other to an end", pages(func(int) string { return fmt.Sprint(count.Add(1)) }, "")},
		"any page is there": {"pages follow each other to an end", func(l *library, _ *Service) { l.more = l.search }},
		"a page for nobody": {"pages follow each other to an end", func(_ *library, s *Service) {
			s.Source = struct{ catalog.Source }{s.Source}
		}},
		"words with the query": {"odd queries do no harm", refuses(func(q string) string { return q })},
		"long words":           {"odd queries do no harm", refuses(func(string) string { return strings.Repeat("x", 2*maxError) })},
		"errors are nothing":   {"what a broken service sends is an error", mistakes(func(error) error { return nil })},
		"no list is empty": {"what is no list is an error", mistakes(func(err error) error {
			if errors.Is(err, catalog.ErrBadResponse) {
				return nil
			}
			return err
		})},
		"errors of no kind":     {"what a broken service sends is an error", mistakes(func(error) error { return errors.New("failed") })},
		"never too often":       {"what a broken service sends is an error", mistakes(func(err error) error { return replaced(err, catalog.ErrUnavailable) })},
		"comes back too late":   {"what a broken service sends is an error", mistakes(func(err error) error { return replaced(err, tomorrow()) })},
		"errors in many words":  {"what a broken service sends is an error", mistakes(func(err error) error { return fmt.Errorf("%w\n%w", err, err) })},
		"deaf to its context":   {"a canceled call ends", deaf},
		"list without context":  {"a canceled call ends", func(l *library, _ *Service) { l.list = uncalled(l.list, "a") }},
		"top without context":   {"a canceled call ends", func(l *library, _ *Service) { l.list = uncalled(l.list, "") }},
		"pages without context": {"a canceled call ends", func(l *library, _ *Service) { l.more = uncalled(l.more, "2") }},
		"locate without context": {"a canceled call ends", func(l *library, _ *Service) {
			l.locate = func(context.Context, string) (catalog.Location, error) {
				return catalog.Location{}, errors.New("failed")
			}
		}},
		"own words for canceled": {"a canceled call ends", func(l *library, s *Service) {
			search := l.search
			l.search = func(ctx context.Context, query string) (catalog.Listing, error) {
				found, err := search(ctx, query)
				if err != nil {
					err = errors.New("failed")
				}
				return found, err
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range checks {
				if c.name != tt.check {
					continue
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if err := c.check(ctx, start(t, tt.how)); err == nil {
					t.Errorf("%q let it pass", tt.check)
				}
				return
			}
			t.Fatalf("there is no check %q", tt.check)
		})
	}
}

// A call that never returns is noticed.
func TestWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never := make(chan struct{})
		start := time.Now()
		err := within(func() error { <-never; return nil })
		if err == nil || time.Since(start) != soon {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		close(never)
	})
}
