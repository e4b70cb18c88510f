package cached

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A service stands for one out there. It does as a test says and counts.
type service struct {
	mu     sync.Mutex      // guards what follows
	tracks []catalog.Track // of every search and folder
	err    error           // of every call
	hang   bool            // no call is answered until its context ends
	linger time.Duration   // how long a call goes on after that
	gate   chan struct{}   // no call is answered before it is closed
	calls  []string
}

// set changes what the service does from the next call on.
func (s *service) set(change func(*service)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *service) respond(ctx context.Context, call string) ([]catalog.Track, error) {
	s.mu.Lock()
	s.calls = append(s.calls, call)
	tracks, err, gate, linger := slices.Clone(s.tracks), s.err, s.gate, s.linger
	if gate == nil {
		gate = make(chan struct{})
		if !s.hang {
			close(gate)
		}
	}
	s.mu.Unlock()
	select {
	case <-gate:
		return tracks, err
	case <-ctx.Done():
		time.Sleep(linger)
		return nil, ctx.Err()
	}
}

func (s *service) Search(ctx context.Context, query string) (catalog.Listing, error) {
	tracks, err := s.respond(ctx, "search "+query)
	return catalog.Listing{Tracks: tracks}, err
}

func (s *service) List(ctx context.Context, folder string) (catalog.Listing, error) {
	tracks, err := s.respond(ctx, "list "+folder)
	return catalog.Listing{Tracks: tracks, Folders: []catalog.Folder{{ID: "f", Title: "../x"}}}, err
}

func (s *service) Locate(ctx context.Context, id string) (catalog.Location, error) {
	if _, err := s.respond(ctx, "locate "+id); err != nil {
		return catalog.Location{}, err
	}
	return catalog.Location{URL: id, Header: map[string][]string{"X": {"1"}}}, nil
}

// count returns how many calls there were.
func (s *service) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls)
}

// cached returns a Cached in front of s that is closed with the test.
func (s *service) cached(t *testing.T, opt Options) *Source {
	t.Helper()
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	c := New(s, opt)
	t.Cleanup(func() { c.Close() })
	return c
}

// songs returns tracks with equal titles.
func songs(ids ...string) []catalog.Track {
	var tracks []catalog.Track
	for _, id := range ids {
		tracks = append(tracks, catalog.Track{ID: id, Artist: "A", Title: "B", Ext: ".mp3", Size: -1})
	}
	return tracks
}

// found searches for "x" and returns what was found as "id=name".
func found(t *testing.T, c *Source) []string {
	t.Helper()
	l, err := c.Search(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	return pairs(l)
}

func pairs(l catalog.Listing) []string {
	var all []string
	for _, track := range l.Tracks {
		all = append(all, fmt.Sprintf("%s=%s", track.ID, track.Name))
	}
	return all
}

func wantEqual(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func wantCalls(t *testing.T, s *service, want int) {
	t.Helper()
	if got := s.count(); got != want {
		t.Errorf("%d calls, want %d", got, want)
	}
}
