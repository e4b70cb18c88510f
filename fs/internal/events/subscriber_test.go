package events

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
)

// A downloads is downloads to follow, and counts how often all of them are asked.
type downloads struct {
	all   map[string]fetch.Status
	asked int
}

func (c *downloads) active() (list []fetch.Status) {
	c.asked++
	for _, st := range c.all {
		if IsActive(st.State) {
			list = append(list, st)
		}
	}
	return list
}

func downloadAt(key string, state fetch.State, held int64) fetch.Status {
	return fetch.Status{Key: key, State: state, Size: 1 << 20, Held: held}
}

// heard returns what a subscriber is told until a while is over, as "key state
// held", or "lost".
func heard(t *testing.T, f *subscriber, while time.Duration) (list []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), while)
	defer cancel()
	for {
		news, lost, err := f.next(ctx)
		if err != nil {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			return list
		}
		if lost {
			list = append(list, "lost")
		}
		for _, st := range news {
			list = append(list, fmt.Sprint(st.Key, " ", st.State, " ", st.Held))
		}
	}
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("told\n%q\nwant\n%q", got, want)
	}
}

// Progress is told twice a second at most, and not at all where there is none.
func TestPaceOfProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &downloads{all: map[string]fetch.Status{"a": downloadAt("a", fetch.Downloading, 0)}}
		f := newSubscriber(func() []fetch.Status {
			list := c.active()
			for i := range list {
				list[i].Held = time.Now().UnixNano() // it moves all the time
			}
			return list
		})
		if n := len(heard(t, f, 10*time.Second)); n < 20 || n > 21 {
			t.Errorf("told %d times in 10 s", n)
		}
		c.all["a"] = downloadAt("a", fetch.Paused, 7)
		f.changed(c.all["a"])
		same(t, heard(t, f, time.Second), "a paused 7")
		asked := c.asked
		same(t, heard(t, f, time.Hour))
		if c.asked != asked {
			t.Errorf("while nothing moves, all downloads are asked %d times in an hour", c.asked-asked)
		}
		f.changed(downloadAt("a", fetch.Idle, 0))
		f.changed(downloadAt("a", fetch.Complete, 9)) // read to its end, but never wanted
		f.changed(downloadAt("a", fetch.Idle, 0))
		same(t, heard(t, f, time.Second), "a idle 0", "a complete 9", "a idle 0")
	})
}

// One that stalls is not told of again and again.
func TestNoProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &downloads{all: map[string]fetch.Status{"a": downloadAt("a", fetch.Downloading, 5)}}
		f := newSubscriber(c.active)
		same(t, heard(t, f, time.Minute), "a downloading 5")
		c.all["a"] = downloadAt("a", fetch.Downloading, 6)
		same(t, heard(t, f, 2*time.Second), "a downloading 6")
	})
}

// Changes of a state are told in order and without delay, each once: that which came
// between subscribing and being told how all stands is known already.
func TestOrderOfChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &downloads{all: map[string]fetch.Status{}}
		f := newSubscriber(func() []fetch.Status { return c.active() })
		for _, state := range []fetch.State{fetch.Queued, fetch.Downloading, fetch.Paused} {
			c.all["a"] = downloadAt("a", state, 0)
			f.changed(c.all["a"]) // nobody listens yet
		}
		same(t, heard(t, f, time.Second), "a paused 0")
		for _, state := range []fetch.State{fetch.Paused, fetch.Downloading, fetch.Paused, fetch.Downloading} {
			f.changed(downloadAt("a", state, 0))
		}
		same(t, heard(t, f, 0), "a downloading 0", "a paused 0", "a downloading 0")
	})
}

// For one who does not ask little is kept, and then nothing; asking again shows
// how everything stands.
func TestSlowSubscriber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &downloads{all: map[string]fetch.Status{"a": downloadAt("a", fetch.Paused, 5)}}
		f := newSubscriber(c.active)
		flap := func(n int) {
			for i := range n {
				f.changed(downloadAt("b", []fetch.State{fetch.Queued, fetch.Idle}[i%2], 0))
			}
		}
		flap(10 * maxBacklog)
		if len(f.backlog) > 0 {
			t.Errorf("%d changes are kept for one who never asked", len(f.backlog))
		}
		same(t, heard(t, f, time.Second), "a paused 5")
		flap(maxBacklog)
		if n := len(heard(t, f, time.Second)); n != maxBacklog {
			t.Errorf("told %d changes of %d", n, maxBacklog)
		}
		flap(maxBacklog + 1)
		if len(f.backlog) > 0 {
			t.Errorf("%d changes are kept that are of no use any more", len(f.backlog))
		}
		same(t, heard(t, f, time.Second), "lost", "a paused 5")
		flap(1)
		same(t, heard(t, f, time.Second), "b queued 0")
	})
}

// Only those who subscribe are told.
func TestSubscribers(t *testing.T) {
	c := &downloads{}
	h := NewHub(c.active)
	change := func() { h.Changed(downloadAt("a", fetch.Paused, 0)) }
	change()
	stays, leaves := h.Subscribe(nil, nil), h.Subscribe(nil, nil)
	for _, s := range []*Stream{stays, leaves} {
		s.from.take()
	}
	leaves.Close()
	change()
	if len(stays.from.backlog) != 1 || len(leaves.from.backlog) != 0 {
		t.Errorf("told %d and %d times", len(stays.from.backlog), len(leaves.from.backlog))
	}
}
