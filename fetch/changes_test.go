package fetch

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

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

// TestWhatIsToldIsSo has a download wait for its address and then for its turn:
// whoever looks sees the state that was told.
func TestWhatIsToldIsSo(t *testing.T) {
	bubble(t, func(f *fixture) {
		told := map[string]State{}
		f.opt.Changed = func(now Status, _ State) { told[now.Key] = now.State }
		f.opt.Connections = 1
		located := make(chan struct{})
		f.opt.Locate = func(_ context.Context, key string) (Location, error) {
			<-located
			return Location{URL: f.origin.URL(key)}, nil
		}
		f.reopen()
		f.origin.SetLink(fetchtest.Link{TotalRate: mb})
		look := func(want ...State) {
			t.Helper()
			synctest.Wait()
			for i, name := range []string{"a", "bb"} {
				if now := f.download(name).Status().State; now != told[name] || now != want[i] {
					t.Errorf("%q is %v, told was %v, should be %v", name, now, told[name], want[i])
				}
			}
		}
		for _, name := range []string{"a", "bb"} {
			f.control(f.Download(Remote{Key: name, Size: -1}), Start)
		}
		look(Downloading, Downloading)
		close(located)
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if a := told["a"]; a == Queued {
			look(Queued, Downloading)
		} else {
			look(Downloading, Queued)
		}
		for _, name := range []string{"a", "bb"} {
			f.untilState(f.download(name), Complete)
		}
		look(Complete, Complete)
	}, file("a", 3*mb), file("bb", 3*mb))
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
