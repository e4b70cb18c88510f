package cached

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// pages is a service whose listings come in pages, each of one song or as many
// as size says. The address of a page is its number.
type pages struct {
	service
	all  []string // ids
	size int
	loop bool // the last page leads to itself
}

func (p *pages) page(n int) catalog.Listing {
	size := max(p.size, 1)
	start := min(n*size, len(p.all))
	end := min(start+size, len(p.all))
	l := catalog.Listing{Tracks: songs(p.all[start:end]...)}
	switch {
	case end < len(p.all):
		l.Next = fmt.Sprint(n + 1)
	case p.loop:
		l.Next = fmt.Sprint(n)
	}
	return l
}

func (p *pages) Search(ctx context.Context, query string) (catalog.Listing, error) {
	_, err := p.respond(ctx, "search "+query)
	return p.page(0), err
}

func (p *pages) More(ctx context.Context, next string) (catalog.Listing, error) {
	if _, err := p.respond(ctx, "more "+next); err != nil {
		return catalog.Listing{}, err
	}
	var n int
	if _, err := fmt.Sscan(next, &n); err != nil {
		return catalog.Listing{}, catalog.ErrNotFound
	}
	return p.page(n), nil
}

// paged returns a Cached in front of p that is closed with the test.
func (p *pages) paged(t *testing.T, opt Options) *Source {
	t.Helper()
	c := New(p, opt)
	t.Cleanup(func() { c.Close() })
	return c
}

// more asks for one more page of the search for "x", and returns all there is.
func more(t *testing.T, c *Source) []string {
	t.Helper()
	l, err := c.SearchMore(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	return pairs(l)
}

const (
	one   = "1=A - B.mp3"
	two   = "2=A - B (2).mp3"
	three = "3=A - B (3).mp3"
)

func TestPages(t *testing.T) {
	p := &pages{all: []string{"1", "2", "3"}}
	c := p.paged(t, Options{})
	wantEqual(t, "first", found(t, c), one)
	wantEqual(t, "second", more(t, c), one, two)
	wantEqual(t, "kept", found(t, c), one, two)
	wantEqual(t, "third", more(t, c), one, two, three)
	wantCalls(t, &p.service, 3)
	wantEqual(t, "no more", more(t, c), one, two, three)
	wantCalls(t, &p.service, 3)
}

// Who asks for more first asks for the first.
func TestMoreOfNothingKept(t *testing.T) {
	p := &pages{all: []string{"1", "2", "3"}}
	wantEqual(t, "more", more(t, p.paged(t, Options{})), one, two)
}

// A listing without pages is all there is.
func TestMoreWithoutPages(t *testing.T) {
	s := &service{tracks: songs("1")}
	c := s.cached(t, Options{})
	wantEqual(t, "search", more(t, c), one)
	l, err := c.ListMore(t.Context(), "f")
	if err != nil || count(l) != 2 {
		t.Errorf("folder: %+v, %v", l, err)
	}
	wantCalls(t, s, 2)
}

func TestPagesThatRepeatEnd(t *testing.T) {
	p := &pages{all: []string{"1", "2"}, loop: true}
	c := p.paged(t, Options{})
	found(t, c)
	for range 3 {
		wantEqual(t, "more", more(t, c), one, two)
	}
	wantCalls(t, &p.service, 3)
}

func TestPageThatFailsChangesNothing(t *testing.T) {
	p := &pages{all: []string{"1", "2", "3"}}
	c := p.paged(t, Options{})
	found(t, c)
	p.set(func(s *service) { s.err = errDown })
	if _, err := c.SearchMore(t.Context(), "x"); err == nil {
		t.Error("the page that failed was no error")
	}
	wantEqual(t, "kept", found(t, c), one)
	p.set(func(s *service) { s.err = nil })
	wantEqual(t, "again", more(t, c), one, two)
}

// Many who ask at once cost no page twice.
func TestPagesAskedForTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pages{all: []string{"1", "2", "3"}}
		c := New(p, Options{})
		defer c.Close()
		found(t, c)
		p.set(func(s *service) { s.gate = make(chan struct{}) })
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { wantEqual(t, "more", more(t, c), one, two) })
		}
		synctest.Wait()
		close(p.gate)
		all.Wait()
		wantCalls(t, &p.service, 2)
	})
}

// What was read of a listing outlasts a restart, and a refresh renews as much
// of it as there was, under the same names.
func TestPagesLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, dir := &pages{all: []string{"1", "2", "3", "4"}}, t.TempDir()
		first := New(p, Options{Dir: dir, TTL: time.Hour})
		found(t, first)
		time.Sleep(time.Second) // no two listings are of one time
		more(t, first)
		first.Close()

		c := New(p, Options{Dir: dir, TTL: time.Hour})
		defer c.Close()
		wantEqual(t, "after a restart", found(t, c), one, two)
		wantCalls(t, &p.service, 2)
		time.Sleep(time.Second)
		wantEqual(t, "third", more(t, c), one, two, three)

		time.Sleep(time.Hour)
		p.all = []string{"3", "2", "1", "4"}
		found(t, c)
		synctest.Wait()
		wantEqual(t, "renewed", found(t, c), three, two, one)
		wantCalls(t, &p.service, 6)
		if got := more(t, c); !slices.Equal(got[3:], []string{"4=A - B (4).mp3"}) {
			t.Errorf("after the refresh %q follows", got[3:])
		}
	})
}

// A listing of which less is left than was read before is renewed all the same.
func TestPagesThatBecomeFewer(t *testing.T) {
	p := &pages{all: []string{"1", "2", "3", "4"}}
	c := p.paged(t, Options{})
	found(t, c)
	more(t, c)
	wantEqual(t, "before", more(t, c), one, two, three)
	p.set(func(*service) { p.all = []string{"1", "2"} })
	l, err := c.Refresh(t.Context(), "x")
	if err != nil || l.Next != "" {
		t.Errorf("refresh: %+v, %v", l, err)
	}
	wantEqual(t, "after", found(t, c), one, two)
}
