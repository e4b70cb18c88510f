package shell

import (
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// Many changes of a few downloads become one event with the last of each.
func TestFeed(t *testing.T) {
	f := newFeed()
	track := func(id, state string, held int64) client.Download {
		return client.Download{ID: id, State: state, Held: held}
	}
	for i := range 100 {
		f.add(client.Event{Kind: client.Changed, Downloads: []client.Download{track("a", "downloading", int64(i)), track("b", "paused", int64(i))}})
	}
	events := f.take()
	if len(events) != 1 || len(events[0].Downloads) != 2 || events[0].Downloads[0].Held != 99 || events[0].Downloads[1].Held != 99 {
		t.Errorf("%+v", events)
	}
	f.add(client.Event{Kind: client.Changed, Downloads: []client.Download{track("a", "downloading", 1)}})
	f.add(client.Event{Kind: client.Hung})
	f.add(client.Event{Kind: client.Changed, Downloads: []client.Download{track("a", "downloading", 2)}})
	f.add(client.Event{Kind: client.Reset})
	f.add(client.Event{Kind: client.Changed, Downloads: []client.Download{track("a", "downloading", 3)}})
	var kinds []client.Kind
	for _, e := range f.take() {
		kinds = append(kinds, e.Kind)
	}
	if fmt.Sprint(kinds) != fmt.Sprint([]client.Kind{client.Hung, client.Reset, client.Changed}) || len(f.take()) != 0 {
		t.Errorf("%v", kinds)
	}
}
