package ui

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// A fakeMount notes the commands that it is given, and has one track.
type fakeMount struct {
	carry  func() error // a command waits for it; nil for nothing
	panics string       // the method that panics
	news   chan client.Event

	mu    sync.Mutex // guards given
	given []string
}

func (f *fakeMount) Dir() string    { return "/m" }
func (f *fakeMount) Source() string { return "demo:" }

func (f *fakeMount) Searches(context.Context) ([]client.Entry, error) { return nil, nil }

func (f *fakeMount) Search(_ context.Context, query string) (string, bool, error) {
	return query, true, nil
}

func (f *fakeMount) Unsearch(context.Context, string) error { return nil }

func (f *fakeMount) List(_ context.Context, _ string, take func([]client.Entry)) error {
	f.fail("List")
	take([]client.Entry{entry("track.mp3")})
	return nil
}

// fail panics if a method has to.
func (f *fakeMount) fail(method string) {
	if f.panics == method {
		panic("a fault in " + method + "\x1b[2J")
	}
}

func (f *fakeMount) Facts(_ context.Context, path string) (client.Facts, error) {
	return client.Facts{Path: path, State: idle}, nil
}

func (f *fakeMount) AllFacts(_ context.Context, path string) (client.Facts, error) {
	return client.Facts{Path: path, State: idle, More: []client.Fact{{Name: "year", Value: "1974"}}}, nil
}

func (f *fakeMount) Control(path, verb string) func() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail("Control")
	f.given = append(f.given, verb+" "+path)
	return func() error {
		f.fail("wait")
		if f.carry == nil {
			return nil
		}
		return f.carry()
	}
}

func (f *fakeMount) Downloads(context.Context) ([]client.Download, error) { return nil, nil }

func (f *fakeMount) Follow(ctx context.Context, take func(client.Event)) error {
	f.fail("Follow")
	for {
		select {
		case e := <-f.news:
			take(e)
		case <-ctx.Done():
			return nil
		}
	}
}

// testShell returns a shell for a mount. Its messages come from the channel.
func testShell(ctx context.Context, mount Mount) (*shell, chan tea.Msg) {
	sent := make(chan tea.Msg, 100)
	s := newShell(ctx, mount, newMusic(func(string) string { return "sleep 1000; :" }))
	s.send = func(msg tea.Msg) { sent <- msg }
	return s, sent
}

// Commands are given in the order of the keys, however many rows one of them is for, and
// before the app could end.
func TestOrder(t *testing.T) {
	mount := &fakeMount{}
	s, _ := testShell(t.Context(), mount)
	var paths, want []string
	for i := range 10_000 {
		paths = append(paths, fmt.Sprint(i))
		want = append(want, "start "+paths[i])
	}
	s.command(control{paths, start})
	s.command(control{[]string{""}, pause})
	s.command(play{1, []string{"7"}, true})
	if want = append(want, "pause ", "resume 7"); !slices.Equal(mount.given, want) {
		t.Errorf("%d commands are given, the last are %q", len(mount.given), mount.given[max(len(mount.given)-3, 0):])
	}
	if lost := s.awaitVerbs(time.Minute); lost != 0 {
		t.Errorf("%d are lost", lost)
	}
}

// The end waits a while for commands, and says how many did not end.
func TestLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		s, _ := testShell(t.Context(), &fakeMount{carry: func() error { <-gate; return nil }})
		s.command(control{[]string{"a", "b", "c"}, start})
		gate <- struct{}{}
		if lost := s.awaitVerbs(verbsTimeout); lost != 2 {
			t.Errorf("%d are lost", lost)
		}
		close(gate)
		if lost := s.awaitVerbs(verbsTimeout); lost != 0 {
			t.Errorf("then %d are lost", lost)
		}
	})
}

// A player that was stopped while its track was being resumed never starts.
func TestStopWhileResuming(t *testing.T) {
	gate := make(chan struct{})
	s, sent := testShell(t.Context(), &fakeMount{carry: func() error { <-gate; return nil }})
	cmd := s.command(play{1, []string{"a"}, true})
	s.command(stopPlayer{})
	close(gate)
	if msg := cmd(); msg != (playerEnded{1, nil}) || len(sent) > 0 {
		t.Errorf("%+v, %d messages", msg, len(sent))
	}
}
