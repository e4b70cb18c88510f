package ui

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fakeMount has one track.
type fakeMount struct {
	panics string // the method that panics
	news   chan client.Event
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
	take([]client.Entry{{Name: "track.mp3", Path: "track.mp3"}})
	return nil
}

// fail panics if a method has to.
func (f *fakeMount) fail(method string) {
	if f.panics == method {
		panic("a fault in " + method + "\x1b[2J")
	}
}

func (f *fakeMount) Facts(_ context.Context, path string) (client.Facts, error) {
	return client.Facts{Path: path, State: "idle"}, nil
}

func (f *fakeMount) AllFacts(_ context.Context, path string) (client.Facts, error) {
	return client.Facts{Path: path, State: "idle", More: []client.Fact{{Name: "year", Value: "1974"}}}, nil
}

func (f *fakeMount) Control(string, string) func() error {
	f.fail("Control")
	return func() error {
		f.fail("wait")
		return nil
	}
}

func (f *fakeMount) PlaceWithin(_ context.Context, _ string, list []client.Download) []client.Download {
	return list
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
