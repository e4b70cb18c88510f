package fetch

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestEveryStateIsTold does to a download all that can be done, without a pause
// in between: each state is told, in order, joined to the one before.
func TestEveryStateIsTold(t *testing.T) {
	bubble(t, func(f *fixture) {
		var told []State
		f.opt.Changed = func(now Status, was State) {
			if now.Key != "a" || len(told) > 0 && was != told[len(told)-1] {
				t.Errorf("%q became %v from %v, after %v", now.Key, now.State, was, told)
			}
			if was != now.State {
				told = append(told, now.State)
			}
		}
		f.reopen()
		f.origin.SetLink(fetchtest.Link{TotalRate: mb})
		d := f.download("a")
		for _, c := range []Command{Start, Pause, Resume, Cancel, Start} {
			f.control(d, c)
		}
		f.untilState(d, Complete)
		f.control(d, Evict)
		synctest.Wait()
		told = slices.DeleteFunc(told, func(s State) bool { return s == Queued }) // how long it takes to get a connection
		told = slices.Compact(told)
		want := []State{Downloading, Paused, Downloading, Idle, Downloading, Complete, Idle}
		if !slices.Equal(told, want) {
			t.Errorf("told of %v, want %v", told, want)
		}
	}, file("a", 3*mb))
}

// TestChangesWithinAState are one until somebody was told.
func TestChangesWithinAState(t *testing.T) {
	var c changes
	c.init()
	c.add(Status{Key: "a", State: Paused, Held: 1}, Idle)
	c.add(Status{Key: "b", State: Idle, Size: 5}, Idle)
	c.add(Status{Key: "a", State: Paused, Held: 2}, Paused)
	c.add(Status{Key: "a", State: Idle}, Paused)
	c.add(Status{Key: "b", State: Idle, Size: 6}, Idle)
	want := []change{
		{Status{Key: "a", State: Paused, Held: 2}, Idle},
		{Status{Key: "b", State: Idle, Size: 6}, Idle},
		{Status{Key: "a", State: Idle}, Paused},
	}
	if got := c.take(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := c.take(); got != nil {
		t.Errorf("told again of %v", got)
	}
}
