package shell

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// A fakeMount notes the commands that it is given.
type fakeMount struct {
	Mount
	carry func() error // a command waits for it; nil for nothing
	given []string
}

func (f *fakeMount) Dir() string { return "/m" }

func (f *fakeMount) Control(path, verb string) func() error {
	f.given = append(f.given, verb+" "+path)
	return func() error {
		if f.carry == nil {
			return nil
		}
		return f.carry()
	}
}

func (f *fakeMount) Follow(ctx context.Context, take func(client.Event)) error {
	take(client.Event{Kind: client.Changed, Downloads: []client.Download{{ID: "1", Path: "all/a"}}})
	<-ctx.Done()
	return nil
}

func (f *fakeMount) PlaceWithin(_ context.Context, folder string, list []client.Download) []client.Download {
	return []client.Download{{ID: list[0].ID, Path: folder + "/a"}}
}

// testShell returns a shell for a mount. Its messages come from the channel.
func testShell(ctx context.Context, mount Mount) (*Shell, chan tea.Msg) {
	sent := make(chan tea.Msg, 100)
	s := New(ctx, mount, "", func(string) string { return "sleep 1000; :" })
	s.Send = func(msg tea.Msg) { sent <- msg }
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
	s.Command(effect.Control{Paths: paths, Verb: "start"})
	s.Command(effect.Control{Paths: []string{""}, Verb: "pause"})
	s.Command(effect.Play{Number: 1, Files: []string{"7"}, Resume: true})
	if want = append(want, "pause ", "resume 7"); !slices.Equal(mount.given, want) {
		t.Errorf("%d commands are given, the last are %q", len(mount.given), mount.given[max(len(mount.given)-3, 0):])
	}
	if lost := s.AwaitVerbs(time.Minute); lost != 0 {
		t.Errorf("%d are lost", lost)
	}
}

// The end waits a while for commands, and says how many did not end.
func TestLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		s, _ := testShell(t.Context(), &fakeMount{carry: func() error { <-gate; return nil }})
		s.Command(effect.Control{Paths: []string{"a", "b", "c"}, Verb: "start"})
		gate <- struct{}{}
		if lost := s.AwaitVerbs(time.Minute); lost != 2 {
			t.Errorf("%d are lost", lost)
		}
		close(gate)
		if lost := s.AwaitVerbs(time.Minute); lost != 0 {
			t.Errorf("then %d are lost", lost)
		}
	})
}

// A player that was stopped while its track was being resumed never starts.
func TestStopWhileResuming(t *testing.T) {
	gate := make(chan struct{})
	s, sent := testShell(t.Context(), &fakeMount{carry: func() error { <-gate; return nil }})
	cmd := s.Command(effect.Play{Number: 1, Files: []string{"a"}, Resume: true})
	s.Command(effect.StopPlayer{})
	close(gate)
	if msg := cmd(); msg != (effect.PlayerEnded{Number: 1, Err: nil}) || len(sent) > 0 {
		t.Errorf("%+v, %d messages", msg, len(sent))
	}
}

// Of a command for very many rows the model is told by and by.
func TestControlDone(t *testing.T) {
	s, sent := testShell(t.Context(), &fakeMount{carry: func() error { return client.ErrInUse }})
	var paths []string
	for i := range 2*doneAtOnce + 1 {
		paths = append(paths, fmt.Sprint(i))
	}
	sent <- s.Command(effect.Control{Paths: paths, Verb: "evict"})()
	var got []string
	for _, left := range []int{doneAtOnce + 1, 1, 0} {
		msg, ok := (<-sent).(effect.ControlDone)
		if !ok || msg.Left != left || len(msg.Failed) != len(msg.Paths) || msg.Total != len(paths) {
			t.Fatalf("%+v", msg)
		}
		got = append(got, msg.Paths...)
	}
	if !slices.Equal(got, paths) {
		t.Errorf("it is told of %q", got)
	}
}

// How the mount is shows without waiting for the places of downloads, which the mount has to
// tell.
func TestHungWhilePlacing(t *testing.T) {
	mount := &slowMount{asked: make(chan struct{}), told: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	s, sent := testShell(ctx, mount)
	s.folder = "bach"
	ended := make(chan tea.Msg)
	go func() { ended <- s.Follow() }()
	select {
	case <-mount.told:
	case <-time.After(time.Minute):
		t.Error("a mount that is slow to place downloads keeps its news back")
	}
	cancel()
	<-ended
	close(mount.asked)
	for len(sent) > 0 {
		<-sent
	}
}

// A slowMount does not say which tracks a folder shows.
type slowMount struct {
	fakeMount
	asked, told chan struct{} // told is closed when an event was taken after the first
}

func (f *slowMount) Follow(ctx context.Context, take func(client.Event)) error {
	take(client.Event{Kind: client.Changed, Downloads: []client.Download{{ID: "1", Path: "all/a"}}})
	take(client.Event{Kind: client.Hung})
	close(f.told)
	<-ctx.Done()
	return nil
}

func (f *slowMount) PlaceWithin(ctx context.Context, _ string, list []client.Download) []client.Download {
	select {
	case <-f.asked:
	case <-ctx.Done():
	}
	return list
}

// Downloads have their paths in the folder that is watched.
func TestFollowWithin(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, sent := testShell(ctx, &fakeMount{})
	s.folder = "bach"
	ended := make(chan tea.Msg)
	go func() { ended <- s.Follow() }()
	if news, ok := (<-sent).(effect.Happened); !ok || news.Events[0].Downloads[0].Path != "bach/a" {
		t.Errorf("%+v", news)
	}
	cancel()
	if msg := <-ended; msg != nil {
		t.Errorf("it ends with %+v", msg)
	}
}
