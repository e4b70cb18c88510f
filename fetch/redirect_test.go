package fetch

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestRedirectsAreBounded follows nine redirects to a file, refuses the tenth,
// and asks ten times in a loop.
func TestRedirectsAreBounded(t *testing.T) {
	for _, test := range []struct {
		redirects, requests int
		loop                bool
		want                error
	}{
		{redirects: 1, requests: 2},
		{redirects: 9, requests: 10},
		{redirects: 10, requests: 10, want: ErrBadResponse},
		{redirects: 50, requests: 10, want: ErrBadResponse},
		{redirects: 1, requests: 10, loop: true, want: ErrBadResponse},
		{redirects: 2, requests: 10, loop: true, want: ErrBadResponse},
	} {
		t.Run(fmt.Sprintf("%d, loop %v", test.redirects, test.loop), func(t *testing.T) {
			bubble(t, func(f *fixture) {
				last := "a"
				for i := range test.redirects {
					next := fmt.Sprint("to", i)
					if test.loop && i == test.redirects-1 {
						next = "a"
					}
					f.origin.Redirect(last, 0, "/"+next)
					last = next
				}
				if !test.loop {
					f.origin.Put(fetchtest.File{Name: last, Content: f.origin.Content("a")})
				}
				if err := f.attempt(f.reader("a"), 0, 1000); !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
				if n := len(f.origin.Requests()); n != test.requests {
					t.Errorf("%d requests, want %d", n, test.requests)
				}
			}, file("a", 1000))
		})
	}
}

// TestRedirectedConnectionsAreBounded has two hosts redirect to one server: it
// has no more connections than Options.Connections allows for one host.
func TestRedirectedConnectionsAreBounded(t *testing.T) {
	const connections = 3
	synctest.Test(t, func(t *testing.T) {
		server := fetchtest.NewLocal(t, "three.test")
		f := newFixture(t, fetchtest.NewLocal(t, "one.test"))
		other := fetchtest.NewLocal(t, "two.test")
		server.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: mb})
		f.opt.Connections = connections
		f.opt.Locate = func(_ context.Context, key string) (Location, error) {
			if key[0] == '1' {
				return Location{URL: f.origin.URL(key)}, nil
			}
			return Location{URL: other.URL(key)}, nil
		}
		f.dialBy(fetchtest.Network(f.origin, other, server).DialContext)
		var all []*Download
		for i := range 6 {
			for _, o := range []*fetchtest.Origin{f.origin, other} {
				name := fmt.Sprint(map[bool]string{true: "1", false: "2"}[o == f.origin], "-", i)
				server.Put(fetchtest.File{Name: name, Content: fetchtest.Random(uint64(i), mb)})
				o.Redirect(name, 0, server.URL(name))
				all = append(all, f.download(name))
			}
		}
		for _, d := range all {
			f.control(d, Start)
		}
		for _, d := range all {
			f.untilState(d, Complete)
		}
		if s := server.Stats(); s.ConnsPeak != connections {
			t.Errorf("%d connections at once, want %d", s.ConnsPeak, connections)
		}
	})
}
