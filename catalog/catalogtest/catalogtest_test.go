package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A library is a source that keeps the contract, but for the function that a
// test replaces. It stands in for packages that the suite will meet.
type library struct {
	search func(context.Context, string) (catalog.Listing, error)
	list   func(context.Context, string) (catalog.Listing, error)
	locate func(context.Context, string) (catalog.Location, error)
}

func (l *library) Search(ctx context.Context, query string) (catalog.Listing, error) {
	return l.search(ctx, query)
}

func (l *library) List(ctx context.Context, folder string) (catalog.Listing, error) {
	return l.list(ctx, folder)
}

func (l *library) Locate(ctx context.Context, id string) (catalog.Location, error) {
	return l.locate(ctx, id)
}

// two are the tracks of a library.
func two() []catalog.Track {
	return []catalog.Track{
		{ID: "1", Title: "../../x", Artist: "..", Size: -1, Ext: ".mp3", URL: "https://example.com/1.mp3"},
		{ID: "2", Title: "../../x", Artist: "..", Size: 1000, Ext: ".mp3"},
	}
}

// start returns a service with a library that is broken as a test wants.
func start(spoil func(*library, Service)) Service {
	var stalled atomic.Bool
	service := Service{Query: "x", Nothing: "nothing", Stall: func() { stalled.Store(true) }}
	wait := func(ctx context.Context) error {
		if stalled.Load() {
			<-ctx.Done()
		}
		return ctx.Err()
	}
	l := &library{
		search: func(ctx context.Context, query string) (catalog.Listing, error) {
			if err := wait(ctx); err != nil || query != service.Query {
				return catalog.Listing{}, err
			}
			return catalog.Listing{Tracks: two()}, nil
		},
		list: func(ctx context.Context, folder string) (catalog.Listing, error) {
			if folder != "" && folder != "a" {
				return catalog.Listing{}, catalog.ErrNotFound
			}
			return catalog.Listing{Tracks: two(), Folders: []catalog.Folder{{ID: "a", Title: "."}}}, wait(ctx)
		},
		locate: func(ctx context.Context, id string) (catalog.Location, error) {
			if !slices.Contains([]string{"1", "2"}, id) {
				return catalog.Location{}, catalog.ErrNotFound
			}
			return catalog.Location{URL: "https://example.com/" + id}, wait(ctx)
		},
	}
	service.Source = l
	if spoil != nil {
		spoil(l, service)
	}
	return service
}

func TestGoodSourcePasses(t *testing.T) {
	Run(t, func(*testing.T) Service { return start(nil) })
}

// finds makes a library find other tracks than two.
func finds(change func([]catalog.Track) []catalog.Track) func(*library, Service) {
	return func(l *library, s Service) {
		search := l.search
		l.search = func(ctx context.Context, query string) (catalog.Listing, error) {
			found, err := search(ctx, query)
			if query == s.Query && err == nil {
				found.Tracks = change(found.Tracks)
			}
			return found, err
		}
	}
}

// spoils makes a library change the first track that it finds.
func spoils(change func(*catalog.Track)) func(*library, Service) {
	return finds(func(tracks []catalog.Track) []catalog.Track {
		change(&tracks[0])
		return tracks
	})
}

// Each broken source fails the check that is there for it.
func TestBrokenSourcesFail(t *testing.T) {
	var turn atomic.Int64
	deaf := func(l *library, s Service) {
		l.search = func(context.Context, string) (catalog.Listing, error) {
			return catalog.Listing{Tracks: two()}, nil
		}
	}
	for name, tt := range map[string]struct {
		check string
		how   func(*library, Service)
	}{
		"finds nothing":     {"tracks are sound", finds(func([]catalog.Track) []catalog.Track { return nil })},
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
			t.ID = fmt.Sprint(turn.Add(1))
		})},
		"concurrent ids": {"calls may be concurrent", spoils(func(t *catalog.Track) {
			t.ID = fmt.Sprint(turn.Add(1))
		})},
		"nothing is something": {"nothing found is no error", deaf},
		"nothing is an error": {"nothing found is no error", func(l *library, s Service) {
			l.search = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{}, catalog.ErrNotFound
			}
		}},
		"listing and error": {"odd queries do no harm", func(l *library, s Service) {
			l.search = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{Tracks: two()}, errors.New("odd")
			}
		}},
		"folder twice": {"folders are sound", func(l *library, s Service) {
			l.list = func(context.Context, string) (catalog.Listing, error) {
				return catalog.Listing{Folders: make([]catalog.Folder, 2)}, nil
			}
		}},
		"folder is lost": {"folders are sound", func(l *library, s Service) {
			l.list = func(_ context.Context, folder string) (catalog.Listing, error) {
				if folder != "" {
					return catalog.Listing{}, catalog.ErrNotFound
				}
				return catalog.Listing{Folders: []catalog.Folder{{ID: "lost"}}}, nil
			}
		}},
		"track without location": {"every track has a location", func(l *library, s Service) {
			l.locate = func(context.Context, string) (catalog.Location, error) {
				return catalog.Location{}, catalog.ErrNotFound
			}
		}},
		"location is a file": {"every track has a location", locates("file:///etc/passwd")},
		"anything is found":  {"unknown tracks and folders are not found", locates("https://example.com")},
		"any folder is there": {"unknown tracks and folders are not found", func(l *library, s Service) {
			l.list = func(context.Context, string) (catalog.Listing, error) { return catalog.Listing{}, nil }
		}},
		"deaf to its context": {"a cancelled call ends", deaf},
		"own words for cancelled": {"a cancelled call ends", func(l *library, s Service) {
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
				if err := c.check(ctx, start(tt.how)); err == nil {
					t.Errorf("%q let it pass", tt.check)
				}
				return
			}
			t.Fatalf("there is no check %q", tt.check)
		})
	}
}

func locates(address string) func(*library, Service) {
	return func(l *library, _ Service) {
		l.locate = func(context.Context, string) (catalog.Location, error) {
			return catalog.Location{URL: address}, nil
		}
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
