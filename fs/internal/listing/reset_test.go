package listing

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

// A lister that is reset lists nothing until a call that is made after that brings
// something. Those who wait for an earlier call, which may end later, get the new listing.
func TestReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		life := lifetime.New()
		defer life.Wait()
		query, swaps := "old", 0
		list := func(context.Context) (catalog.Listing, error) {
			asked := query
			time.Sleep(map[string]time.Duration{"old": time.Minute, "new": time.Second}[asked])
			return catalog.Listing{Tracks: []catalog.Track{{ID: asked, Name: asked}}, Fetched: time.Now()}, nil
		}
		of := New(Options{Life: life, Calls: Calls{List: list, More: list, Fresh: list}, Swap: func(old, _ *View) {
			swaps++
			if old != nil {
				t.Error("a listing follows one of before the reset")
			}
		}})
		got := make(chan error)
		go func() { got <- of.Open(t.Context()) }()
		synctest.Wait()
		query = "new"
		of.Reset()
		if err := <-got; err != nil {
			t.Error(err)
		}
		check := func() {
			t.Helper()
			if v, err := of.Current(); err != nil || v.Track("new") == nil || v.Track("old") != nil || swaps != 1 {
				t.Errorf("after %d listings: %v", swaps, err)
			}
		}
		check()
		time.Sleep(time.Hour)
		check()
	})
}

// A reset forgets the listing, though it is pinned, and that the last call failed.
func TestResetForgets(t *testing.T) {
	try(t, &library{pages: 3, held: true}, func(t *testing.T, of *Lister) {
		defer of.Pin()()
		page := make(chan error)
		go func() { page <- of.Complete(t.Context()) }()
		synctest.Wait()
		of.calls.Fresh = func(context.Context) (catalog.Listing, error) { return catalog.Listing{}, catalog.ErrDenied }
		of.Refresh()
		synctest.Wait()
		if _, err := of.Current(); !errors.Is(err, catalog.ErrDenied) {
			t.Errorf("a refresh ends in %v", err)
		}
		of.Reset()
		if v, err := of.Current(); v != nil || err != nil || of.Last() != nil || of.IsDropped() {
			t.Errorf("after the reset there are %v, %v", v, err)
		}
		time.Sleep(pageTimeout)
		if err := <-page; err != nil && !errors.Is(err, syscall.EAGAIN) {
			t.Errorf("who waits for a page gets %v", err)
		}
		if err := of.Peek(t.Context(), time.Minute); err != nil || of.tracks() != 1 {
			t.Errorf("a look-up after it: %v", err)
		}
	})
}
